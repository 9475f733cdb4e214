"""Why a search found nothing, and what would be found instead: which word is nowhere, which filter is the narrowest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from access.scope import AccessScope
from search.analysis.vocabulary import Vocabulary
from search.asking import Asked, before_day, from_day
from search.dates import read_day
from search.engines.base import Query, SearchEngine
from search.facets import LEGENDS
from search.query import FILTER_NAMES, TypedFilter
from search.requests import SearchRequest
from search.results import Explanation, Relaxed, WordCount

# Each costs a question to the engine.
MAX_WORDS = 6
MAX_PHRASES = 2
MAX_FILTERS = 4

SHOWN_RELAXED = 2


def explain(
    engine: SearchEngine, asked: Asked, scope: AccessScope, vocabulary: Vocabulary
) -> Explanation:
    """Ask how many hits each word has by itself, and how many there are without each filter and without all.

    Args:
        engine: That found nothing.
        asked: The search.
        scope: The reader's: whatever is counted is hers.
        vocabulary: That the search used.

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
        if not (asked.is_narrowed and asked.typed.asks):
            return Explanation(words)
        relaxed = sorted(self._relaxed(), key=lambda one: -one.total)[:SHOWN_RELAXED]
        bare = asked.request.without_filters().with_text(asked.text_without_filters)
        unfiltered = replace(asked.query, filters={}, after=None, before=None)
        return Explanation(words, relaxed, self._total(unfiltered), bare.address())

    def _words(self) -> Iterator[WordCount]:
        query = self._asked.query
        others = query.phrases or query.any_of or query.excluded or self._asked.is_narrowed
        for word in query.words[:MAX_WORDS]:
            # Where any word would do and nothing narrows, none of them is anywhere.
            total = self._total(Query(words=(word,))) if others else 0
            yield WordCount(word, total, SearchRequest(text=word).address())
        for phrase in query.phrases[:MAX_PHRASES]:
            quoted = f'"{phrase}"'
            total = self._total(Query(phrases=(phrase,)))
            yield WordCount(phrase, total, SearchRequest(text=quoted).address())

    def _relaxed(self) -> Iterator[Relaxed]:
        """Yield the filters without which something is found; nothing if there is only one."""
        query = self._asked.query
        without: dict[str, tuple[str, Query]] = {
            facet: (
                str(LEGENDS[facet]),
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
    """Return what a typed filter narrows; `von:` may name a first day or a person, who is a part of the words."""
    target = FILTER_NAMES[typed.name]
    return "after" if target == "by" and read_day(typed.value) else target
