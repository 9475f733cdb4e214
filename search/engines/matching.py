"""Which words of a text meet a query: the same plan that the engines run, read against one text.

Passages are chosen and marked with this, so that what is marked is what was found, compounds, synonyms, numbered things
and near spellings included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.analysis.tokens import Token, extras, split_stems, tokens
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Query
from search.engines.plan import Best, Every, Match, Node, Phrase, plan, with_near_words


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that meets the query, from the first letter of a word to the last one of a word.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        groups: Which words of the query it meets: indexes into `Matcher.groups`; empty for a phrase of stop words.
        is_phrase: Whether a phrase in quotation marks stands here.
    """

    start: int
    end: int
    groups: frozenset[int]
    is_phrase: bool = False


_Term = tuple[bool, str]  # whether it stands for the word as it is, not for its stem; the term
_Occurrence = tuple[int, int, set[_Term]]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to meet groups of a query: a text must hold a term of each set."""

    terms: tuple[frozenset[_Term], ...]
    groups: frozenset[int]


class Matcher:
    """Finds what meets one query in any number of texts.

    Args:
        query: As given to the engine.
        vocabulary: As given to the engine; None means the shipped one.
        near_words: `SearchResult.near_words` of its answer, so that corrected words are found too.
    """

    def __init__(
        self,
        query: Query,
        vocabulary: Vocabulary | None = None,
        near_words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._vocabulary = vocabulary or german_vocabulary()
        query_plan = plan(query, self._vocabulary)
        if near_words:
            query_plan = with_near_words(query_plan, near_words, self._vocabulary)
        self.groups: tuple[str, ...] = tuple(group.text for group in query_plan.groups)
        """The words of the query as typed, one for each group."""
        self._ways: list[_Way] = []
        self._phrases: list[tuple[str, ...]] = []
        for index, group in enumerate(query_plan.groups):
            self._learn(group.node, frozenset({index}))
        for node in query_plan.required:
            self._learn(node, frozenset())
        self._interesting = {term for way in self._ways for any_of in way.terms for term in any_of}

    def spans(self, text: str) -> list[Span]:
        """Find what meets the query in `text`, in order, without overlaps.

        The parts of a compound are marked only where all of them occur in the text: the city is not the north city.
        """
        found = tokens(text)
        occurring = [*self._words_of(found), *self._extras_of(text, found)]
        present = {term for _, _, terms in occurring for term in terms}
        wanted: dict[_Term, set[int]] = defaultdict(set)
        for way in self._ways:
            if all(any_of & present for any_of in way.terms):
                for term in frozenset().union(*way.terms):
                    wanted[term] |= way.groups
        single = [
            Span(start, end, frozenset().union(*(wanted[term] for term in terms if term in wanted)))
            for start, end, terms in occurring
            if any(term in wanted for term in terms)
        ]
        return _without_overlaps([*self._phrase_spans(found, wanted), *single])

    def _learn(self, node: Node, groups: frozenset[int]) -> None:
        match node:
            case Match():
                self._ways.append(_Way((frozenset({_term_of(node)}),), groups))
            case Phrase():
                self._phrases.append(node.words)
            case Every():
                self._ways.append(_Way(tuple(_any_of(part) for part in node.nodes), groups))
            case Best():
                for part in node.nodes:
                    self._learn(part, groups)

    def _words_of(self, found: Sequence[Token]) -> Iterator[_Occurrence]:
        for token in found:
            if terms := self._interesting.intersection(self._terms_of(token)):
                yield token.start, token.end, terms

    def _extras_of(self, text: str, found: list[Token]) -> Iterator[_Occurrence]:
        for extra in extras(text, found):
            if terms := self._interesting.intersection([(False, extra.term)]):
                yield found[extra.first].start, found[extra.last].end, terms

    def _terms_of(self, token: Token) -> list[_Term]:
        terms = [(True, token.word)]
        if token.stem:
            terms.append((False, token.stem))
            if not self._vocabulary.is_kept_whole(token.word):
                leaves, inner = split_stems(token.word)
                terms += [(False, part) for part in (*leaves, *inner)]
        return terms

    def _phrase_spans(
        self, found: Sequence[Token], wanted: Mapping[_Term, set[int]]
    ) -> Iterator[Span]:
        words = [token.word for token in found]
        for phrase in self._phrases:
            for first in range(len(words) - len(phrase) + 1):
                if (
                    words[first] == phrase[0]
                    and tuple(words[first : first + len(phrase)]) == phrase
                ):
                    covered = found[first : first + len(phrase)]
                    groups = [
                        wanted[term]
                        for token in covered
                        for term in self._terms_of(token)
                        if term in wanted
                    ]
                    yield Span(
                        covered[0].start,
                        covered[-1].end,
                        frozenset().union(*groups),
                        is_phrase=True,
                    )


def _term_of(match: Match) -> _Term:
    return "text_exact" in match.streams, match.term


def _any_of(node: Node) -> frozenset[_Term]:
    """The terms under a node, any of which stands for it."""
    match node:
        case Match():
            return frozenset({_term_of(node)})
        case Phrase():
            return frozenset((True, word) for word in node.words)
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
