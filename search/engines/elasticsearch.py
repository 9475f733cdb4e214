"""The server engine: Elasticsearch 9 behind an alias, with the mapping version in the name of the index.

The alias `<prefix>` names the index in use, `<prefix>-next` the one that a rebuild is filling. During a rebuild,
writes go to both; it never replaces what was written meanwhile, and respects the marks that deletions leave.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers

from access.scope import AccessScope
from search.documents import SearchDocument
from search.engines import base
from search.engines import elasticsearch_queries as es
from search.engines.base import EngineStatus, EngineUnavailable
from search.engines.plan import Plan
from search.engines.planned import Answer, PlannedEngine
from search.engines.spelling import allowed_distance
from search.engines.streams import clean, fields_of
from search.facet import facets, layout

Answered = TypeVar("Answered")

BATCH = 500
WRITE_TIMEOUT_S = 60.0

# Statuses of single writes that are no failure.
_NO_INDEX = frozenset({404})  # the rebuild ended at this moment
_NO_DOCUMENT = frozenset({404})  # deleted before
_WRITTEN_MEANWHILE = frozenset({409})  # newer than what the rebuild reads


class _IndexGone(Exception):
    """There was no index for one of several searches."""


class ElasticsearchEngine(PlannedEngine):
    """Search in an Elasticsearch server.

    Args:
        client: With a timeout that a reader can bear.
        index: Prefix of the index names, and the alias.
    """

    name = "elasticsearch"

    def __init__(self, client: Elasticsearch, *, index: str) -> None:
        self._client = client
        self._alias = index
        self._next = f"{index}-next"
        self._ready = False

    @classmethod
    def connect(
        cls,
        *,
        url: str,
        index: str,
        user: str = "",
        password: str = "",
        ca_file: str = "",
        timeout_s: float = 5.0,
    ) -> ElasticsearchEngine:
        """Make an engine from settings; nothing is sent yet.

        Args:
            url: With scheme and port.
            index: Prefix of the index names.
            user: Empty for a server without security.
            password: Of the user.
            ca_file: Certificate authority of the server, empty for the system's.
            timeout_s: How long a request may take.
        """
        options: dict[str, Any] = {
            "request_timeout": timeout_s,
            "max_retries": 0,
            "retry_on_timeout": False,
        }
        if user:
            options["basic_auth"] = (user, password)
        if ca_file:
            options["ca_certs"] = ca_file
        return cls(Elasticsearch(url, **options), index=index)

    # Writing

    def upsert(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> None:
        """Store or replace documents by key; see `SearchEngine.upsert`."""
        sources = [
            es.to_source(fields_of(document, never_split=never_split)) for document in documents
        ]
        if not sources:
            return
        actions = [
            {"_op_type": "index", "_id": es.document_id(one["key"]), **one} for one in sources
        ]
        with _failures_named():
            self._ensure()
            if self._is_building():
                self._bulk(self._next, actions, tolerated=_NO_INDEX)
            self._bulk(self._alias, actions)

    def delete(self, keys: Iterable[str]) -> None:
        """Forget documents by key; see `SearchEngine.delete`."""
        if not (gone := list(keys)):
            return
        with _failures_named():
            self._ensure()
            if self._is_building():
                marks = [
                    {"_op_type": "index", "_id": es.document_id(key), **es.tombstone(key)}
                    for key in gone
                ]
                self._bulk(self._next, marks, tolerated=_NO_INDEX)
            self._bulk(
                self._alias,
                [{"_op_type": "delete", "_id": es.document_id(key)} for key in gone],
                tolerated=_NO_DOCUMENT,
            )

    def rebuild(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> int:
        """Fill a new index and switch to it; see `SearchEngine.rebuild`."""
        with _failures_named():
            self._ensure()
            target = self._begin_filling()
        try:
            sources = (
                es.to_source(fields_of(document, never_split=never_split)) for document in documents
            )
            while batch := list(islice(sources, BATCH)):
                actions = [
                    {"_op_type": "create", "_id": es.document_id(one["key"]), **one}
                    for one in batch
                ]
                with _failures_named():
                    self._bulk(self._next, actions, tolerated=_WRITTEN_MEANWHILE, refresh=False)
            with _failures_named():
                return self._switch(target)
        except BaseException:
            with contextlib.suppress(ApiError, TransportError):
                self._client.indices.delete(index=target, ignore_unavailable=True)
            raise

    def drop(self) -> None:
        """Remove all indexes of this prefix; see `SearchEngine.drop`."""
        with _failures_named():
            for name in self._all():
                self._client.indices.delete(index=name, ignore_unavailable=True)
            self._ready = False

    # Reading

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield (key, fingerprint) in key order; see `SearchEngine.stored`."""
        for source in self._each({"match_all": {}}):
            yield source["key"], source["fingerprint"]

    def holding(self, stem: str) -> Iterator[str]:
        """Yield the keys of the documents with this stem; see `SearchEngine.holding`."""
        for source in self._each({"term": {"terms": clean(stem)}}):
            yield source["key"]

    def _each(self, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield what is stored of every document that matches `query`, in key order."""
        with _failures_named():
            self._ensure()
            after: list[Any] | None = None
            pit = self._client.open_point_in_time(index=self._alias, keep_alive="2m")["id"]
            try:
                while True:
                    page = self._client.search(
                        pit={"id": pit, "keep_alive": "2m"}, size=1000, sort=[{"key": "asc"}], search_after=after,
                        query=query, track_total_hits=False,
                    )  # fmt: skip
                    for hit in page["hits"]["hits"]:
                        yield hit["_source"]
                        after = hit["sort"]
                    if not page["hits"]["hits"]:
                        return
            finally:
                self._client.close_point_in_time(id=pit)

    def status(self) -> EngineStatus:
        """Tell what the index holds; see `SearchEngine.status`."""
        with _failures_named():
            self._ensure()
            stats = self._client.indices.stats(index=self._alias, metric=["docs", "store"])
            name, facts = next(iter(stats["indices"].items()))
            return EngineStatus(
                name, facts["primaries"]["docs"]["count"], facts["total"]["store"]["size_in_bytes"]
            )

    def is_available(self) -> bool:
        """Tell whether the server answers; see `SearchEngine.is_available`."""
        try:
            return bool(self._client.cluster.health(timeout="1s")["status"] != "red")
        except (ApiError, TransportError):
            return False

    def _run(self, query_plan: Plan, query: base.Query, scope: AccessScope) -> Answer:
        """Ask for the hits and, in parallel, for the counts.

        Counting needs all documents but no scores; the best few need scores, but the engine can skip documents that
        can't be among them. One search for both took twice as long.
        """
        wanted = [name for name in query.facets if name in facets]
        suspects = {
            group.word: group for group in query_plan.groups if allowed_distance(group.word)
        }
        limits = es.bounds(query_plan, query, scope)
        found, counts = self._search_all(
            [
                es.hits_body(query_plan, query, limits),
                es.counts_body(query_plan, query, limits, wanted=wanted, suspects=suspects),
            ]
        )
        counted = counts.get("aggregations", {})
        by_date = query.sort == "date"
        return Answer(
            hits=[es.hit(hit, by_date=by_date) for hit in found["hits"]["hits"]],
            total=counts["hits"]["total"]["value"],
            facets={name: es.facet_values(counted[f"facet:{name}"]) for name in wanted},
            unknown=es.unknown_words(counted["known"]) if suspects else frozenset(),
        )

    def _spelling_terms(
        self, words: Sequence[str], query_plan: Plan, query: base.Query, scope: AccessScope
    ) -> dict[str, list[tuple[str, int]]]:
        bodies = [es.spellings_body(word, query_plan, query, scope) for word in words]
        answers = self._search_all(bodies)
        return {
            word: es.buckets(answer["aggregations"]["sample"]["terms"])
            for word, answer in zip(words, answers, strict=True)
        }

    def _titles_from(self, start: str, scope: AccessScope, *, limit: int) -> list[str]:
        return [
            term for term, _ in self._terms_from("titles", start, scope, limit, {"_key": "asc"})
        ]

    def _spellings_from(
        self, start: str, scope: AccessScope, *, limit: int
    ) -> list[tuple[str, int]]:
        return self._terms_from("spellings", start, scope, limit, {"_count": "desc"})

    def _terms_from(
        self, field: str, start: str, scope: AccessScope, limit: int, order: Mapping[str, str]
    ) -> list[tuple[str, int]]:
        filters = [es.visible(scope), {"prefix": {field: start}}]
        terms = es.terms(field, limit, include=es.beginning(start), order=dict(order))
        body = {"query": {"bool": {"filter": filters}}, "size": 0, "aggregations": {"terms": terms}}
        return es.buckets(self._search(body)["aggregations"]["terms"])

    def _search(self, body: dict[str, Any]) -> Mapping[str, Any]:
        return self._asked(lambda: self._client.search(index=self._alias, body=body).body)

    def _search_all(self, bodies: Sequence[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Run several searches in one request."""
        # The client's own serializer takes as long as the network.
        target = orjson.dumps({"index": self._alias})
        lines = [line for body in bodies for line in (target, orjson.dumps(body))]

        def ask() -> Sequence[Mapping[str, Any]]:
            answered = self._client.msearch(searches=lines)  # type: ignore[arg-type]  # takes lines that are made
            answers: Sequence[Mapping[str, Any]] = answered.body["responses"]
            for answer in answers:
                if answer["status"] == 404:
                    raise _IndexGone
                if "error" in answer:
                    raise EngineUnavailable(f"Elasticsearch refused a query: {answer['error']}")
            return answers

        return self._asked(ask)

    def _asked(self, ask: Callable[[], Answered]) -> Answered:
        with _failures_named():
            self._ensure()
            try:
                return ask()
            except (NotFoundError, _IndexGone):
                # Somebody removed the index since it was last seen; begin an empty one.
                self._ready = False
                self._ensure()
                return self._asked_again(ask)

    def _asked_again(self, ask: Callable[[], Answered]) -> Answered:
        try:
            return ask()
        except _IndexGone as error:
            raise EngineUnavailable("The search index is being removed.") from error

    # Indexes

    def _ensure(self) -> None:
        """Make sure that the alias names an index of this version; begin an empty one if there is none."""
        if self._ready:
            return
        current = self._behind(self._alias)
        if not any(name.startswith(f"{self._alias}-v{layout(es.VERSION)}-") for name in current):
            target = self._create()
            removals = [{"remove_index": {"index": name}} for name in current]
            self._client.indices.update_aliases(
                actions=[{"add": {"index": target, "alias": self._alias}}, *removals]
            )
        self._ready = True

    def _behind(self, alias: str) -> list[str]:
        try:
            return list(self._client.indices.get_alias(name=alias).body)
        except NotFoundError:
            return []

    def _all(self) -> list[str]:
        """Return every index of this prefix."""
        return list(self._client.indices.get(index=f"{self._alias}-v*", ignore_unavailable=True))

    def _is_building(self) -> bool:
        return bool(self._behind(self._next))

    def _begin_filling(self) -> str:
        """Create the index that a rebuild fills; remove what a killed rebuild left behind."""
        for left in self._behind(self._next):
            self._client.indices.delete(index=left, ignore_unavailable=True)
        return self._create(alias=self._next)

    def _create(self, *, alias: str = "") -> str:
        name = f"{self._alias}-v{layout(es.VERSION)}-{time.time_ns()}"
        self._client.options(request_timeout=WRITE_TIMEOUT_S).indices.create(
            index=name,
            mappings=es.build_mapping().to_dict(),
            settings={
                "number_of_shards": 1,
                "auto_expand_replicas": "0-1",
                "refresh_interval": "-1",
                # Only what `_source` names is kept; the numbers of terms need not be given back.
                "index.mapping.exclude_source_vectors": False,
            },
            aliases={alias: {}} if alias else {},
        )
        return name

    def _switch(self, target: str) -> int:
        """Switch to the filled index, and remove the others."""
        client = self._client.options(request_timeout=WRITE_TIMEOUT_S)
        client.indices.refresh(index=target)
        client.delete_by_query(
            index=target, query={"term": {"space_id": es.TOMBSTONE_SPACE}}, refresh=True
        )
        count = int(client.count(index=target)["count"])
        # Whatever the alias is said to name: an index that stayed behind it would be searched with the new one.
        old = [name for name in self._all() if name != target]
        client.indices.update_aliases(
            actions=[
                {"add": {"index": target, "alias": self._alias}},
                {"remove": {"index": target, "alias": self._next}},
                *({"remove_index": {"index": name}} for name in old),
            ]
        )
        # A query looks its terms up in every segment; filling made dozens. The merge goes on by itself.
        client.indices.forcemerge(index=target, max_num_segments=1, wait_for_completion=False)
        return count

    def _bulk(
        self,
        alias: str,
        actions: Sequence[dict[str, Any]],
        *,
        tolerated: frozenset[int] = frozenset(),
        refresh: bool = True,
    ) -> None:
        """Send writes to an alias, which must exist: they never create an index with its name.

        Args:
            alias: Of one index.
            actions: As `elasticsearch.helpers` takes them, without the index.
            tolerated: HTTP statuses of single writes that don't count as failures.
            refresh: Whether searches must see them when this returns.
        """
        client = self._client.options(request_timeout=WRITE_TIMEOUT_S)
        addressed = ({"_index": alias, **action} for action in actions)
        for ok, item in helpers.streaming_bulk(
            client,
            addressed,
            chunk_size=BATCH,
            raise_on_error=False,
            refresh=refresh,
            require_alias=True,
        ):
            result = next(iter(item.values()))
            if not ok and result["status"] not in tolerated:
                self._ready = False  # perhaps somebody removed the index; the next call looks again
                raise EngineUnavailable(f"Elasticsearch refused a document: {result.get('error')}")


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Raise `EngineUnavailable` if the server doesn't answer or refuses."""
    try:
        yield
    except (ApiError, TransportError, helpers.BulkIndexError) as error:
        raise EngineUnavailable(f"Elasticsearch did not answer as expected: {error}") from error
