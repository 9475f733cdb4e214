"""The answer of a search: plain values, checked against the reader's rights, ready for a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.utils.safestring import SafeString

from search.facets import FacetGroup
from search.registry import HitCard
from search.requests import SearchRequest


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """Passages of one page of an attached file; `url` opens a PDF there. `page` is None for files without pages."""

    title: str
    url: str
    page: int | None
    passages: Sequence[SafeString]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """One hit as it is shown; the attributes are those that components/result_hit.html reads.

    `named` shows what matched in a hit without marked text: its organisations, people, headings or kind, marked.
    """

    key: str
    title: str
    title_marked: SafeString
    url: str
    kind_label: str
    kind: str = ""
    space: str = ""
    organisation: str = ""
    date: dt.date | None = None
    is_sample: bool = False
    confidential: bool = False
    is_shared: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    passages: Sequence[SafeString] = ()
    attachments: Sequence[ShownAttachment] = ()
    named: Sequence[SafeString] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A target that the curator recommends for these words; only for whoever may see it."""

    title: str
    url: str
    kind_label: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force and the address of the search without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class WordCount:
    """How many documents within the reader's scope contain one word or phrase, for a query that found nothing."""

    word: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Relaxed:
    """How many hits there are without one of several filters, and the search without it."""

    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why nothing was found, and what else would be.

    Attributes:
        words: Each word and each phrase by itself.
        relaxed: Of several filters those without which most is found, the narrowest first.
        total_unfiltered: Hits without the filters, 0 if there are no filters.
        unfiltered_url: The search without the filters.
        related: What has a part of a compound: the parts by themselves, and words of documents that begin with one.
        ask: Whom to ask: people responsible for what the words mean, else of the bodies that have to do with it.
    """

    words: Sequence[WordCount] = ()
    relaxed: Sequence[Relaxed] = ()
    total_unfiltered: int = 0
    unfiltered_url: str = ""
    related: Sequence[WordCount] = ()
    ask: Sequence[HitCard] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of an answer.

    Attributes:
        request: What was asked.
        asked: Whether anything was asked; if not there are only filters to choose from.
        hits: In order; may hold fewer than a page where the index is behind the database.
        total: Number of hits within the reader's scope; None if it isn't known.
        page_obj: For the pagination component.
        recommended: Best bets for the words, above the hits and not counted among them.
        facets: With labels and counts.
        active_filters: Filters in force.
        problems: Sentences about what was left out of the query.
        did_you_mean: Another spelling of the query, or empty.
        did_you_mean_url: Where it is searched for.
        is_degraded: The engine is away: `hits` are matches in titles only.
        explanation: Given if nothing was found.
    """

    request: SearchRequest
    asked: bool
    hits: Sequence[ShownHit] = ()
    total: int | None = 0
    page_obj: Page[int] | None = None
    recommended: Sequence[Recommendation] = ()
    facets: Sequence[FacetGroup] = ()
    active_filters: Sequence[ActiveFilter] = ()
    problems: Sequence[str] = ()
    did_you_mean: str = ""
    did_you_mean_url: str = ""
    is_degraded: bool = False
    explanation: Explanation | None = field(default=None)


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """A proposal while typing: a title that leads to its page, or a word that is searched for."""

    text: str
    url: str
    kind_label: str = ""
    is_confidential: bool = False
