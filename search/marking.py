"""Passages of a text with the words marked that a query was found by; the same analysis decides as in the engines.

Texts may be long and there are twenty hits on a page, so the work is done in two steps: literal beginnings of the
terms are looked for in the whole text (a fast scan), and only the few windows where most of them meet are analysed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis.normal import INVISIBLE
from search.analysis.tokens import extras, tokens
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.plan import Every, Match, Node, Phrase, plan

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


@dataclass(slots=True)
class _Found:
    """The tokens of a window by what they can be matched by."""

    stems: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    parts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    words: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


class Marker:
    """Marks the words of one query in any number of texts.

    Args:
        query: What was searched for.
        also: Further words that hits were found by: the spelling proposal.
        vocabulary: Synonyms and exceptions that the search used.
    """

    def __init__(
        self, query: Query, *, also: str = "", vocabulary: Vocabulary | None = None
    ) -> None:
        vocabulary = vocabulary or german_vocabulary()
        self._nodes = [*_nodes_of(query, vocabulary)]
        if also:
            self._nodes += _nodes_of(Query(words=tuple(also.replace('"', " ").split())), vocabulary)
        self._needles: dict[str, set[int]] = {}
        for number, node in enumerate(self._nodes):
            for term in _terms(node):
                for needle in _needles(term):
                    self._needles.setdefault(needle, set()).add(number)

    def mark(self, text: str) -> SafeString:
        """Return a short text, such as a title, escaped and with marks."""
        text = display_text(text)
        spans, _ = self._spans(text)
        return _html(text, spans)

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
            spans, groups = self._spans(window)
            # A further passage must add a word, unless there is only one word to add.
            if not spans or (found and groups <= seen and len(self._nodes) > 1):
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

    def _spans(self, text: str) -> tuple[list[tuple[int, int]], frozenset[int]]:
        found = _analyse(text)
        spans: list[tuple[int, int]] = []
        groups = set()
        for number, node in enumerate(self._nodes):
            if of_node := _matches(node, found):
                spans += of_node
                groups.add(number)
        return _merged(spans), frozenset(groups)


def lead(text: str) -> SafeString:
    """Return the beginning of a text, escaped, for a hit without a passage to mark."""
    if len(text) <= LEAD_CHARS:
        return _html(text, [])
    cut = text.rfind(" ", 0, LEAD_CHARS)
    return mark_safe(f"{_html(text[: cut if cut > 0 else LEAD_CHARS], [])} …")  # noqa: S308 - escaped by _html


def display_text(text: str) -> str:
    """Prepare a text for being quoted: composed letters, no invisible characters, words split by lines joined."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    return _HYPHENATED.sub("", text)


def _nodes_of(query: Query, vocabulary: Vocabulary) -> list[Node]:
    query_plan = plan(query, vocabulary)
    return [*(group.node for group in query_plan.groups), *query_plan.required]


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


def _analyse(text: str) -> _Found:
    found = _Found()
    read = tokens(text)
    for token in read:
        span = (token.start, token.end)
        found.spans.append(span)
        found.order.append(token.word)
        found.words.setdefault(token.word, []).append(span)
        if token.stem:
            found.stems.setdefault(token.stem, []).append(span)
            for part in token.parts:
                found.parts.setdefault(part, []).append(span)
    for extra in extras(text, read):
        span = (read[extra.first].start, read[extra.last].end)
        found.parts.setdefault(extra.term, []).append(span)
    return found


def _matches(node: Node, found: _Found) -> list[tuple[int, int]]:
    if isinstance(node, Match):
        return _term_spans(node, found)
    if isinstance(node, Phrase):
        return _phrase_spans(node.words, found)
    children = [_matches(child, found) for child in node.nodes]
    if isinstance(node, Every) and not all(children):
        return []
    return [span for spans in children for span in spans]


def _term_spans(node: Match, found: _Found) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for suffix in {name.rpartition("_")[2] for name in node.streams}:
        by = found.parts if suffix == "parts" else found.words if suffix == "exact" else found.stems
        spans += by.get(node.term, ())
    return spans


def _phrase_spans(words: tuple[str, ...], found: _Found) -> list[tuple[int, int]]:
    size = len(words)
    return [
        (found.spans[at][0], found.spans[at + size - 1][1])
        for at in range(len(found.order) - size + 1)
        if tuple(found.order[at : at + size]) == words
    ]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _html(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    pieces = []
    at = 0
    for start, end in spans:
        pieces += [_plain(text[at:start]), "<mark>", _plain(text[start:end]), "</mark>"]
        at = end
    pieces.append(_plain(text[at:]))
    return mark_safe("".join(pieces).strip())  # noqa: S308 - every piece is escaped


def _plain(text: str) -> str:
    return escape(_BLANKS.sub(" ", text))
