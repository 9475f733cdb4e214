"""Read what a person types into the search field.

Words are joined by "the more, the better". Beside them there are "phrases" (also „…“ and «…»), `-exclusion`, `a OR
b` (also ODER), and filters `name:value` with the German names in `FILTER_NAMES`; a value with blanks stands in
quotation marks, several values are separated by commas. Whatever can't be understood is named in `problems` and
searched as words; nothing raises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from search.engines.plan import MAX_PHRASES, MAX_QUERY_CHARS, MAX_WORDS

MAX_FILTERS = 12

FILTER_NAMES = {
    "typ": "kind",
    "art": "kind",
    "org": "organisation",
    "organisation": "organisation",
    "bereich": "space",
    "feld": "field_of_action",
    "handlungsfeld": "field_of_action",
    "bezirk": "district",
    "stadtbezirk": "district",
    "jahr": "year",
    "nach": "after",
    "seit": "after",
    "ab": "after",
    "vor": "before",
    "von": "by",
}
"""What may stand before a colon, and what it filters. `by` is a person to be named in the text, or a first day."""

_QUOTES = '"„“”‟«»″＂'
_MINUS = "-\u2212"
_ITEM = re.compile(
    rf"""
    (?P<minus>[{_MINUS}])?
    (?:
        (?P<name>[^\W\d_]{{2,20}}):(?!//)
        (?P<gap>[^\S\r\n]?)
        (?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}] | (?P<value>[^\s{_QUOTES}]*))
      | [{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]
      | (?P<word>[^\s{_QUOTES}]+)
    )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
# Punctuation that surrounds words in sentences; what stands inside a word is the analysis' business.
_AROUND = ".,;:!?()[]{}<>*+~^/\\|&=…'’‘‚`´#"


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """One `name:value` whose name is known; `raw` is the stretch of the query that it was read from."""

    name: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, taken apart.

    Attributes:
        words: Plain words, in order.
        phrases: What stood in quotation marks.
        excluded: Words and phrases with a minus.
        any_of: Groups of alternatives.
        filters: Filters with known names.
        problems: Sentences about what was left out or read differently.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    filters: tuple[TypedFilter, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that could be searched for or filtered by."""
        return not (self.asks or self.excluded or self.filters)

    @property
    def asks(self) -> bool:
        """Whether there is a word to look for."""
        return bool(self.words or self.phrases or self.any_of)

    def conditions(self) -> str:
        """Write what was typed beside words and phrases, to be added to a spelling proposal."""
        parts = [_quoted(text) for group in self.any_of for text in _joined(group)]
        parts += [f"-{_quoted(text)}" for text in self.excluded]
        parts += [f"{one.name}:{_quoted(one.value)}" for one in self.filters]
        return " ".join(parts)


@dataclass(slots=True)
class _Reader:
    """Collects the items of a query, left to right.

    Attributes:
        original: The query before it was cleaned, character for character as long.
    """

    original: str
    plain: list[tuple[str, bool]] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    filters: list[TypedFilter] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    joining: bool = False
    last_group: list[str] | None = None

    def read(self, text: str) -> None:
        for match in _ITEM.finditer(text):
            if match["name"] is not None:
                self._read_filter(match)
            elif match["phrase"] is not None:
                self._add(
                    " ".join(match["phrase"].split()),
                    is_phrase=True,
                    is_excluded=bool(match["minus"]),
                )
            elif match["word"] is not None:
                self._read_word(match["word"], is_excluded=bool(match["minus"]))

    def _read_word(self, word: str, *, is_excluded: bool) -> None:
        if word in ("OR", "ODER") and not is_excluded:
            self.joining = bool(self.plain)
            return
        self._add(word.strip(_AROUND), is_phrase=False, is_excluded=is_excluded)

    def _add(self, text: str, *, is_phrase: bool, is_excluded: bool) -> None:
        if not any(char.isalnum() or char == "§" for char in text):
            return
        if is_excluded:
            self.excluded.append(text)
            self.joining = False
            return
        if not self.joining:
            self.plain.append((text, is_phrase))
            self.last_group = None
            return
        self.joining = False
        if self.last_group is None:
            self.last_group = [self.plain[-1][0]]
            self.groups.append(self.last_group)
            self.plain.pop()
            # Stands for the group, so that `a OR b OR c` finds something before it.
            self.plain.append(("", False))
        self.last_group.append(text)

    def _read_filter(self, match: re.Match[str]) -> None:
        name, value = (
            match["name"],
            match["quoted"] if match["quoted"] is not None else match["value"],
        )
        known = name.lower() in FILTER_NAMES
        if known and value.strip(_AROUND):
            if match["minus"]:
                self.problems.append(
                    _("A filter can't be excluded: “%(filter)s” was left out.")
                    % {"filter": f"-{name}:{value}"}
                )
                return
            raw = self.original[match.start() : match.end()]
            self.filters.append(TypedFilter(name.lower(), " ".join(value.split()), raw))
            return
        if known:
            self.problems.append(
                _("The filter “%(filter)s” has no value and was left out.") % {"filter": f"{name}:"}
            )
            return
        if value and not match["gap"]:
            self.problems.append(
                _("There is no filter “%(filter)s”; it was searched for as a word.")
                % {"filter": f"{name}:"}
            )
        self._read_word(name, is_excluded=bool(match["minus"]))
        for word in value.split():
            self._read_word(word, is_excluded=bool(match["minus"]))


def parse(text: str) -> Typed:
    """Take a query apart. Any text is accepted, in time proportional to its length.

    Args:
        text: As typed. Considered are the first `MAX_QUERY_CHARS` characters, and of those the first `MAX_WORDS`
        words,
            `MAX_PHRASES` phrases and groups of alternatives, and `MAX_FILTERS` filters: people type ten words, and
            more is a pasted text, of which these bounds keep enough to find it.
    """
    reader = _Reader(text)
    cleaned = _clean(text[: MAX_QUERY_CHARS + 1])
    reader.read(cleaned[:MAX_QUERY_CHARS])
    words = [text for text, is_phrase in reader.plain if text and not is_phrase]
    phrases = [text for text, is_phrase in reader.plain if text and is_phrase]
    problems = list(dict.fromkeys(reader.problems))[:MAX_FILTERS]
    if len(text) > MAX_QUERY_CHARS or len(words) > MAX_WORDS:
        shown = min(len(words), MAX_WORDS)
        problems.append(
            _("This is a long query; its first %(count)d words were searched for.")
            % {"count": shown}
        )
    return Typed(
        words=tuple(words[:MAX_WORDS]),
        phrases=tuple(phrases[:MAX_PHRASES]),
        excluded=tuple(reader.excluded[:MAX_WORDS]),
        any_of=tuple(tuple(group[:MAX_WORDS]) for group in reader.groups[:MAX_PHRASES]),
        filters=tuple(dict.fromkeys(reader.filters))[:MAX_FILTERS],
        problems=tuple(problems),
    )


def _clean(text: str) -> str:
    """Turn each control character and lone surrogate into a blank; engines and databases refuse some of them."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def _joined(group: tuple[str, ...]) -> list[str]:
    parts = [group[0]]
    for text in group[1:]:
        parts += ["OR", text]
    return parts


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
