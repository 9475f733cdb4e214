"""The server engine: Elasticsearch 9 behind an alias, with the mapping version in the name of the index.

The alias `<prefix>` names the index in use, `<prefix>-next` the one that a rebuild is filling. While there is one, writes
go to both; the rebuild never replaces what was written meanwhile, and deletions leave a mark that it respects.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers

from access.scope import AccessScope
from search.documents import SearchDocument
from search.engines import base
from search.engines import elasticsearch_queries as es
from search.engines.base import EngineStatus, EngineUnavailable, Hit
from search.engines.plan import Plan
from search.engines.planned import Answer, PlannedEngine, page_of
from search.engines.spelling import MAX_TERMS, allowed_distance, near_pattern
from search.engines.streams import fields_of

MAX_FACET_VALUES = 10_000
BATCH = 500
WRITE_TIMEOUT_S = 60.0
# Place of a deletion that happened while a rebuild was filling its index; no reader has this space.
TOMBSTONE_SPACE = "deleted"


class ElasticsearchEngine(PlannedEngine):
    """Search in an Elasticsearch server.

    Args:
        client: Connected with the timeout that a reader can bear.
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
        cls, *, url: str, index: str, user: str = "", password: str = "", ca_file: str = "", timeout_s: float = 5.0
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
        options: dict[str, Any] = {"request_timeout": timeout_s, "max_retries": 0, "retry_on_timeout": False}
        if user:
            options["basic_auth"] = (user, password)
        if ca_file:
            options["ca_certs"] = ca_file
        return cls(Elasticsearch(url, **options), index=index)

    # Writing

    def upsert(self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()) -> None:
        """Store or replace documents by key; see `SearchEngine.upsert`."""
        sources = [es.to_source(fields_of(document, never_split=never_split)) for document in documents]
        if not sources:
            return
        with _failures_named():
            self._ensure()
            building = self._building()
            for index in (building, self._alias) if building else (self._alias,):
                self._bulk({"_op_type": "index", "_index": index, "_id": _id(one["key"]), **one} for one in sources)

    def delete(self, keys: Iterable[str]) -> None:
        """Forget documents by key; see `SearchEngine.delete`."""
        if not (gone := list(keys)):
            return
        with _failures_named():
            self._ensure()
            if building := self._building():
                self._bulk({"_op_type": "index", "_index": building, "_id": _id(key), **_tombstone(key)} for key in gone)
            self._bulk({"_op_type": "delete", "_index": self._alias, "_id": _id(key)} for key in gone)

    def rebuild(self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()) -> int:
        """Fill a new index and switch to it; see `SearchEngine.rebuild`."""
        with _failures_named():
            self._ensure()
            target = self._create(alias=self._next)
            try:
                sources = (es.to_source(fields_of(document, never_split=never_split)) for document in documents)
                while batch := list(islice(sources, BATCH)):
                    self._bulk(
                        ({"_op_type": "create", "_index": target, "_id": _id(one["key"]), **one} for one in batch),
                        refresh=False,
                    )
                return self._switch(target)
            except BaseException:
                self._client.indices.delete(index=target, ignore_unavailable=True)
                raise

    def drop(self) -> None:
        """Remove all indexes of this prefix; see `SearchEngine.drop`."""
        with _failures_named():
            names = list(self._client.indices.get(index=f"{self._alias}-v*", ignore_unavailable=True))
            for name in names:
                self._client.indices.delete(index=name, ignore_unavailable=True)
            self._ready = False

    # Reading

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield (key, fingerprint) in key order; see `SearchEngine.stored`."""
        with _failures_named():
            self._ensure()
            after: list[Any] | None = None
            pit = self._client.open_point_in_time(index=self._alias, keep_alive="2m")["id"]
            try:
                while True:
                    page = self._client.search(
                        pit={"id": pit, "keep_alive": "2m"}, size=1000, sort=[{"key": "asc"}], search_after=after,
                        query={"match_all": {}}, track_total_hits=False,
                    )  # fmt: skip
                    for hit in page["hits"]["hits"]:
                        yield hit["_source"]["key"], hit["_source"]["fingerprint"]
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
            return EngineStatus(name, facts["primaries"]["docs"]["count"], facts["total"]["store"]["size_in_bytes"])

    def is_available(self) -> bool:
        """Tell whether the server answers; see `SearchEngine.is_available`."""
        try:
            return bool(self._client.cluster.health(timeout="1s")["status"] != "red")
        except (ApiError, TransportError):
            return False

    def _run(self, query_plan: Plan, query: base.Query, scope: AccessScope) -> Answer:
        offset, limit = page_of(query)
        filters = es.facet_filters(query)
        wanted = [name for name in query.facets if name in base.FACETS]
        counted = [name for name in filters if name in wanted]
        bounds = es.bounds(query_plan, query, scope)
        # Filters by a facet that is being counted come after the counting; all others bound the query itself.
        bounds["filter"] += [one for name, one in filters.items() if name not in counted]
        by_date = query.sort == "date"
        order = [{"dated_on": "desc"}, {"key": "asc"}] if by_date else [{"_score": "desc"}, {"key": "asc"}]
        body: dict[str, Any] = {
            "query": {"bool": {**es.scored(query_plan), **bounds}},
            "from_": offset,
            "size": limit,
            "sort": order,
            "track_total_hits": True,
            "source": ["key", "space_id", "path"],
        }
        late = {name: filters[name] for name in counted}
        if late:
            body["post_filter"] = {"bool": {"filter": list(late.values())}}
        aggregations = {f"facet:{name}": _facet_count(name, late) for name in wanted}
        suspects = {group.word: group for group in query_plan.groups if allowed_distance(group.word)}
        if suspects:
            known = {word: es.node_query(group.known) for word, group in suspects.items()}
            counting = {"filters": {"filters": known}}
            inside = {"filter": {"bool": {"filter": list(late.values())}}, "aggs": {"words": counting}}
            aggregations["known"] = inside
        if aggregations:
            body["aggregations"] = aggregations
        found = self._search(body)
        aggregated = found.get("aggregations", {})
        return Answer(
            hits=[_hit(hit, by_date) for hit in found["hits"]["hits"]],
            total=found["hits"]["total"]["value"],
            facets={name: _facet_values(aggregated[f"facet:{name}"]) for name in wanted},
            unknown=_unknown(aggregated["known"]["words"]["buckets"]) if suspects else frozenset(),
        )

    def _spelling_terms(
        self, words: Sequence[str], query_plan: Plan, query: base.Query, scope: AccessScope
    ) -> dict[str, list[tuple[str, int]]]:
        bounds = es.bounds(query_plan, query, scope)
        bounds["filter"] += es.facet_filters(query).values()
        bounds["filter"] += [es.node_query(node) for node in query_plan.required]
        near = {word: es.near(word, allowed_distance(word)) for word in words}
        bounds["filter"].append({"bool": {"should": list(near.values()), "minimum_should_match": 1}})
        aggregations = {
            word: {"filter": near[word], "aggs": {"terms": self._counted("spellings", near_pattern(word), MAX_TERMS)}}
            for word in words
        }
        found = self._search({"query": {"bool": bounds}, "size": 0, "aggregations": aggregations})
        return {word: _buckets(found["aggregations"][word]["terms"]) for word in words}

    def _titles_from(self, start: str, scope: AccessScope, *, limit: int) -> list[str]:
        return [term for term, _ in self._terms_from("titles", start, scope, limit, {"_key": "asc"})]

    def _spellings_from(self, start: str, scope: AccessScope, *, limit: int) -> list[tuple[str, int]]:
        return self._terms_from("spellings", start, scope, limit, {"_count": "desc"})

    def _terms_from(
        self, field: str, start: str, scope: AccessScope, limit: int, order: Mapping[str, str]
    ) -> list[tuple[str, int]]:
        filters = [es.visible(scope), {"prefix": {field: start}}]
        terms = es.terms(field, limit, include=es.beginning(start), order=dict(order))
        body = {"query": {"bool": {"filter": filters}}, "size": 0, "aggregations": {"terms": terms}}
        return _buckets(self._search(body)["aggregations"]["terms"])

    def _counted(self, field: str, include: str, size: int) -> dict[str, Any]:
        terms = es.terms(field, size, include=include, order={"_count": "desc"})
        terms["terms"]["execution_hint"] = "map"  # few documents match; no global table of terms is worth building
        return terms

    def _search(self, body: dict[str, Any]) -> Mapping[str, Any]:
        with _failures_named():
            self._ensure()
            try:
                return self._client.search(index=self._alias, **body).body  # type: ignore[no-any-return]
            except NotFoundError:
                # Somebody removed the index since it was last seen; begin an empty one.
                self._ready = False
                self._ensure()
                return self._client.search(index=self._alias, **body).body  # type: ignore[no-any-return]

    # Indexes

    def _ensure(self) -> None:
        """See to it that the alias names an index of this version; begins an empty one if there is none."""
        if self._ready:
            return
        current = self._behind(self._alias)
        if not any(name.startswith(f"{self._alias}-v{es.VERSION}-") for name in current):
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

    def _building(self) -> str:
        names = self._behind(self._next)
        return names[0] if names else ""

    def _create(self, *, alias: str = "") -> str:
        name = f"{self._alias}-v{es.VERSION}-{time.time_ns()}"
        self._client.options(request_timeout=WRITE_TIMEOUT_S).indices.create(
            index=name,
            mappings=es.build_mapping().to_dict(),
            settings={"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"},
            aliases={alias: {}} if alias else {},
        )
        return name

    def _switch(self, target: str) -> int:
        """Make the filled index the one in use, and remove the others."""
        client = self._client.options(request_timeout=WRITE_TIMEOUT_S)
        client.indices.refresh(index=target)
        client.delete_by_query(index=target, query={"term": {"space_id": TOMBSTONE_SPACE}}, refresh=True)
        count = int(client.count(index=target)["count"])
        old = [name for name in self._behind(self._alias) if name != target]
        client.indices.update_aliases(
            actions=[
                {"add": {"index": target, "alias": self._alias}},
                {"remove": {"index": target, "alias": self._next}},
                *({"remove_index": {"index": name}} for name in old),
            ]
        )
        return count

    def _bulk(self, actions: Iterable[Mapping[str, Any]], *, refresh: bool = True) -> None:
        client = self._client.options(request_timeout=WRITE_TIMEOUT_S)
        for ok, item in helpers.streaming_bulk(
            client, actions, chunk_size=BATCH, refresh=refresh, raise_on_error=False, raise_on_exception=True
        ):
            result = next(iter(item.values()))
            # A conflict is a document written during a rebuild, a 404 the deletion of what is not there.
            if not ok and result["status"] not in (404, 409):
                raise EngineUnavailable(f"Elasticsearch refused a document: {result.get('error')}")


def _id(key: str) -> str:
    """Elasticsearch takes identifiers of up to 512 bytes; longer keys are replaced by their hash."""
    encoded = key.encode("utf-8", "replace")
    return encoded.decode() if len(encoded) <= 500 else hashlib.blake2b(encoded, digest_size=32).hexdigest()


def _tombstone(key: str) -> dict[str, Any]:
    return {"key": es.clean(key), "space_id": TOMBSTONE_SPACE}


def _hit(hit: Mapping[str, Any], by_date: bool) -> Hit:
    source = hit["_source"]
    return Hit(
        key=source["key"],
        score=0.0 if by_date else float(hit["_score"] or 0.0),
        space_id=int(source["space_id"]),
        path=source["path"],
    )


def _facet_count(name: str, late: Mapping[str, Any]) -> dict[str, Any]:
    """Count one facet under all late filters but its own."""
    terms = {"terms": {"field": f"facet_{name}", "size": MAX_FACET_VALUES}}
    others = [one for other, one in late.items() if other != name]
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": terms}}


def _facet_values(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    return sorted(_buckets(counted["values"]), key=lambda one: (-one[1], one[0]))


def _unknown(buckets: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(word for word, bucket in buckets.items() if not bucket["doc_count"])


def _buckets(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Say that the engine is unavailable when the server does not answer or refuses."""
    try:
        yield
    except (ApiError, TransportError, helpers.BulkIndexError) as error:
        raise EngineUnavailable(f"Elasticsearch did not answer as expected: {error}") from error
