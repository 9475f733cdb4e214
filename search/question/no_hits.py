"""Explain why a search found nothing: which word occurs nowhere, which filter is the narrowest, what is near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from access.scope import AccessScope
from search.analysis.compounds import MIN_PART_CHARS, german_splitter
from search.analysis.misspellings import as_written
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.analysis.vocabulary import Vocabulary
from search.engines.base import Query, SearchEngine
from search.facet import facets, facets_in_order
from search.question.asked import Asked, before_day, from_day
from search.question.dates import read_day
from search.question.query import TypedFilter
from search.registry import kinds
from search.requests import SearchRequest
from search.results import Explanation, Relaxed, WordCount

# Each costs a question to the engine.
MAX_WORDS = 6
MAX_PHRASES = 2
MAX_FILTERS = 4

MAX_PARTS = 3
MAX_BEGUN = 6

SHOWN_RELAXED = 2
SHOWN_RELATED = 6
SHOWN_PEOPLE = 3
ASKED_VALUES = 2
"""Values of a facet with most documents about what was asked for, whose people are named."""


def explain(
    engine: SearchEngine, asked: Asked, scope: AccessScope, vocabulary: Vocabulary
) -> Explanation:
    """Count the hits of each word alone, and those without each filter and without all.

    Args:
        engine: The engine that found nothing.
        asked: The search.
        scope: The reader's scope, within which everything is counted.
        vocabulary: The search's vocabulary.

    Raises:
        search.engines.base.EngineUnavailable: If the engine doesn't answer.
    """
    return _Explaining(engine, asked, scope, vocabulary).explanation()


class _Explaining:
    def __init__(
        self, engine: SearchEngine, asked: Asked, scope: AccessScope, vocabulary: Vocabulary
    ) -> None:
        self._engine = engine
        self._asked = asked
        self._scope = scope
        self._vocabulary = vocabulary

    def explanation(self) -> Explanation:
        asked = self._asked
        words = list(self._words())
        related = list(self._related(one.word for one in words if not one.total))
        if not (asked.is_narrowed and asked.typed.asks):
            return Explanation(words, related=related)
        relaxed = sorted(self._relaxed(), key=lambda one: -one.total)[:SHOWN_RELAXED]
        bare = asked.request.without_filters().with_text(asked.text_without_filters)
        unfiltered = replace(asked.query, filters={}, after=None, before=None)
        return Explanation(words, relaxed, self._total(unfiltered), bare.address(), related)

    def _words(self) -> Iterator[WordCount]:
        query = self._asked.query
        others = (
            query.phrases
            or query.inflected
            or query.any_of
            or query.excluded
            or self._asked.is_narrowed
        )
        for word in query.words[:MAX_WORDS]:
            # Where any word would do and nothing narrows, none of them is anywhere.
            total = self._total(Query(words=(word,))) if others else 0
            yield WordCount(word, total, SearchRequest(text=word).address())
        for phrase in query.phrases[:MAX_PHRASES]:
            quoted = f'"{phrase}"'
            total = self._total(Query(phrases=(phrase,)))
            yield WordCount(phrase, total, SearchRequest(text=quoted).address())
            if not total and (total := self._total(Query(inflected=(phrase,)))):
                yield WordCount(f"~{quoted}", total, SearchRequest(text=f"~{quoted}").address())

    def _related(self, words: Iterable[str]) -> Iterator[WordCount]:
        """Yield what shares a part with the words: words in the reader's documents beginning with it, then the part."""
        parts = dict.fromkeys(
            part
            for word in words
            for part in german_splitter().split(fold(word)).halves
            if len(part) >= MIN_PART_CHARS
        )
        offered: dict[str, str] = {}
        for part in list(parts)[:MAX_PARTS]:
            written = as_written(part).capitalize()
            begun = self._engine.suggest(
                written, self._scope, limit=MAX_BEGUN, vocabulary=self._vocabulary
            )
            for text in (*(one.text for one in begun if not one.key), written):
                offered.setdefault(stem(fold(text)), text)
        counted = ((text, self._total(Query(words=(text,)))) for text in offered.values())
        found = [WordCount(text, n, SearchRequest(text=text).address()) for text, n in counted if n]
        yield from sorted(found, key=lambda one: -one.total)[:SHOWN_RELATED]

    def _relaxed(self) -> Iterator[Relaxed]:
        """Yield filters without which something is found, if there are several."""
        query = self._asked.query
        without: dict[str, tuple[str, Query]] = {
            facet: (
                str(facets[facet].legend),
                replace(query, filters={k: v for k, v in query.filters.items() if k != facet}),
            )
            for facet in query.filters
        }
        if query.after:
            without["after"] = from_day(query.after), replace(query, after=None)
        if query.before:
            without["before"] = before_day(query.before), replace(query, before=None)
        if len(without) < 2:
            return
        for name, (label, wider) in list(without.items())[:MAX_FILTERS]:
            if total := self._total(wider):
                yield Relaxed(label, total, self._request_without(name).address())

    def _request_without(self, name: str) -> SearchRequest:
        """Return the request without one filter, chosen and typed."""
        request = self._asked.request
        typed = (one for one in self._asked.typed.filters if _narrows(one) == name)
        return replace(
            request.with_text(self._asked.text_without(typed)),
            filters={facet: values for facet, values in request.filters.items() if facet != name},
            after=None if name == "after" else request.after,
            before=None if name == "before" else request.before,
        )

    def _total(self, query: Query) -> int:
        counted = replace(query, facets=(), limit=1, offset=0)
        return self._engine.search(counted, self._scope, vocabulary=self._vocabulary).total


def _narrows(typed: TypedFilter) -> str:
    """Return what a typed filter narrows; `von:` may name a first day, or a person, which belongs to the words."""
    return "after" if typed.target == "by" and read_day(typed.value) else typed.target


def whom_to_ask(
    engine: SearchEngine,
    asked: Asked,
    explanation: Explanation,
    scope: AccessScope,
    vocabulary: Vocabulary,
) -> tuple[str, ...]:
    """Return the keys of documents that name people to ask, best first; not yet confirmed by the database.

    First those that say the words themselves, or parts of them; else those of the fields of action and then of the
    bodies with most documents about these.

    Args:
        engine: That found nothing.
        asked: The search.
        explanation: What there is instead.
        scope: The reader's: whatever is found is hers.
        vocabulary: That the search used.

    Raises:
        search.engines.base.EngineUnavailable: If the engine doesn't answer.
    """
    kinds_of_people = tuple(kind.value for kind in kinds if kind.names_people)
    related = tuple(one.word for one in (*explanation.words, *explanation.related) if one.total)
    words = (*asked.typed.words, *asked.typed.phrases, *asked.typed.inflected, *related)
    if not (words and kinds_of_people):
        return ()

    def keys(query: Query) -> tuple[str, ...]:
        people = {**query.filters, "kind": kinds_of_people}
        found = engine.search(
            replace(query, filters=people, limit=SHOWN_PEOPLE), scope, vocabulary=vocabulary
        )
        return tuple(hit.key for hit in found.hits)

    if found := keys(Query(words=words)):
        return found
    # Last in order, first asked: a topic says more of whom to ask than a body.
    leading = [facet.name for facet in reversed(facets_in_order()) if facet.leads_to_people]
    about = Query(words=related, facets=tuple(leading), limit=1)
    counts = engine.search(about, scope, vocabulary=vocabulary).facets if related else {}
    people: dict[str, None] = {}
    for name in leading:
        if values := tuple(value for value, _count in counts.get(name, ())[:ASKED_VALUES]):
            people |= dict.fromkeys(keys(Query(filters={name: values})))
    return tuple(people)[:SHOWN_PEOPLE]
