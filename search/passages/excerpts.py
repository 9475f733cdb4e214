"""Choose passages of a text and mark the words that match a query, with the analysis of the engines.

Texts can be long, with several on a page, so there are two steps: a fast scan looks for literal beginnings of the
terms in the whole text (`search.passages.needles`), and only the words there are analysed, each once for all hits.
Where neighbours matter (phrases, numbered things), the windows with most of these places are analysed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from html import escape
from operator import or_
from typing import Final

from django.utils.safestring import SafeString

from search.analysis.normal import INVISIBLE
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.matching import Matcher, Span, Term, has_joints, term_of
from search.engines.plan import Every, Match, Node, Phrase, Plan, is_as_typed
from search.passages.needles import Needles

WINDOW_CHARS = 260
"""Length of a passage: two to three lines."""

LEAD_CHARS = 200
"""Length of the beginning that is shown where no word can be marked."""

MAX_TRIES = 3
"""Windows looked at for each passage wanted: some only look as if they held a term."""

_HYPHENATED = re.compile(r"(?<=[a-zäöüß])[-\u2010]\n(?!(?:und|oder|bzw)\b)(?=[a-zäöüß])")
_SENTENCE_END = re.compile(r"[.!?:]\s|\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text; `html` is escaped and has no tags but `<mark>`.

    Attributes:
        html: Ready to be shown.
        groups: The words of the query that it contains, as numbers.
        start: Where it begins in the text.
    """

    html: SafeString
    groups: frozenset[int]
    start: int


_Place = tuple[int, int, int, int, frozenset[Term]]
"""Where a text meets the query, or may do so; a bare tuple, because a search makes hundreds.

Offset of the word, or of the letters that look like its beginning, and offset behind the word; the words of the query
that it meets by itself, and those that it meets at least a part of, one bit each; its terms, none if it only looks
like a word of the query.
"""
_START: Final = 0
_WHOLE: Final = 2
_SOME: Final = 3


class Marker:
    """Marks the words of one query in any number of texts.

    Args:
        query: What was searched for.
        query_plan: What the engine looked for, corrected words included; None makes it anew.
        vocabulary: Synonyms and exceptions that the search used.
        parts_alone: Whether a part of a compound is marked where the other parts do not occur.
    """

    def __init__(
        self,
        query: Query,
        *,
        query_plan: Plan | None = None,
        vocabulary: Vocabulary | None = None,
        parts_alone: bool = False,
    ) -> None:
        vocabulary = vocabulary or german_vocabulary()
        self._matcher = Matcher(query, vocabulary, query_plan, parts_alone=parts_alone)
        self._again = (query, self._matcher.plan, vocabulary)
        query_plan = self._matcher.plan
        nodes = [*(group.node for group in query_plan.groups), *query_plan.required]
        # Term to (number of the node, whether it stands for the node by itself).
        self._roles: dict[Term, set[tuple[int, bool]]] = defaultdict(set)
        for number, node in enumerate(nodes):
            for term, is_whole in _terms(node):
                self._roles[term].add((number, is_whole))
        self._wanted = len(nodes)
        self._needles = Needles(self._roles, each=self._matcher.reads_neighbours)
        self._role_of: dict[frozenset[Term], tuple[int, int]] = {}
        self._places_in: dict[str, tuple[_Place, ...]] = {}

    @cached_property
    def of_parts(self) -> Marker:
        """Return a marker that also marks single parts of compounds: one may be in a hit's title, one in its text."""
        query, query_plan, vocabulary = self._again
        return Marker(query, query_plan=query_plan, vocabulary=vocabulary, parts_alone=True)

    def looks_for(self, term: str) -> bool:
        """Tell whether a term of documents, which no text shows, is looked for."""
        return (False, term) in self._roles

    def mark(self, text: str) -> SafeString:
        """Return a short text, such as a title, escaped and marked."""
        text = display_text(text)
        if self._matcher.reads_neighbours or has_joints(text):
            return _html(text, 0, len(text), self._matcher.spans(text))
        return _html(text, 0, len(text), self._spans(text, 0, len(text), self._places(text)))

    def passages(self, text: str, *, limit: int) -> list[Passage]:
        """Return the passages with most of the query's words, in reading order.

        Args:
            text: As `display_text` returns it.
            limit: At most this many; none if no word occurs.
        """
        if not self._roles or not text:
            return []
        places = self._places(text)
        if not places:
            return []
        found: list[Passage] = []
        seen: frozenset[int] = frozenset()
        shown = best = 0
        present = _bits(place[_SOME] for place in places)
        for start, end, inside in _windows(text, places, present, tries=limit * MAX_TRIES):
            whole = _bits(place[_WHOLE] for place in inside).bit_count()
            # Parts of a compound standing alone say little where the whole word was found.
            if whole < best and not whole:
                break
            # A further passage must add a word, unless there is only one word to add.
            if found and self._wanted > 1:
                if not present & ~shown:
                    break
                if not _bits(place[_SOME] for place in inside) & ~shown:
                    continue
            spans = self._spans(text, start, end, inside)
            groups = frozenset[int]().union(*[span.groups for span in spans])
            if not spans or (found and groups <= seen and self._wanted > 1):
                continue
            before = "" if start == 0 else "… "
            after = "" if end >= len(text) else " …"
            html = SafeString(f"{before}{_html(text, start, end, spans)}{after}")
            found.append(Passage(html, groups, start))
            seen |= groups
            shown |= _bits(1 << group for group in groups)
            best = max(best, whole)
            if len(found) == limit:
                break
        return sorted(found, key=lambda passage: passage.start)

    def _spans(self, text: str, start: int, end: int, inside: Sequence[_Place]) -> Sequence[Span]:
        if self._matcher.reads_neighbours:
            return [
                span._replace(start=span.start + start, end=span.end + start)
                for span in self._matcher.spans(text[start:end])
            ]
        return self._matcher.spans_of(
            [(begin, behind, terms) for begin, behind, _, _, terms in inside if behind <= end]
        )

    def _places(self, text: str) -> list[_Place]:
        """Find where the text matches the query, in order; if neighbours matter, where it may match."""
        if self._matcher.reads_neighbours:
            return sorted(
                (at, at, *self._role(terms), frozenset[Term]())
                for at, terms in self._needles.offsets_in(text)
            )
        places: list[_Place] = []
        known = self._places_in
        for first, last in self._needles.chains_in(text):
            chain = text[first:last]
            met = known.get(chain)
            if met is None:
                met = known[chain] = self._met_in(chain)
            for start, end, whole, some, terms in met:
                places.append((first + start, first + end, whole, some, terms))
        return places

    def _met_in(self, chain: str) -> tuple[_Place, ...]:
        return tuple(
            (start, end, *self._role(terms), terms)
            for start, end, terms in self._matcher.occurrences_in(chain)
        )

    def _role(self, terms: frozenset[Term]) -> tuple[int, int]:
        known = self._role_of.get(terms)
        if known is None:
            roles = [role for term in terms for role in self._roles.get(term, ())]
            whole = _bits(1 << number for number, is_whole in roles if is_whole)
            known = self._role_of[terms] = whole, _bits(1 << number for number, _ in roles)
        return known


def lead(text: str) -> SafeString:
    """Return the beginning of a text, escaped, for a hit without a passage to mark."""
    if len(text) <= LEAD_CHARS:
        return _html(text, 0, len(text), ())
    cut = text.rfind(" ", 0, LEAD_CHARS)
    return SafeString(f"{_html(text, 0, cut if cut > 0 else LEAD_CHARS, ())} …")


def display_text(text: str) -> str:
    """Prepare a text for quoting: composed letters, no invisible characters, words split at line ends joined."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    return _HYPHENATED.sub("", text) if "\n" in text else text


def _terms(node: Node, *, is_whole: bool = True) -> Iterator[tuple[Term, bool]]:
    """Yield the terms of a node, and whether each by itself matches the node."""
    if isinstance(node, Match):
        yield term_of(node), is_whole
    elif isinstance(node, Phrase):
        yield (is_as_typed(node), max(node.words, key=len)), is_whole
    else:
        for child in node.nodes:
            yield from _terms(child, is_whole=is_whole and not isinstance(node, Every))


def _windows(
    text: str, places: Sequence[_Place], present: int, *, tries: int
) -> Iterator[tuple[int, int, Sequence[_Place]]]:
    """Yield windows around the places, with the places inside, those with most words of the query first.

    Windows don't overlap; `present` are the words that any of the places matches.
    """
    starts = [place[_START] for place in places]
    scored = []
    last = 0
    for first, (at, _, whole, some, _) in enumerate(places):
        while last < len(starts) and starts[last] < at + WINDOW_CHARS - 60:
            last += 1
        if whole != present:
            for other in places[first + 1 : last]:
                whole |= other[_WHOLE]
                some |= other[_SOME]
        scored.append((-whole.bit_count(), -some.bit_count(), -min(last - first, 6), at))
    taken: list[tuple[int, int]] = []
    for _whole, _some, _count, at in sorted(scored):
        if len(taken) == tries:
            return
        if any(start <= at < end for start, end in taken):
            continue
        start, end = _around(text, at)
        if taken:
            start = max([start, *(other for _, other in taken if other <= at)])
            end = min([end, *(other for other, _ in taken if other > at)])
        taken.append((start, end))
        yield start, end, places[bisect_left(starts, start) : bisect_left(starts, end)]


def _bits(sets: Iterable[int]) -> int:
    """Return what occurs in any of the sets."""
    return reduce(or_, sets, 0)


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


def _html(text: str, start: int, end: int, spans: Iterable[Span]) -> SafeString:
    """Escape a part of a text, mark the spans in it, and make every run of blanks one."""
    pieces = []
    at = start
    for span in spans:
        pieces += [
            escape(text[at : span.start]),
            "<mark>",
            escape(text[span.start : span.end]),
            "</mark>",
        ]
        at = span.end
    pieces.append(escape(text[at:end]))
    # Neither marks nor what is escaped holds a blank.
    return SafeString(" ".join("".join(pieces).split()))
