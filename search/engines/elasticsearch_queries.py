"""The mapping of the Elasticsearch index and how plans, scopes and filters become its query bodies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import Mapping as IndexMapping

from access.scope import AccessScope, SharedSubtree
from access.tree import STEP
from search.analysis.stems import stem
from search.engines import base
from search.engines.plan import ANYWHERE, Best, Every, Group, Match, Node, Phrase, Plan, worth_of
from search.engines.planned import page_of
from search.engines.ranking import LEVELS
from search.engines.spelling import MAX_TERMS, allowed_distance, near_pattern
from search.engines.streams import EVERYONE, Fields, clean, ordinal
from search.facet import facet_names, facets

VERSION = 4
"""Raise it with every change of the mapping or of what the analysis writes: a new index is then begun."""

STREAMS = ("stems", "terms", "title_pairs", "text_pairs")
EXACT_STREAMS = ("title_exact", "text_exact")
ORDERED_STREAMS = (*EXACT_STREAMS, "title_forms", "text_forms")
STORED = ["key", "fingerprint", "space_id", "path"]
MAX_FACET_VALUES = 10_000
MAX_ID_BYTES = 500
NEAR_DOCUMENTS = 300
"""Documents with a near spelling in which the words are looked through."""
NEAR_STEM = 0.4
"""What a stem that is spelt alike counts beside a word with one wrong letter, 1, or two, 0.5."""

TOMBSTONE_SPACE = "deleted"
"""Place of a deletion that happened while a rebuild was filling its index; no reader has this space."""

Body = dict[str, Any]
"""A piece of Elasticsearch's query language; its values are as varied as that language."""


def build_mapping() -> IndexMapping:
    """Describe the index. Text arrives analysed; the engine only splits it at blanks."""
    mapping = IndexMapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", includes=STORED)
    for name in ("key", "path", "places", "audience", "spellings", "titles"):
        mapping.field(name, "keyword")
    mapping.field("fingerprint", "keyword", index=False, doc_values=False)
    mapping.field("space_id", "keyword")
    mapping.field("dated_on", "integer")
    for name in facet_names():
        mapping.field(f"facet_{name}", "keyword")
    for name in STREAMS:
        mapping.field(name, "text", analyzer="whitespace", index_options="docs", norms=False)
    for name in ORDERED_STREAMS:
        mapping.field(name, "text", analyzer="whitespace", index_options="positions", norms=False)
    # Each term with its number: a term query scores number × boost, without a look at other documents. Pruning would
    # leave out terms that are frequent in the index.
    mapping.field(ANYWHERE, "sparse_vector", index_options={"prune": False})
    return mapping


def to_source(fields: Fields) -> Body:
    """Turn analysed fields into a document for Elasticsearch."""
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
        ANYWHERE: {_feature(term): LEVELS[level] for term, level in fields.levels.items()},
        **fields.streams,
    }


def node_query(node: Node, factor: float = 1.0) -> Body:
    """Turn a node of a plan into a query; its score comes from the plan, never from the index."""
    match node:
        case Match() if node.stream == ANYWHERE:
            wanted = {"value": _feature(node.term), "boost": worth_of(node, factor)}
            return {"term": {ANYWHERE: wanted}}
        case Match():
            return _constant({"term": {node.stream: node.term}}, worth_of(node, factor))
        case Phrase():
            phrase = {"match_phrase": {node.stream: " ".join(node.words)}}
            return _constant(phrase, worth_of(node, factor))
        case Every():
            return {"bool": {"must": [node_query(one, factor * node.weight) for one in node.nodes]}}
        case Best():
            return _best([node_query(part, factor) for part in node.nodes], node.tie)


def _constant(query: Body, score: float) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}


def _feature(term: str) -> str:
    """Return a term as the name of a feature, which must not contain a dot."""
    return term.replace(".", "\u00b7")


def scored(plan: Plan) -> Body:
    """Return the part of a bool query that finds and scores."""
    clauses: Body = {"must": [node_query(node) for node in plan.required]}
    if plan.groups:
        found = [node_query(group.node) for group in plan.groups]
        clauses["must"].append(
            {"bool": {"should": found, "minimum_should_match": 1}} if len(found) > 1 else found[0]
        )
    clauses["should"] = [node_query(node) for node in plan.bonuses]
    if plan.together:
        present = [node_query(group.present) for group in plan.groups]
        clauses["should"].append(_constant({"bool": {"filter": present}}, plan.together))
    return clauses


def found(plan: Plan) -> list[Body]:
    """Return filters that let the same documents through as `scored`, cheaper because they don't score."""
    filters = [node_query(node) for node in plan.required]
    if plan.groups:
        filters.append(_any([node_query(group.present) for group in plan.groups]))
    return filters


def hits_body(query_plan: Plan, query: base.Query, limits: Body) -> Body:
    """Return the search for one page of hits, without counting, so that the engine can skip what isn't on it.

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
    """Return the search for everything that is counted, without scores.

    Args:
        query_plan: What to look for.
        query: For filters.
        limits: From `bounds`.
        wanted: Facets to count.
        suspects: Words to look up whether any document contains them.
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
    """Return what every hit must match besides words: scope, dates and exclusions."""
    must = [visible(scope)]
    if query.after or query.before:
        must.append(_dates(query))
    return {"filter": must, "must_not": [node_query(node) for node in plan.excluded]}


def facet_filters(query: base.Query) -> dict[str, Body]:
    """Return a filter for each facet that the query restricts."""
    return {name: _facet(name, values) for name, values in query.filters.items()}


def visible(scope: AccessScope) -> Body:
    """Return what a reader may see: of their spaces and shares, what isn't narrowed or is narrowed to their body."""
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
    """Return the search for stored spellings near `word`, counted in the documents that contain one.

    Nearly every document contains something near a frequent word, and going through all their words takes seconds:
    `NEAR_DOCUMENTS` are enough to see how it is written, those with a word with one letter wrong first.
    """
    limits = bounds(query_plan, query, scope)
    limits["filter"] += facet_filters(query).values()
    limits["filter"] += [node_query(node) for node in query_plan.required]
    distances = range(1, allowed_distance(word) + 1)
    near = [_constant(_near(word, distance), 1 / distance) for distance in distances]
    own = stem(word)
    if allowed_distance(own):
        near.append(_constant(_fuzzy("stems", own, allowed_distance(own)), NEAR_STEM))
    spellings = terms("spellings", MAX_TERMS, include=near_pattern(word), order={"_count": "desc"})
    # Few documents are looked at; no global table of terms is worth building for them.
    spellings["terms"]["execution_hint"] = "map"
    sample = {"sampler": {"shard_size": NEAR_DOCUMENTS}, "aggs": {"terms": spellings}}
    return {
        "query": {"bool": {"must": _best(near, 0.0), **limits}},
        "size": 0,
        "track_total_hits": False,
        "aggregations": {"sample": sample},
    }


def _near(word: str, distance: int) -> Body:
    """Return the query for documents with a word spelt like `word`.

    `max_expansions` doesn't bound the rewrite as a constant score, so words of hidden documents can't crowd out those
    of visible ones.
    """
    return _any([_fuzzy(stream, word, distance) for stream in EXACT_STREAMS])


def _fuzzy(stream: str, word: str, distance: int) -> Body:
    fuzzy = {"value": word, "fuzziness": distance, "prefix_length": 1, "rewrite": "constant_score"}
    return {"fuzzy": {stream: fuzzy}}


def beginning(start: str) -> str:
    """Return a regular expression, in Lucene's dialect, for terms that begin with `start`."""
    return re.sub(r"([^\w ])", r"\\\1", start) + ".*"


def terms(field: str, size: int, *, include: str, order: Body) -> Body:
    """Return an aggregation over the terms of a field that match a regular expression."""
    return {"terms": {"field": field, "size": size, "include": include, "order": order}}


def _best(queries: list[Body], tie: float) -> Body:
    if len(queries) == 1:
        return queries[0]
    return {"dis_max": {"queries": queries, "tie_breaker": tie}}


def _any(queries: list[Body]) -> Body:
    return (
        queries[0]
        if len(queries) == 1
        else {"bool": {"should": queries, "minimum_should_match": 1}}
    )


def _facet(name: str, values: tuple[str, ...]) -> Body:
    if name not in facets:
        return {"match_none": {}}
    return {"terms": {f"facet_{name}": [clean(value) for value in values]}}


def _dates(query: base.Query) -> Body:
    limits = {"gte": ordinal(query.after) if query.after else 1}
    if query.before:
        limits["lt"] = ordinal(query.before)
    return {"range": {"dated_on": limits}}


def document_id(key: str) -> str:
    """Return an identifier for a key: Elasticsearch takes up to 512 bytes, so longer keys are hashed."""
    encoded = key.encode("utf-8", "replace")
    return (
        encoded.decode()
        if len(encoded) <= MAX_ID_BYTES
        else hashlib.blake2b(encoded, digest_size=32).hexdigest()
    )


def tombstone(key: str) -> dict[str, Any]:
    """Return the placeholder for a document that was deleted during a rebuild."""
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
    """Count under filters that the query itself doesn't have; without any, count alone."""
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
    """Read which words no document contains."""
    by_word = counted.get("counted", counted)["buckets"]
    return frozenset(word for word, bucket in by_word.items() if not bucket["doc_count"])


def buckets(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Read the buckets of a terms aggregation."""
    by_term = counted.get("counted", counted)["buckets"]
    return [(bucket["key"], bucket["doc_count"]) for bucket in by_term]
