"""Parse what a person types into the search field.

The more of the words a document has, the better. Besides words there are "phrases" (also „…“ and «…»), ~"phrases" in
any inflection, `-exclusion`, `a OR b` (also ODER), and filters `name:value` with the names of facets (`search.facet`);
values with blanks are quoted, several values separated by commas. What can't be understood is named in `problems` and
searched as words; nothing raises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from search.engines.plan import MAX_PHRASES, MAX_QUERY_CHARS, MAX_WORDS
from search.facet import filter_named

MAX_FILTERS = 12

_QUOTES = '"„“”‟«»″＂'
_MINUS = "-\u2212"
_ITEM = re.compile(
    rf"""
    (?P<minus>[{_MINUS}])?
    (?:
        (?P<name>[^\W\d_]{{2,20}}):(?!//)
        (?P<gap>[^\S\r\n]?)
        (?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}] | (?P<value>[^\s{_QUOTES}]*))
      | (?P<inflected>~)?[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]
      | (?P<word>[^\s{_QUOTES}]+)
    )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
# Punctuation that surrounds words in sentences; what stands inside a word is the analysis' business.
_AROUND = ".,;:!?()[]{}<>*+~^/\\|&=…'’‘‚`´#"
# Of a day without a year, a number's country and a paragraph in a statute it belongs to the word.
_KEPT = re.compile(r"^\d{1,2}\.\d{1,2}\.$|^\(?\+\d+\)?$|^\(\d{1,2}[a-z]?\)$")


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """One `name:value` with a known name; `raw` is its part of the query."""

    name: str
    value: str
    raw: str

    @property
    def target(self) -> str:
        """Return what it filters by: the name of a facet, `after`, `before` or `by`."""
        return filter_named(self.name) or ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, parsed.

    Attributes:
        words: Plain words, in order.
        phrases: Words in quotation marks.
        inflected: Words in quotation marks behind a tilde, meant in any inflection.
        excluded: Words and phrases with a minus.
        any_of: Groups of alternatives.
        filters: Filters with known names.
        problems: Sentences about what was left out or read differently.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    inflected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    filters: tuple[TypedFilter, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is a word to look for."""
        return bool(self.words or self.phrases or self.inflected or self.any_of)

    def conditions(self) -> str:
        """Return what was typed besides words and phrases, to add it to a spelling proposal."""
        parts = [_quoted(text) for group in self.any_of for text in _joined(group)]
        parts += [f'~"{text}"' for text in self.inflected]
        parts += [f"-{_quoted(text)}" for text in self.excluded]
        parts += [f"{one.name}:{_quoted(one.value)}" for one in self.filters]
        return " ".join(parts)


@dataclass(slots=True)
class _Reader:
    """Collect the items of a query, left to right.

    Attributes:
        original: The query before cleaning, with the same length.
    """

    original: str
    plain: list[tuple[str, bool]] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    inflected: list[str] = field(default_factory=list)
    filters: list[TypedFilter] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    joining: bool = False
    last_group: list[str] | None = None

    def read(self, text: str) -> None:
        for match in _ITEM.finditer(text):
            if match["name"] is not None:
                self._read_filter(match)
            elif match["phrase"] is not None:
                text = " ".join(match["phrase"].split())
                if match["inflected"] and not match["minus"] and any(map(str.isalnum, text)):
                    self.inflected.append(text)
                    continue
                self._add(
                    text,
                    is_phrase=True,
                    is_excluded=bool(match["minus"]),
                )
            elif match["word"] is not None:
                self._read_word(match["word"], is_excluded=bool(match["minus"]))

    def _read_word(self, word: str, *, is_excluded: bool) -> None:
        if word in ("OR", "ODER") and not is_excluded:
            self.joining = bool(self.plain)
            return
        bare = word.strip(_AROUND)
        if match := _KEPT.search(word):
            bare = match.group()
        self._add(bare, is_phrase=False, is_excluded=is_excluded)

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
        value = " ".join(value.split())
        known = filter_named(name.lower()) is not None
        if known and value.strip(_AROUND):
            if match["minus"]:
                self.problems.append(
                    _("A filter can't be excluded: “%(filter)s” was left out.")
                    % {"filter": f"-{name}:{value}"}
                )
                return
            raw = self.original[match.start() : match.end()]
            self.filters.append(TypedFilter(name.lower(), value, raw))
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
    """Parse a query; accept any text, in time proportional to its length.

    Args:
        text: As typed. Of its first `MAX_QUERY_CHARS` characters it reads `MAX_WORDS` words, `MAX_PHRASES` phrases and
            groups of alternatives, and `MAX_FILTERS` filters. People type ten words; more is a pasted text, of which
            these bounds keep enough to find it.
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
        inflected=tuple(reader.inflected[:MAX_PHRASES]),
        excluded=tuple(reader.excluded[:MAX_WORDS]),
        any_of=tuple(tuple(group[:MAX_WORDS]) for group in reader.groups[:MAX_PHRASES]),
        filters=tuple(dict.fromkeys(reader.filters))[:MAX_FILTERS],
        problems=tuple(problems),
    )


def _clean(text: str) -> str:
    """Replace each control character and lone surrogate by a blank; engines and databases refuse some of them."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def _joined(group: tuple[str, ...]) -> list[str]:
    parts = [group[0]]
    for text in group[1:]:
        parts += ["OR", text]
    return parts


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
