"""The layout of the tantivy index and how plans, scopes and filters become tantivy's query objects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import starmap

from tantivy import Document, FieldType, Occur, Query, Schema, SchemaBuilder

from access.scope import AccessScope, SharedSubtree
from access.tree import STEP
from search.analysis.stems import stem
from search.engines import base
from search.engines.plan import ANYWHERE, Best, Every, Match, Node, Phrase, Plan, worth_of
from search.engines.ranking import LEVELS
from search.engines.spelling import allowed_distance
from search.engines.streams import EVERYONE, Fields, clean, ordinal
from search.facet import facet_names, facets

VERSION = 5
"""Raise it with every change of the schema or of what the analysis writes: a new index is then begun."""

STREAMS = (ANYWHERE, "stems", "terms", "title_pairs", "text_pairs")
EXACT_STREAMS = ("title_exact", "text_exact")
ORDERED_STREAMS = (*EXACT_STREAMS, "title_forms", "text_forms")


def build_schema() -> Schema:
    """Describe the index."""
    builder = SchemaBuilder()
    builder.add_text_field(
        "key", stored=True, fast=True, tokenizer_name="raw", index_option="basic"
    )
    builder.add_text_field("fingerprint", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("path", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("places", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("space_id", stored=True, indexed=True, fast=True)
    builder.add_integer_field("dated_on", indexed=True, fast=True)
    for name in facet_names():
        builder.add_text_field(
            f"facet_{name}", fast=True, tokenizer_name="raw", index_option="basic"
        )
    for name in STREAMS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ORDERED_STREAMS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("spellings", "titles"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


def to_document(fields: Fields) -> Document:
    """Turn analysed fields into a tantivy document."""
    document = Document()
    document.add_text("key", fields.key)
    document.add_text("fingerprint", fields.fingerprint)
    document.add_text("path", fields.path)
    document.add_integer("space_id", fields.space)
    document.add_integer("dated_on", fields.dated_on)
    many = {"places": fields.places, "audience": fields.audience}
    many |= {f"facet_{name}": values for name, values in fields.facets.items()}
    many |= {"spellings": fields.spellings, "titles": fields.titles}
    for name, values in many.items():
        for value in values:
            document.add_text(name, value)
    document.add_text(ANYWHERE, " ".join(starmap(_at_level, fields.levels.items())))
    for name, text in fields.streams.items():
        document.add_text(name, text)
    return document


class QueryBuilder:
    """Make tantivy queries for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def node(self, node: Node, factor: float = 1.0) -> Query:
        """Turn a node of a plan into a query; its score comes from the plan, never from the index."""
        match node:
            case Match() if node.stream == ANYWHERE:
                worth = worth_of(node, factor)
                each = [
                    self._constant(ANYWHERE, _at_level(node.term, level), worth * score)
                    for level, score in enumerate(LEVELS)
                ]
                return _any(each)
            case Match():
                return self._constant(node.stream, node.term, worth_of(node, factor))
            case Phrase():
                phrase = Query.phrase_query(self._schema, node.stream, list(node.words))
                return Query.const_score_query(phrase, worth_of(node, factor))
            case Every():
                return _all(self.node(part, factor * node.weight) for part in node.nodes)
            case Best():
                parts = [self.node(part, factor) for part in node.nodes]
                return parts[0] if len(parts) == 1 else Query.disjunction_max_query(parts, node.tie)

    def _constant(self, stream: str, term: str, score: float) -> Query:
        return Query.const_score_query(Query.term_query(self._schema, stream, term, "basic"), score)

    def scored(self, plan: Plan) -> list[tuple[Occur, Query]]:
        """Return the clauses of a plan that find and score."""
        groups = [self.node(group.node) for group in plan.groups]
        clauses = [(Occur.Must, self.node(node)) for node in plan.required]
        if groups:
            clauses.append(
                (Occur.Must, Query.boolean_query([(Occur.Should, group) for group in groups]))
            )
        clauses += [(Occur.Should, self.node(node)) for node in plan.bonuses]
        if plan.together:
            present = _all(self.node(group.present) for group in plan.groups)
            clauses.append((Occur.Should, Query.const_score_query(present, plan.together)))
        return clauses

    def found(self, plan: Plan) -> list[tuple[Occur, Query]]:
        """Return the clauses that find the same documents without scoring, for counting."""
        clauses = [(Occur.Must, self.node(node)) for node in plan.required]
        if plan.groups:
            clauses.append((Occur.Must, _any([self.node(group.present) for group in plan.groups])))
        return clauses

    def bounds(
        self, plan: Plan, query: base.Query, scope: AccessScope, *, without: str = ""
    ) -> list[tuple[Occur, Query]]:
        """Return what every hit must match besides words: scope, filters, dates, exclusions.

        Args:
            plan: For its exclusions.
            query: For filters and dates.
            scope: The reader's.
            without: A facet whose filter is left out.
        """
        must = [self.visible(scope)]
        must += [
            self._facet(name, values) for name, values in query.filters.items() if name != without
        ]
        if query.after or query.before:
            must.append(self._dates(query))
        clauses = [(Occur.Must, Query.const_score_query(one, 0.0)) for one in must]
        return clauses + [(Occur.MustNot, self.node(node)) for node in plan.excluded]

    def visible(self, scope: AccessScope) -> Query:
        """Return what a reader may see: of spaces and shares, what isn't narrowed or is narrowed to their body."""
        places = [self._spaces(first, last) for first, last in _runs(scope.spaces)]
        places += [self._shared(share) for share in scope.shared]
        if not places:
            return Query.empty_query()
        audience = [self._term("audience", EVERYONE)]
        if scope.organisation_id is not None:
            audience.append(self._term("audience", str(scope.organisation_id)))
        return _all([_any(places), _any(audience)])

    def _spaces(self, first: int, last: int) -> Query:
        if first == last:
            return Query.term_query(self._schema, "space_id", first, "basic")
        return Query.range_query(self._schema, "space_id", FieldType.Integer, first, last)

    def _shared(self, share: SharedSubtree) -> Query:
        if not share.include_descendants:
            place = self._term("path", share.path)
        elif share.path and len(share.path) % STEP == 0:
            place = self._term("places", share.path)
        else:
            place = Query.regex_query(self._schema, "path", re.escape(share.path) + ".*")
        left_out = [(Occur.MustNot, self._term("path", one)) for one in share.except_paths]
        return Query.boolean_query([(Occur.Must, place), *left_out]) if left_out else place

    def near(self, word: str, distance: int) -> Query:
        """Return the query for documents with a word or a stem spelt like that of `word`, however many there are."""
        streams = [
            Query.fuzzy_term_query(self._schema, stream, word, distance) for stream in EXACT_STREAMS
        ]
        own = stem(word)
        of_stem = min(distance, allowed_distance(own))
        if of_stem:
            streams.append(Query.fuzzy_term_query(self._schema, "stems", own, of_stem))
        return _any(streams)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, clean(value), "basic")

    def _facet(self, name: str, values: tuple[str, ...]) -> Query:
        if name not in facets:
            return Query.empty_query()
        return _any([self._term(f"facet_{name}", value) for value in values])

    def _dates(self, query: base.Query) -> Query:
        first = ordinal(query.after) if query.after else 1
        last = ordinal(query.before) - 1 if query.before else None
        return Query.range_query(self._schema, "dated_on", FieldType.Integer, first, last)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of numbers without a gap, in order.

    A reader of two hundred spaces reads nearly all: a few ranges cost a third of two hundred single terms.
    """
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _at_level(term: str, level: int) -> str:
    return f"{term}~{level}"


def _all(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: list[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return (
        queries[0]
        if len(queries) == 1
        else Query.boolean_query([(Occur.Should, query) for query in queries])
    )
