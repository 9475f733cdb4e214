"""The mapping of the Elasticsearch index and how plans, scopes and filters become its query bodies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import Mapping as IndexMapping

from access.scope import AccessScope, SharedSubtree
from access.tree import STEP
from search.engines import base
from search.engines.plan import Best, Every, Group, Match, Node, Phrase, Plan
from search.engines.planned import page_of
from search.engines.spelling import MAX_TERMS, allowed_distance, near_pattern
from search.engines.streams import EVERYONE, Fields, clean, ordinal

VERSION = 1
"""Raise it with every change of the mapping or of what the analysis writes: a new index is then begun."""

STREAMS = (
    "title", "headings", "body", "files",
    "title_parts", "headings_parts", "body_parts", "files_parts",
    "title_pairs", "text_pairs",
)  # fmt: skip
EXACT_STREAMS = ("title_exact", "text_exact")
STORED = ["key", "fingerprint", "space_id", "path"]
MAX_FACET_VALUES = 10_000
MAX_ID_BYTES = 500
NEAR_DOCUMENTS = 300
"""Documents with a near spelling in which the words are looked through."""

TOMBSTONE_SPACE = "deleted"
"""Place of a deletion that happened while a rebuild was filling its index; no reader has this space."""

# Lucene's BM25 leaves out the factor (k1 + 1) that tantivy has; constants are scaled to mean the same in both.
SCORE_SCALE = 1 / 2.2

Body = dict[str, Any]
"""A piece of Elasticsearch's query language; its values are as varied as that language."""


def build_mapping() -> IndexMapping:
    """Describe the index. Text arrives analysed: the engine only splits it at blanks."""
    mapping = IndexMapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", includes=STORED)
    for name in ("key", "path", "places", "audience", "spellings", "titles"):
        mapping.field(name, "keyword")
    mapping.field("fingerprint", "keyword", index=False, doc_values=False)
    mapping.field("space_id", "keyword")
    mapping.field("dated_on", "integer")
    for name in base.FACETS:
        mapping.field(f"facet_{name}", "keyword")
    for name in STREAMS:
        mapping.field(name, "text", analyzer="whitespace", index_options="freqs")
    mapping.field("terms", "text", analyzer="whitespace", index_options="docs", norms=False)
    for name in EXACT_STREAMS:
        mapping.field(name, "text", analyzer="whitespace", index_options="positions")
    return mapping


def to_source(fields: Fields) -> Body:
    """Turn analysed fields into what is sent to Elasticsearch."""
    return {
        "key": clean(fields.key),
        "fingerprint": fields.fingerprint,
        "space_id": str(fields.space),
        "path": clean(fields.path),
        "places": [clean(place) for place in fields.places],
        "audience": list(fields.audience),
        "dated_on": fields.dated_on,
        "spellings": list(fields.spellings),
        "titles": list(fields.titles),
        **{
            f"facet_{name}": [clean(value) for value in values]
            for name, values in fields.facets.items()
        },
        **fields.streams,
    }


def node_query(node: Node) -> Body:
    """Turn a node of a plan into a query."""
    match node:
        case Match():
            terms = [_term(stream, node.term, weight) for stream, weight in node.streams.items()]
            return terms[0] if len(terms) == 1 else _best(terms, node.tie, 1.0)
        case Phrase():
            text = " ".join(node.words)
            phrases = [
                {"match_phrase": {stream: {"query": text, "boost": weight}}}
                for stream, weight in node.streams.items()
            ]
            return _best(phrases, 0.0, 1.0)
        case Every():
            return {
                "bool": {"must": [node_query(part) for part in node.nodes], "boost": node.weight}
            }
        case Best():
            return _best([node_query(part) for part in node.nodes], node.tie, node.weight)


def scored(plan: Plan) -> Body:
    """The part of a bool query that finds and scores."""
    clauses: Body = {"must": [node_query(node) for node in plan.required]}
    if plan.groups:
        found = [node_query(group.node) for group in plan.groups]
        clauses["must"].append(
            {"bool": {"should": found, "minimum_should_match": 1}} if len(found) > 1 else found[0]
        )
    clauses["should"] = [node_query(node) for node in plan.bonuses]
    if plan.together:
        present = [node_query(group.present) for group in plan.groups]
        boost = plan.together * SCORE_SCALE
        clauses["should"].append(
            {"constant_score": {"filter": {"bool": {"filter": present}}, "boost": boost}}
        )
    return clauses


def found(plan: Plan) -> list[Body]:
    """Filters that let the same documents through as `scored`, cheaper because nothing scores."""
    filters = [node_query(node) for node in plan.required]
    if plan.groups:
        filters.append(_any([node_query(group.present) for group in plan.groups]))
    return filters


def hits_body(query_plan: Plan, query: base.Query, limits: Body) -> Body:
    """Give the search for one page of hits: no counting, so that the engine may leave out what can't be on it.

    Args:
        query_plan: What to look for.
        query: For filters, order and page.
        limits: From `bounds`.
    """
    offset, limit = page_of(query)
    limits = {**limits, "filter": [*limits["filter"], *facet_filters(query).values()]}
    by_date = query.sort == "date"
    return {
        "query": {"bool": {**scored(query_plan), **limits}},
        "from": offset,
        "size": limit,
        "sort": [{"dated_on" if by_date else "_score": "desc"}, {"key": "asc"}],
        "track_total_hits": False,
        "_source": ["key", "space_id", "path"],
    }


def counts_body(
    query_plan: Plan,
    query: base.Query,
    limits: Body,
    *,
    wanted: Sequence[str],
    suspects: Mapping[str, Group],
) -> Body:
    """Give the search for everything that is counted, without scores.

    Args:
        query_plan: What to look for.
        query: For filters.
        limits: From `bounds`.
        wanted: Facets to count.
        suspects: Words of which it must be known whether any document holds them.
    """
    filters = facet_filters(query)
    # Filters by a facet that is being counted come after the counting; all others bound the query itself.
    late = {name: one for name, one in filters.items() if name in wanted}
    early = [one for name, one in filters.items() if name not in late]
    within = {**limits, "filter": [*limits["filter"], *early, *found(query_plan)]}
    body: Body = {"query": {"bool": within}, "size": 0, "track_total_hits": True}
    if late:
        body["post_filter"] = {"bool": {"filter": list(late.values())}}
    aggregations = {f"facet:{name}": facet_count(name, late) for name in wanted}
    if suspects:
        known = {word: node_query(group.known) for word, group in suspects.items()}
        aggregations["known"] = counted_inside(late.values(), {"filters": {"filters": known}})
    if aggregations:
        body["aggregations"] = aggregations
    return body


def bounds(plan: Plan, query: base.Query, scope: AccessScope) -> Body:
    """What every hit must meet besides words: scope, dates and exclusions."""
    must = [visible(scope)]
    if query.after or query.before:
        must.append(_dates(query))
    return {"filter": must, "must_not": [node_query(node) for node in plan.excluded]}


def facet_filters(query: base.Query) -> dict[str, Body]:
    """One filter for each facet that the query restricts."""
    return {name: _facet(name, values) for name, values in query.filters.items()}


def visible(scope: AccessScope) -> Body:
    """What a reader may see: her spaces and shares, of these what is narrowed to her organisation or not at all."""
    places: list[Body] = []
    if scope.spaces:
        places.append({"terms": {"space_id": [str(space) for space in sorted(scope.spaces)]}})
    places += [_shared(share) for share in scope.shared]
    audience = [EVERYONE] + (
        [str(scope.organisation_id)] if scope.organisation_id is not None else []
    )
    if not places:
        return {"match_none": {}}
    return {"bool": {"filter": [_any(places), {"terms": {"audience": audience}}]}}


def _shared(share: SharedSubtree) -> Body:
    path = clean(share.path)
    if not share.include_descendants:
        place: Body = {"term": {"path": path}}
    elif path and len(path) % STEP == 0:
        place = {"term": {"places": path}}
    else:
        place = {"prefix": {"path": path}}
    if not share.except_paths:
        return place
    left_out = {"terms": {"path": [clean(one) for one in share.except_paths]}}
    return {"bool": {"filter": [place], "must_not": [left_out]}}


def spellings_body(word: str, query_plan: Plan, query: base.Query, scope: AccessScope) -> Body:
    """Give the search for stored spellings near `word`, counted in the documents that hold one.

    What is near a frequent word stands in nearly every document, and to go through the words of all of them takes
    seconds: `NEAR_DOCUMENTS` are enough to see how it is written, those first that hold a word with one letter wrong.
    """
    limits = bounds(query_plan, query, scope)
    limits["filter"] += facet_filters(query).values()
    limits["filter"] += [node_query(node) for node in query_plan.required]
    distances = range(1, allowed_distance(word) + 1)
    near = [
        {"constant_score": {"filter": _near(word, distance), "boost": 1 / distance}}
        for distance in distances
    ]
    spellings = terms("spellings", MAX_TERMS, include=near_pattern(word), order={"_count": "desc"})
    # Few documents are looked at; no global table of terms is worth building for them.
    spellings["terms"]["execution_hint"] = "map"
    sample = {"sampler": {"shard_size": NEAR_DOCUMENTS}, "aggs": {"terms": spellings}}
    return {
        "query": {"bool": {"must": _best(near, 0.0, 1.0), **limits}},
        "size": 0,
        "track_total_hits": False,
        "aggregations": {"sample": sample},
    }


def _near(word: str, distance: int) -> Body:
    """Documents holding a word spelt like `word`.

    The rewrite as a constant score is not bounded by `max_expansions`, so that words of hidden documents cannot crowd
    out those of visible ones.
    """
    fuzzy = {"value": word, "fuzziness": distance, "prefix_length": 1, "rewrite": "constant_score"}
    return _any([{"fuzzy": {stream: fuzzy}} for stream in EXACT_STREAMS])


def beginning(start: str) -> str:
    """Regular expression, in Lucene's dialect, for terms that begin with `start`."""
    return re.sub(r"([^\w ])", r"\\\1", start) + ".*"


def terms(field: str, size: int, *, include: str, order: Body) -> Body:
    """Aggregation over the terms of a field that match a regular expression."""
    return {"terms": {"field": field, "size": size, "include": include, "order": order}}


def _term(stream: str, value: str, weight: float) -> Body:
    return {
        "term": {stream: {"value": value, "boost": weight} if weight != 1.0 else {"value": value}}
    }


def _best(queries: list[Body], tie: float, weight: float) -> Body:
    return {"dis_max": {"queries": queries, "tie_breaker": tie, "boost": weight}}


def _any(queries: list[Body]) -> Body:
    return (
        queries[0]
        if len(queries) == 1
        else {"bool": {"should": queries, "minimum_should_match": 1}}
    )


def _facet(name: str, values: tuple[str, ...]) -> Body:
    if name not in base.FACETS:
        return {"match_none": {}}
    return {"terms": {f"facet_{name}": [clean(value) for value in values]}}


def _dates(query: base.Query) -> Body:
    limits = {"gte": ordinal(query.after) if query.after else 1}
    if query.before:
        limits["lt"] = ordinal(query.before)
    return {"range": {"dated_on": limits}}


def document_id(key: str) -> str:
    """Elasticsearch takes identifiers of up to 512 bytes; longer keys are replaced by their hash."""
    encoded = key.encode("utf-8", "replace")
    return (
        encoded.decode()
        if len(encoded) <= MAX_ID_BYTES
        else hashlib.blake2b(encoded, digest_size=32).hexdigest()
    )


def tombstone(key: str) -> dict[str, Any]:
    """What stands in for a document that was deleted during a rebuild."""
    return {"key": clean(key), "space_id": TOMBSTONE_SPACE}


def hit(found: Mapping[str, Any], *, by_date: bool) -> base.Hit:
    """Read one hit."""
    source = found["_source"]
    return base.Hit(
        key=source["key"],
        score=0.0 if by_date else float(found["_score"] or 0.0),
        space_id=int(source["space_id"]),
        path=source["path"],
    )


def counted_inside(filters: Iterable[Body], counting: Body) -> Body:
    """Count under filters that the query itself doesn't have; without any, the counting stands by itself."""
    if not (inside := list(filters)):
        return counting
    return {"filter": {"bool": {"filter": inside}}, "aggs": {"counted": counting}}


def facet_count(name: str, late: Mapping[str, Body]) -> Body:
    """Count one facet under all late filters but its own."""
    terms = {"terms": {"field": f"facet_{name}", "size": MAX_FACET_VALUES}}
    return counted_inside((one for other, one in late.items() if other != name), terms)


def facet_values(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Read the counts of one facet, most first."""
    return sorted(buckets(counted), key=lambda one: (-one[1], one[0]))


def unknown_words(counted: Mapping[str, Any]) -> frozenset[str]:
    """Read which words no document holds."""
    by_word = counted.get("counted", counted)["buckets"]
    return frozenset(word for word, bucket in by_word.items() if not bucket["doc_count"])


def buckets(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Read the buckets of a terms aggregation."""
    by_term = counted.get("counted", counted)["buckets"]
    return [(bucket["key"], bucket["doc_count"]) for bucket in by_term]
