"""Passages of a text with the words marked that a query was found by; the same analysis decides as in the engines.

Texts may be long and there are twenty hits on a page, so the work is done in two steps: literal beginnings of the
terms are looked for in the whole text (a fast scan), and only the few windows where most of them meet are analysed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis.normal import INVISIBLE
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.matching import Matcher, Span
from search.engines.plan import Match, Node, Phrase, plan, with_near_words

WINDOW_CHARS = 260
"""Length of a passage: two to three lines."""

LEAD_CHARS = 200
"""Length of the beginning that is shown where no word can be marked."""

MAX_PLACES = 300
"""Places of one term that are considered in one text; more say nothing new."""

MAX_TRIES = 3
"""Windows analysed for each passage wanted: some only look as if they held a term."""

_UNDOTTED = str.maketrans("äöüáàâéèêíìîóòôúùûçñ", "aouaaaeeeiiiooouuucn")
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
            query_plan = with_near_words(query_plan, near_words)
        self._needles: dict[str, set[int]] = {}
        for number, node in enumerate(
            [*(group.node for group in query_plan.groups), *query_plan.required]
        ):
            for needle in {needle for term in _terms(node) for needle in _needles(term)}:
                self._needles.setdefault(needle, set()).add(number)
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
        for start, end in _windows(text, places, tries=limit * MAX_TRIES):
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
            if len(found) == limit:
                break
        return sorted(found, key=lambda passage: passage.start)

    def _places(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield (offset, number of the group) where the text looks as if it held a term."""
        for needle, groups in self._needles.items():
            at = folded.find(needle)
            for _ in range(MAX_PLACES):
                if at < 0:
                    break
                for group in groups:
                    yield at, group
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


def _terms(node: Node) -> Iterator[str]:
    if isinstance(node, Match):
        yield node.term
    elif isinstance(node, Phrase):
        yield max(node.words, key=len)
    else:
        for child in node.nodes:
            yield from _terms(child)


def _needles(term: str) -> Iterator[str]:
    """Yield literal strings of which the folded text holds at least one where it holds the term.

    Stems differ from their words in the last letters only; ß, ae, oe and ue are the spellings that folding removes.
    """
    beginning = term.rpartition("_")[2][: min(7, max(4, len(term) - 3))]
    if not beginning:
        return
    yield beginning
    if "ss" in beginning:
        yield beginning.replace("ss", "ß")
    transcribed = re.sub(r"([aou])(?!e)", r"\1e", beginning)
    if transcribed != beginning:
        yield transcribed[: max(4, len(beginning))]


def _folded(text: str) -> str:
    """Lower case without dots, every character in its place."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish İ becomes two
        lowered = "".join(char.lower()[0] for char in text)
    return lowered.translate(_UNDOTTED)


def _windows(
    text: str, places: Sequence[tuple[int, int]], *, tries: int
) -> Iterator[tuple[int, int]]:
    """Yield windows around the places, those with most different groups first, none overlapping another."""
    scored = []
    last = 0
    inside: dict[int, int] = {}
    for first, (start, group) in enumerate(places):
        while last < len(places) and places[last][0] < start + WINDOW_CHARS - 60:
            inside[places[last][1]] = inside.get(places[last][1], 0) + 1
            last += 1
        scored.append((-len(inside), -min(last - first, 6), start))
        inside[group] -= 1
        if not inside[group]:
            del inside[group]
    taken: list[tuple[int, int]] = []
    for _, _, place in sorted(scored):
        if len(taken) == tries:
            return
        if any(start <= place < end for start, end in taken):
            continue
        start, end = _around(text, place)
        if taken:
            start = max([start, *(other for _, other in taken if other <= place)])
            end = min([end, *(other for other, _ in taken if other > place)])
        taken.append((start, end))
        yield start, end


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
