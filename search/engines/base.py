"""The interface that every search engine implements.

Who authorises: the caller passes the reader's scope and the engine filters by it inside the query, so that hits,
totals, facets, suggestions and spelling proposals are the same as if hidden documents didn't exist. Whoever shows hits
checks them against the database again; the index is a cache and never the authority on access.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from access.scope import AccessScope
from search.analysis.vocabulary import Vocabulary
from search.documents import SearchDocument

if TYPE_CHECKING:
    from search.engines.plan import Plan


class EngineUnavailable(Exception):
    """The engine didn't answer in time, or refused. Pages still work, and the search says so."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `search.question.query.parse` makes it; engines only execute it.

    Attributes:
        words: Words as typed, in order; joined by "should", all of them first.
        phrases: Exact phrases that must occur.
        inflected: Phrases that must occur, their words in any inflection.
        excluded: Words or phrases that must not occur.
        any_of: Groups of alternative words (`a OR b`); one of each group must occur.
        filters: Facet name to accepted values (any of them), names of registered facets.
        after: Only documents dated on or after this day.
        before: Only documents dated before this day.
        sort: `relevance` or `date` (newest first).
        offset: Hits to skip, 0 to 10,000.
        limit: Hits to return, 1 to 100.
        facets: Names of the facets to count.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    inflected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: dt.date | None = None
    before: dt.date | None = None
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document: its key and score; whoever shows it loads the text."""

    key: str
    score: float
    space_id: int
    path: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What an engine found.

    Attributes:
        hits: One page, best first.
        total: Exact number of all hits.
        facets: Facet name to (value, count), most first, equal counts in the order of the values.
        did_you_mean: The words and phrases of the query with unknown words replaced by words of the reader's documents
            or, if none is near, of the vocabulary; empty if there is nothing to propose. It leaves out filters,
            exclusions and alternatives.
        near_words: Unknown word, folded, to the folded words that were also looked for, nearest first.
        unknown: Folded words of the query that nothing within scope and filters contains, in alphabetical order.
        plan: What was looked for, near words included, so that the same is marked; None if nothing could be.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    did_you_mean: str = ""
    near_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title or term that begins like what was typed; `key` is empty for a term."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Facts about an index for the operator: its physical name, number of documents, size in bytes."""

    index: str
    documents: int
    size_bytes: int


class SearchEngine(Protocol):
    """The interface of an engine. Every method raises `EngineUnavailable` if the engine doesn't answer."""

    name: str

    def upsert(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> None:
        """Store or replace documents by key; visible to searches when this returns.

        Args:
            documents: All in memory at once, so pass some hundreds.
            never_split: `Vocabulary.never_split`, so that these words are not found by their parts.
        """

    def delete(self, keys: Iterable[str]) -> None:
        """Remove documents by key; unknown keys are no error."""

    def search(
        self, query: Query, scope: AccessScope, *, vocabulary: Vocabulary | None = None
    ) -> SearchResult:
        """Find documents inside `scope`.

        A query without words, phrases and alternatives finds all that its filters let through; one with only
        punctuation or stop words finds nothing. A facet is counted without its own filter, so that a reader can choose
        several values.

        Args:
            query: As parsed; any content is accepted, and the engine bounds its size.
            scope: The reader's spaces and shares, from `access.scope_for`.
            vocabulary: Current synonyms and words with a special treatment; None means those shipped.
        """

    def suggest(
        self,
        prefix: str,
        scope: AccessScope,
        *,
        limit: int = 8,
        vocabulary: Vocabulary | None = None,
    ) -> list[Suggestion]:
        """Propose titles and terms inside `scope` that begin like `prefix`, titles first.

        If the whole text is an expression with synonyms, what begins like one of these follows.

        Args:
            prefix: What has been typed so far; fewer than 2 characters after folding give [].
            scope: The reader's spaces and shares.
            limit: At most this many, 1 to 20.
            vocabulary: As for `search`.
        """

    def holding(self, stem: str) -> Iterable[str]:
        """Yield the keys of all documents with a word or part with this stem, whoever may read them.

        For indexing them again, never for showing anything.
        """

    def stored(self) -> Iterable[tuple[str, str]]:
        """Yield (key, fingerprint) of everything stored, in key order, to check it against the database."""

    def rebuild(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> int:
        """Fill a new index with `documents` and switch to it atomically; return how many were stored.

        Meanwhile searches use the old index, and `upsert` and `delete` write to both, so nothing is lost. Read
        `documents` lazily.
        """

    def status(self) -> EngineStatus:
        """Tell what the index holds, for `search status` and the health check."""

    def drop(self) -> None:
        """Remove this engine's index and all in it; only for temporary indexes and tests."""

    def is_available(self) -> bool:
        """Tell within `SEARCH_TIMEOUT_S` whether the engine answers."""
