"""The common part of both engines: plan the query, run it, and look for near spellings of unknown words."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from access.scope import AccessScope
from search.analysis.compounds import german_splitter
from search.analysis.misspellings import corrections
from search.analysis.normal import fold
from search.analysis.thesaurus import other_words
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.engines.base import Hit, Query, SearchResult, Suggestion
from search.engines.plan import MAX_NEAR_SPELLINGS, Plan, plan, with_near_words, with_other_words
from search.engines.ranking import RANKING, Ranking
from search.engines.spelling import MAX_MISSPELT_WORDS, NearWord, allowed_distance, nearest
from search.engines.streams import SEPARATOR
from search.facet import facets

MAX_OFFSET = 10_000
MAX_LIMIT = 100
MIN_PREFIX_CHARS = 2
MAX_PREFIX_CHARS = 100
MAX_SUGGESTED_SYNONYMS = 2

FacetCounts = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found.

    Attributes:
        hits: One page of them, best first.
        total: Exact number of all hits.
        facets: Counts of the facets that were asked for.
        unknown: Folded words of the query that no document within scope, filters and phrases contains.
    """

    hits: Sequence[Hit]
    total: int
    facets: FacetCounts
    unknown: frozenset[str] = frozenset()


class PlannedEngine(abc.ABC):
    """Base of both engines, which add the parts that talk to the engine."""

    ranking: Ranking = RANKING

    def search(
        self, query: Query, scope: AccessScope, *, vocabulary: Vocabulary | None = None
    ) -> SearchResult:
        """Find documents inside `scope`; see `SearchEngine.search`."""
        vocabulary = vocabulary or german_vocabulary()
        query_plan = plan(query, vocabulary, ranking=self.ranking)
        if query_plan.nothing:
            return SearchResult(
                hits=(), total=0, facets={name: () for name in query.facets if name in facets}
            )
        answer = self._run(query_plan, query, scope)
        others = {word: found for word in answer.unknown if (found := other_words(word))}
        if others:
            query_plan = with_other_words(query_plan, others, ranking=self.ranking)
            answer = self._run(query_plan, query, scope)
        proposal = ""
        corrected: dict[str, tuple[str, ...]] = {}
        misspelt = _misspelt(query_plan, answer)
        if misspelt:
            near = self._near_words(sorted(misspelt), query_plan, query, scope, vocabulary)
            if any(near.values()):
                corrected = {
                    word: tuple(one.word for one in words) for word, words in near.items() if words
                }
                query_plan = with_near_words(
                    query_plan, corrected, vocabulary, ranking=self.ranking
                )
                answer = self._run(query_plan, query, scope)
                proposal = _proposal(query, near)
        return SearchResult(
            hits=answer.hits,
            total=answer.total,
            facets=answer.facets,
            did_you_mean=proposal,
            near_words=corrected,
            unknown=tuple(sorted(answer.unknown)),
            plan=query_plan,
        )

    def suggest(
        self,
        prefix: str,
        scope: AccessScope,
        *,
        limit: int = 8,
        vocabulary: Vocabulary | None = None,
    ) -> list[Suggestion]:
        """Propose titles, then words, inside `scope` that begin like `prefix`; see `SearchEngine.suggest`."""
        start = _start(prefix)
        limit = max(1, min(limit, 20))
        if len(start) < MIN_PREFIX_CHARS:
            return []
        chosen: dict[str, Suggestion] = {}
        self._propose(start, scope, limit, chosen)
        synonyms = (vocabulary or german_vocabulary()).written_synonyms_of(
            prefix[:MAX_PREFIX_CHARS]
        )
        for synonym in synonyms[:MAX_SUGGESTED_SYNONYMS]:
            if len(chosen) < limit and len(_start(synonym)) >= MIN_PREFIX_CHARS:
                self._propose(_start(synonym), scope, limit, chosen)
        return list(chosen.values())[:limit]

    def _propose(
        self, start: str, scope: AccessScope, limit: int, chosen: dict[str, Suggestion]
    ) -> None:
        """Add titles, then words, to those chosen before, by key or folded text."""
        titles = _titles(self._titles_from(start, scope, limit=limit * 4), limit)
        terms = [] if " " in start else self._spellings_from(start, scope, limit=limit * 4)
        for title, key in titles:
            chosen.setdefault(key, Suggestion(text=title, key=key))
        taken = {fold(suggestion.text) for suggestion in chosen.values()}
        for surface in _words(terms):
            if fold(surface) not in taken and len(chosen) < limit:
                taken.add(fold(surface))
                chosen[fold(surface)] = Suggestion(text=surface)

    @abc.abstractmethod
    def _run(self, query_plan: Plan, query: Query, scope: AccessScope) -> Answer:
        """Run a plan."""

    @abc.abstractmethod
    def _spelling_terms(
        self, words: Sequence[str], query_plan: Plan, query: Query, scope: AccessScope
    ) -> dict[str, list[tuple[str, int]]]:
        """Return, for each word, stored spellings near it with counts, from documents that the query may return."""

    @abc.abstractmethod
    def _titles_from(self, start: str, scope: AccessScope, *, limit: int) -> list[str]:
        """Return stored title starts (`Fields.titles`) inside `scope` beginning with `start`, in alphabetical order."""

    @abc.abstractmethod
    def _spellings_from(
        self, start: str, scope: AccessScope, *, limit: int
    ) -> list[tuple[str, int]]:
        """Return stored spellings inside `scope` beginning with `start`, with counts, most frequent first."""

    def _near_words(
        self,
        words: Sequence[str],
        query_plan: Plan,
        query: Query,
        scope: AccessScope,
        vocabulary: Vocabulary,
    ) -> dict[str, list[NearWord]]:
        """Return words spelt like the unknown ones: from the reader's documents, else from the vocabulary."""
        found = self._spelling_terms(words, query_plan, query, scope)
        near = {word: nearest(word, found.get(word, ()))[:MAX_NEAR_SPELLINGS] for word in words}
        for word in words:
            if not near[word]:
                known = vocabulary.words_beginning_with(word[0])
                spellings = [(f"{fold(one)}{SEPARATOR}{one}", 0) for one in known]
                near[word] = nearest(word, spellings)[:1]
        doubtful = [word for word in words if not near[word] or near[word][0].distance > 1]
        listed = self._listed_words(doubtful, query_plan, query, scope, vocabulary)
        return {
            word: sorted([*near[word], *listed.get(word, ())], key=attrgetter("distance"))
            for word in words
        }

    def _listed_words(
        self,
        words: Sequence[str],
        query_plan: Plan,
        query: Query,
        scope: AccessScope,
        vocabulary: Vocabulary,
    ) -> dict[str, list[NearWord]]:
        """Return words of the shipped lists, and compounds of them, spelt like unknown ones, that find something."""
        listed = {word: corrections(word, allowed_distance(word)) for word in words}
        groups = [
            replace(group, known=group.present)
            for ones in listed.values()
            for one in ones
            for group in plan(Query(words=(one.written,)), vocabulary, ranking=self.ranking).groups
        ]
        if not groups:
            return {}
        probe = replace(query_plan, groups=tuple(groups), bonuses=(), together=0.0)
        unknown = self._run(probe, replace(query, facets=(), offset=0, limit=1), scope).unknown
        return {
            word: [
                NearWord(one.word, one.written, one.distance, 0)
                for one in ones
                if one.word not in unknown
            ]
            for word, ones in listed.items()
        }


def _misspelt(query_plan: Plan, answer: Answer) -> list[str]:
    """Return the words for which near spellings are worth looking for.

    A word that no document contains may be right: one from the word list (Beobachtung, not Beachtung) counts as
    misspelt only if the query finds nothing at all. That a compound is made of known words says little: Angsttraum is,
    too.
    """
    knows = german_splitter().knows
    words = (group.word for group in query_plan.groups if group.word in answer.unknown)
    suspects = [
        word for word in words if allowed_distance(word) and not (answer.total and knows(word))
    ]
    return suspects[:MAX_MISSPELT_WORDS]


def _proposal(query: Query, near: Mapping[str, Sequence[NearWord]]) -> str:
    """Return the query's words with unknown ones replaced by the nearest spelling, and phrases in quotation marks."""
    words = [near[fold(w)][0].surface if near.get(fold(w)) else w for w in query.words]
    if words == list(query.words):
        return ""
    return " ".join([*words, *(f'"{phrase}"' for phrase in query.phrases)])


def _start(typed: str) -> str:
    words = [fold(word) for word in typed[:MAX_PREFIX_CHARS].split()]
    return " ".join(word for word in words if word)


def _titles(starts: Sequence[str], limit: int) -> list[tuple[str, str]]:
    """Return titles and keys, those that begin with the typed text before those that only contain it."""
    found: dict[str, tuple[str, str, str]] = {}
    for term in starts:
        rest, inner, title, key = term.split(SEPARATOR)
        found.setdefault(key, (inner, rest, title))
        found[key] = min(found[key], (inner, rest, title))
    ordered = sorted((inner, rest, title, key) for key, (inner, rest, title) in found.items())
    return [(title, key) for _, _, title, key in ordered[:limit]]


def _words(terms: Sequence[tuple[str, int]]) -> list[str]:
    """Return spellings, one for each folded word, most frequent first."""
    best: dict[str, tuple[int, str]] = {}
    for term, count in terms:
        folded, _, surface = term.partition(SEPARATOR)
        best[folded] = min(best.get(folded, (0, "")), (-count, surface))
    return [surface for _, surface in sorted(best.values())]


def page_of(query: Query) -> tuple[int, int]:
    """Return offset and limit of a query, within what engines accept."""
    return max(0, min(query.offset, MAX_OFFSET)), max(1, min(query.limit, MAX_LIMIT))
