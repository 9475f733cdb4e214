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
            query_plan = with_near_words(query_plan, near_words)
        self.groups: tuple[str, ...] = tuple(group.text for group in query_plan.groups)
        """The words of the query as typed, one for each group."""
        self._terms: dict[str, set[int]] = defaultdict(set)
        self._words: dict[str, set[int]] = defaultdict(set)
        self._phrases: list[tuple[str, ...]] = []
        for index, group in enumerate(query_plan.groups):
            self._learn(group.node, frozenset({index}))
        for node in query_plan.required:
            self._learn(node, frozenset())

    def spans(self, text: str) -> list[Span]:
        """Find what meets the query in `text`, in order, without overlaps."""
        found = tokens(text)
        phrases = list(self._phrase_spans(found))
        single = [*self._word_spans(found), *self._extra_spans(text, found)]
        return _without_overlaps([*phrases, *single])

    def _learn(self, node: Node, groups: frozenset[int]) -> None:
        match node:
            case Match():
                table = self._words if "text_exact" in node.streams else self._terms
                table[node.term] |= groups
            case Phrase():
                self._phrases.append(node.words)
            case Every() | Best():
                for part in node.nodes:
                    self._learn(part, groups)

    def _word_spans(self, found: Sequence[Token]) -> Iterator[Span]:
        for token in found:
            if (groups := self._groups_of(token)) is not None:
                yield Span(token.start, token.end, frozenset(groups))

    def _groups_of(self, token: Token) -> set[int] | None:
        """Groups that a word meets by its stem, a part, or as it stands; None if it meets nothing."""
        terms = [self._terms[term] for term in self._stems(token) if term in self._terms]
        if token.word in self._words:
            terms.append(self._words[token.word])
        return set().union(*terms) if terms else None

    def _stems(self, token: Token) -> tuple[str, ...]:
        if not token.stem:
            return ()
        if token.word in self._vocabulary.never_split:
            return (token.stem,)
        leaves, inner = split_stems(token.word)
        return (token.stem, *leaves, *inner)

    def _extra_spans(self, text: str, found: Sequence[Token]) -> Iterator[Span]:
        for extra in extras(text, list(found)):
            if extra.term in self._terms:
                start, end = found[extra.first].start, found[extra.last].end
                yield Span(start, end, frozenset(self._terms[extra.term]))

    def _phrase_spans(self, found: Sequence[Token]) -> Iterator[Span]:
        words = [token.word for token in found]
        for phrase in self._phrases:
            for first in range(len(words) - len(phrase) + 1):
                if tuple(words[first : first + len(phrase)]) == phrase:
                    covered = found[first : first + len(phrase)]
                    groups = [self._groups_of(token) or set() for token in covered]
                    yield Span(covered[0].start, covered[-1].end, frozenset().union(*groups), is_phrase=True)


def _without_overlaps(spans: Sequence[Span]) -> list[Span]:
    """Keep the longer of two overlapping spans, with the groups of both."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            is_phrase = last.is_phrase or span.is_phrase
            kept[-1] = Span(last.start, max(last.end, span.end), last.groups | span.groups, is_phrase)
        else:
            kept.append(span)
    return kept
