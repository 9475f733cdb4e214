"""Find the words of a text that match a query, with the plan that the engines run.

Passages are chosen and marked with this, so that the marks show what was found, compounds, synonyms, numbered things
and near spellings included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from search.analysis.tokens import Token, extras, forms, split_stems, tokens
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.plan import Best, Every, Match, Node, Phrase, Plan, is_as_typed, plan


class Span(NamedTuple):
    """A part of a text that matches the query, from the first letter of a word to the last one of a word.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        groups: The words of the query that it matches, as indexes into `Matcher.groups`; empty for stop words.
        is_phrase: Whether it is a phrase in quotation marks.
    """

    start: int
    end: int
    groups: frozenset[int]
    is_phrase: bool = False


Term = tuple[bool, str]
"""Whether it stands for the word as it is, not for its stem; the term."""

Occurrence = tuple[int, int, frozenset[Term]]
"""Offsets of a word's first character and of what follows its last, and the terms of the query that it meets."""

_AROUND = '.,;:!?()[]"„“”‚‘»«…–'
# What may join words (AG-Protokoll, Ku'damm, Bürger*innen): what `search.analysis.tokens` takes for it.
_JOINT = re.compile("[-\u2010\u2011\u2043\u30fb\ufe63\uff0d'’*:_/]")


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to match groups of a query: a text must contain a term of each set."""

    terms: tuple[frozenset[Term], ...]
    groups: frozenset[int]


class Matcher:
    """Finds the matches of one query in any number of texts.

    Args:
        query: As given to the engine.
        vocabulary: As given to the engine; None means the shipped one.
        query_plan: `SearchResult.plan` of its answer, so that corrected words are found too; made anew if it is None.
        parts_alone: Whether a part of a compound counts where the other parts do not occur.
    """

    def __init__(
        self,
        query: Query,
        vocabulary: Vocabulary | None = None,
        query_plan: Plan | None = None,
        *,
        parts_alone: bool = False,
    ) -> None:
        self._vocabulary = vocabulary or german_vocabulary()
        if query_plan is None:
            query_plan = plan(query, self._vocabulary)
        self.plan = query_plan
        self._parts_alone = parts_alone
        """What the engine ran, corrected words included."""
        self.groups: tuple[str, ...] = tuple(group.text for group in query_plan.groups)
        """The words of the query as typed, one for each group."""
        # Terms that meet their groups by themselves, and ways that need several.
        self._alone: dict[Term, frozenset[int]] = {}
        self._together: list[_Way] = []
        self._phrases: list[Phrase] = []
        for index, group in enumerate(query_plan.groups):
            self._learn(group.node, frozenset({index}))
        for node in query_plan.required:
            self._learn(node, frozenset())
        self._interesting = set(self._alone).union(
            *(any_of for way in self._together for any_of in way.terms)
        )
        self.reads_neighbours = bool(self._phrases) or any(
            "_" in term for _, term in self._interesting
        )
        """Whether a single word doesn't tell by itself what it meets: there are phrases or numbered things."""
        self._met: dict[str, tuple[Occurrence, ...]] = {}
        self._wanted_among: dict[frozenset[Term], Mapping[Term, frozenset[int]]] = {}

    def spans(self, text: str) -> list[Span]:
        """Find the matches in `text`, in order, without overlaps.

        The parts of a compound count only where all of them occur in the text: the city is not the north city.
        """
        found = tokens(text)
        occurring = [*self._words_of(found), *self._extras_of(text, found)]
        wanted = self._wanted(occurring)
        return _without_overlaps(
            [*self._phrase_spans(found, wanted), *_single_spans(occurring, wanted)]
        )

    def spans_of(self, occurring: Sequence[Occurrence]) -> list[Span]:
        """Find the matches in a text with these occurrences, without phrases."""
        return _without_overlaps(list(_single_spans(occurring, self._wanted(occurring))))

    def occurrences_in(self, chain: str) -> Sequence[Occurrence]:
        """Return the matches in a string without blanks: a word, or several joined by hyphens and the like.

        It can't find what depends on neighbours (`reads_neighbours`). Results are remembered, so that ten texts about
        the same thing cost little more than one.

        Returns:
            Occurrences, counted from the beginning of the string.
        """
        met = self._met.get(chain)
        if met is None:
            met = self._met[chain] = tuple(self._occurrences_in(chain))
        return met

    def _occurrences_in(self, chain: str) -> Iterator[Occurrence]:
        last = -1
        for start, end, word, own, parts in _read(chain):
            terms = self._interesting & own
            if parts and not self._vocabulary.is_kept_whole(word):
                terms |= self._interesting & parts
            if terms and start > last:
                yield start, end, frozenset(terms)
                last = start

    def _wanted(self, occurring: Iterable[Occurrence]) -> Mapping[Term, frozenset[int]]:
        """Return the terms that count in a text with these occurrences, with the groups that they match."""
        present = frozenset().union(*[terms for _, _, terms in occurring])
        if (known := self._wanted_among.get(present)) is not None:
            return known
        wanted = {term: self._alone[term] for term in present if term in self._alone}
        for way in self._together:
            if all(not present.isdisjoint(any_of) for any_of in way.terms):
                for term in present.intersection(frozenset().union(*way.terms)):
                    wanted[term] = wanted.get(term, frozenset()) | way.groups
        self._wanted_among[present] = wanted
        return wanted

    def _learn(self, node: Node, groups: frozenset[int]) -> None:
        match node:
            case Match():
                self._alone[term_of(node)] = self._alone.get(term_of(node), frozenset()) | groups
            case Phrase():
                self._phrases.append(node)
            case Every() if self._parts_alone:
                for part in node.nodes:
                    self._learn(part, groups)
            case Every():
                self._together.append(_Way(tuple(map(_any_of, node.nodes)), groups))
            case Best():
                for part in node.nodes:
                    self._learn(part, groups)

    def _words_of(self, found: Sequence[Token]) -> Iterator[Occurrence]:
        for token in found:
            if terms := self._interesting.intersection(self._terms_of(token.word, token.stem)):
                yield token.start, token.end, frozenset(terms)

    def _extras_of(self, text: str, found: list[Token]) -> Iterator[Occurrence]:
        for extra in extras(text, found):
            if terms := self._interesting.intersection((False, term) for term in extra.terms):
                yield found[extra.first].start, found[extra.last].end, frozenset(terms)

    def _terms_of(self, word: str, stem: str) -> frozenset[Term]:
        own, parts = _terms_of(word, stem)
        return own if not parts or self._vocabulary.is_kept_whole(word) else own | parts

    def _phrase_spans(
        self, found: Sequence[Token], wanted: Mapping[Term, frozenset[int]]
    ) -> Iterator[Span]:
        as_typed, stems = [token.word for token in found], [token.form for token in found]
        for node in self._phrases:
            words, phrase = as_typed if is_as_typed(node) else stems, node.words
            for first in range(len(words) - len(phrase) + 1):
                if (
                    words[first] == phrase[0]
                    and tuple(words[first : first + len(phrase)]) == phrase
                ):
                    covered = found[first : first + len(phrase)]
                    groups = [
                        wanted[term]
                        for token in covered
                        for term in self._terms_of(token.word, token.stem)
                        if term in wanted
                    ]
                    yield Span(
                        covered[0].start,
                        covered[-1].end,
                        frozenset().union(*groups),
                        is_phrase=True,
                    )


def _terms_of(word: str, stem: str) -> tuple[frozenset[Term], frozenset[Term]]:
    """Return the terms of a word as it is, and those of its parts."""
    if not stem:
        return frozenset({(True, word)}), frozenset()
    leaves, inner = split_stems(word)
    parts = frozenset((False, part) for part in (*leaves, *inner))
    return frozenset({(True, word), (False, stem)}), parts


@lru_cache(maxsize=30_000)
def _read(chain: str) -> tuple[tuple[int, int, str, frozenset[Term], frozenset[Term]], ...]:
    """Return the words of a string without blanks in order: offsets, folded form, terms, parts."""
    bare = chain.strip(_AROUND)
    if bare.isalpha() and not bare.lower().endswith(("str", "pl")):
        word, stem, _ = forms(bare)
        start = chain.index(bare)
        return ((start, start + len(bare), word, *_terms_of(word, stem)),)
    found = tokens(chain)
    words = [
        (token.start, token.end, token.word, *_terms_of(token.word, token.stem)) for token in found
    ]
    words += [
        (
            found[extra.first].start,
            found[extra.last].end,
            "",
            frozenset((False, term) for term in extra.terms),
            frozenset[Term](),
        )
        for extra in extras(chain, found)
    ]
    # Of what begins at one place, a word comes before what it is a part of.
    return tuple(sorted(words, key=lambda one: one[0]))


def _single_spans(
    occurring: Iterable[Occurrence], wanted: Mapping[Term, frozenset[int]]
) -> Iterator[Span]:
    for start, end, terms in occurring:
        if met := [wanted[term] for term in terms if term in wanted]:
            yield Span(start, end, frozenset().union(*met))


def has_joints(text: str) -> bool:
    """Tell whether a text contains what may join words."""
    return _JOINT.search(text) is not None


def term_of(match: Match) -> Term:
    """Return what a node of a plan looks for."""
    return is_as_typed(match), match.term


def _any_of(node: Node) -> frozenset[Term]:
    """Return the terms under a node, any of which counts for it."""
    match node:
        case Match():
            return frozenset({term_of(node)})
        case Phrase():
            return frozenset((is_as_typed(node), word) for word in node.words)
        case Every() | Best():
            return frozenset().union(*(_any_of(part) for part in node.nodes))


def _without_overlaps(spans: Sequence[Span]) -> list[Span]:
    """Keep the longer of two overlapping spans, with the groups of both."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            is_phrase = last.is_phrase or span.is_phrase
            kept[-1] = Span(
                last.start, max(last.end, span.end), last.groups | span.groups, is_phrase
            )
        else:
            kept.append(span)
    return kept
