"""Passages of a text with the words marked that a query was found by; the same analysis decides as in the engines.

Texts may be long and there are twenty hits on a page, so the work is done in two steps: literal beginnings of the
terms are looked for in the whole text (a fast scan), and only the few windows where most of them meet are analysed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis.normal import INVISIBLE
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.matching import Matcher, Span
from search.engines.plan import Every, Match, Node, Phrase, plan, with_near_words

WINDOW_CHARS = 260
"""Length of a passage: two to three lines."""

LEAD_CHARS = 200
"""Length of the beginning that is shown where no word can be marked."""

MAX_PLACES = 300
"""Places of one term that are considered in one text; more say nothing new."""

MAX_TRIES = 3
"""Windows analysed for each passage wanted: some only look as if they held a term."""

_UNDOTTED = dict(zip("äöüáàâéèêíîóôúûç", "aouaaaeeeiioouuc", strict=True))
_HYPHENATED = re.compile(r"(?<=[a-zäöüß])[-\u2010]\n(?!(?:und|oder|bzw)\b)(?=[a-zäöüß])")
_SENTENCE_END = re.compile(r"[.!?:]\s|\n")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text; `html` is escaped and holds no tags but `<mark>`.

    Attributes:
        html: Ready to be shown.
        groups: Which words of the query it holds, as numbers.
        start: Where it begins in the text.
    """

    html: SafeString
    groups: frozenset[int]
    start: int


class Marker:
    """Marks the words of one query in any number of texts.

    Args:
        query: What was searched for.
        near_words: What misspelt words were taken for, as the engine answered.
        vocabulary: Synonyms and exceptions that the search used.
    """

    def __init__(
        self,
        query: Query,
        *,
        near_words: Mapping[str, Sequence[str]] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        vocabulary = vocabulary or german_vocabulary()
        self._matcher = Matcher(query, vocabulary, near_words)
        query_plan = plan(query, vocabulary)
        if near_words:
            query_plan = with_near_words(query_plan, near_words, vocabulary)
        # Needle to (group, whether it stands for the whole word rather than for a part of it).
        self._needles: dict[str, set[tuple[int, bool]]] = {}
        for number, node in enumerate(
            [*(group.node for group in query_plan.groups), *query_plan.required]
        ):
            for term, is_whole in _terms(node):
                for needle in _needles(term):
                    self._needles.setdefault(needle, set()).add((number, is_whole))
        self._wanted = len(query_plan.groups) + len(query_plan.required)

    def mark(self, text: str) -> SafeString:
        """Return a short text, such as a title, escaped and with marks."""
        text = display_text(text)
        return _html(text, self._matcher.spans(text))

    def passages(self, text: str, *, limit: int) -> list[Passage]:
        """Return the passages that hold most of the query's words, in reading order.

        Args:
            text: As `display_text` returns it.
            limit: At most this many; none if no word occurs.
        """
        if not self._needles or not text:
            return []
        places = sorted(self._places(_folded(text)))
        found: list[Passage] = []
        seen: frozenset[int] = frozenset()
        best = 0
        for start, end, whole in _windows(text, places, tries=limit * MAX_TRIES):
            # Parts of a compound standing alone say little where the whole word was found.
            if whole < best and not whole:
                break
            window = text[start:end]
            spans = self._matcher.spans(window)
            groups = frozenset().union(*(span.groups for span in spans))
            # A further passage must add a word, unless there is only one word to add.
            if not spans or (found and groups <= seen and self._wanted > 1):
                continue
            before = "" if start == 0 else "… "
            after = "" if end >= len(text) else " …"
            html = mark_safe(f"{before}{_html(window, spans)}{after}")  # noqa: S308 - escaped by _html
            found.append(Passage(html, groups, start))
            seen |= groups
            best = max(best, whole)
            if len(found) == limit:
                break
        return sorted(found, key=lambda passage: passage.start)

    def _places(self, folded: str) -> Iterator[tuple[int, int, bool]]:
        """Yield (offset, number of the group, whole word or part) where the text looks as if it held a term."""
        for needle, groups in self._needles.items():
            at = folded.find(needle)
            for _ in range(MAX_PLACES):
                if at < 0:
                    break
                for group, is_whole in groups:
                    yield at, group, is_whole
                at = folded.find(needle, at + len(needle))


def lead(text: str) -> SafeString:
    """Return the beginning of a text, escaped, for a hit without a passage to mark."""
    if len(text) <= LEAD_CHARS:
        return _html(text, ())
    cut = text.rfind(" ", 0, LEAD_CHARS)
    return mark_safe(f"{_html(text[: cut if cut > 0 else LEAD_CHARS], ())} …")  # noqa: S308 - escaped by _html


def display_text(text: str) -> str:
    """Prepare a text for being quoted: composed letters, no invisible characters, words split by lines joined."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    return _HYPHENATED.sub("", text)


def _terms(node: Node, *, is_whole: bool = True) -> Iterator[tuple[str, bool]]:
    """Yield the terms of a node, and whether each can stand for the node by itself."""
    if isinstance(node, Match):
        yield node.term, is_whole
    elif isinstance(node, Phrase):
        yield max(node.words, key=len), is_whole
    else:
        for child in node.nodes:
            yield from _terms(child, is_whole=is_whole and not isinstance(node, Every))


def _needles(term: str) -> Iterator[str]:
    """Yield literal strings of which the folded text holds at least one where it holds the term.

    Stems differ from their words in the last letters only; ß, ae, oe and ue are the spellings that folding removes.
    """
    beginning = term.rpartition("_")[2][: max(4, len(term) - 3)]
    if not beginning:
        return
    yield beginning
    if "ss" in beginning:
        yield beginning.replace("ss", "ß")
    for vowel in re.finditer("[aou](?!e)", beginning):
        yield f"{beginning[: vowel.end()]}e{beginning[vowel.end() :]}"


def _folded(text: str) -> str:
    """Lower case without dots, every character in its place."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish İ becomes two
        lowered = "".join(char.lower()[0] for char in text)
    for dotted, plain in _UNDOTTED.items():  # several times as fast as str.translate
        lowered = lowered.replace(dotted, plain)
    return lowered


def _windows(
    text: str, places: Sequence[tuple[int, int, bool]], *, tries: int
) -> Iterator[tuple[int, int, int]]:
    """Yield windows around the places and how many whole words each seems to hold, the richest first.

    No window overlaps another.
    """
    scored = []
    last = 0
    inside: Counter[tuple[int, bool]] = Counter()
    for first, (start, group, is_whole) in enumerate(places):
        while last < len(places) and places[last][0] < start + WINDOW_CHARS - 60:
            inside[places[last][1:]] += 1
            last += 1
        whole = sum(1 for key, count in inside.items() if count and key[1])
        some = len({key[0] for key, count in inside.items() if count})
        scored.append((-whole, -some, -min(last - first, 6), start))
        inside[group, is_whole] -= 1
    taken: list[tuple[int, int]] = []
    for whole, _some, _count, place in sorted(scored):
        if len(taken) == tries:
            return
        if any(start <= place < end for start, end in taken):
            continue
        start, end = _around(text, place)
        if taken:
            start = max([start, *(other for _, other in taken if other <= place)])
            end = min([end, *(other for other, _ in taken if other > place)])
        taken.append((start, end))
        yield start, end, -whole


def _around(text: str, place: int) -> tuple[int, int]:
    """Return a window that begins with a sentence, or at least a word, shortly before `place`."""
    earliest = max(0, place - 80)
    start = earliest
    if earliest:
        ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, place)]
        blank = text.find(" ", earliest, place)
        start = ends[0] if ends else (blank + 1 if blank >= 0 else earliest)
    end = min(len(text), start + WINDOW_CHARS)
    if end < len(text):
        blank = text.rfind(" ", place + 1, end)
        # A word longer than the window is cut.
        end = blank if blank > place else end
    return start, end


def _html(text: str, spans: Iterable[Span]) -> SafeString:
    pieces = []
    at = 0
    for span in spans:
        pieces += [
            _plain(text[at : span.start]),
            "<mark>",
            _plain(text[span.start : span.end]),
            "</mark>",
        ]
        at = span.end
    pieces.append(_plain(text[at:]))
    return mark_safe("".join(pieces).strip())  # noqa: S308 - every piece is escaped


def _plain(text: str) -> str:
    return escape(_BLANKS.sub(" ", text))
