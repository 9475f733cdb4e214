"""What a search answers with."""

from __future__ import annotations

import datetime as dt

from ninja import Field, Schema


class Marked(Schema):
    """A text and the stretches of it that the query was found by."""

    text: str
    marks: list[tuple[int, int]] = Field(
        description="First character and the one behind the last, counted in Unicode code points."
    )


class AttachmentHit(Schema):
    """Passages of one page of an attached file."""

    title: Marked
    url: str
    page: int | None
    passages: list[Marked]


class HitOut(Schema):
    """One hit."""

    key: str = Field(description="Source and number, such as `page:42`.")
    title: Marked
    url: str
    api_url: str | None = Field(description="Address of the page in this API.")
    kind: str
    space: str = Field(description="Title of the space; empty if the reader may not know it.")
    organisation: str
    date: dt.date | None
    is_sample: bool
    is_confidential: bool
    passages: list[Marked]
    attachments: list[AttachmentHit]


class FacetOptionOut(Schema):
    """One value of a facet and the number of hits it would leave."""

    value: str
    label: str
    count: int
    selected: bool


class FacetOut(Schema):
    """One facet; `name` is the parameter to narrow by."""

    name: str
    label: str
    options: list[FacetOptionOut]


class Proposal(Schema):
    """Another way to ask, and its address in this API."""

    text: str
    api_url: str


class WordCountOut(Schema):
    """How often one word or phrase of a query occurs that found nothing as a whole."""

    word: str
    total: int


class RelaxedOut(Schema):
    """How many hits there are without one of several filters."""

    filter: str
    total: int


class NothingFound(Schema):
    """Why nothing was found."""

    words: list[WordCountOut]
    relaxed: list[RelaxedOut]
    total_without_filters: int


class SearchOut(Schema):
    """One page of an answer."""

    query: str
    url: str = Field(description="Address of the same search for people.")
    total: int | None = Field(description="Null if it isn't known (`is_degraded`).")
    page: int
    pages: int
    hits: list[HitOut]
    facets: list[FacetOut]
    did_you_mean: Proposal | None
    problems: list[str] = Field(description="What was left out of the query, in sentences.")
    is_degraded: bool = Field(
        description="The search engine is away: the hits are matches in titles from the database."
    )
    explanation: NothingFound | None


class SuggestionOut(Schema):
    """A title that leads to its page, or a word to search for (`kind` is empty)."""

    text: str
    url: str
    kind: str


class SuggestionList(Schema):
    """Proposals for what was typed so far, best first."""

    items: list[SuggestionOut]


class SearchParameters(Schema):
    """What a search asks for; values that make no sense count as not given, as on the search page."""

    q: str = Field(
        "", description='Words, "phrases", -exclusion, OR, typ: org: bereich: … (docs/search.md).'
    )
    kind: list[str] = Field([])
    org: list[str] = Field([])
    space: list[str] = Field([])
    field: list[str] = Field([])
    district: list[str] = Field([])
    year: list[str] = Field([])
    after: str = Field("", description="First day, such as 2025-01-31.")
    before: str = Field("", description="First day no longer wanted.")
    sort: str = Field("relevance", description="`relevance` or `date`.")
    page: str = Field("1", description="From 1; ten hits each.")
