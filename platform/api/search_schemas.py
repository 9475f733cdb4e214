"""The answers of a search."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import create_model

from search.facet import facets_in_order


class Marked(Schema):
    """A text and the parts of it that match the query."""

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
    """One value of a facet, and how many hits it would leave."""

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
    """How often one word or phrase occurs, for a query that found nothing as a whole."""

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


class SearchWords(Schema):
    """What a search asks for; senseless values count as not given, as on the search page."""

    q: str = Field(
        "", description='Words, "phrases", -exclusion, OR, typ: org: bereich: … (docs/search.md).'
    )
    after: str = Field("", description="First day, such as 2025-01-31.")
    before: str = Field("", description="First day no longer wanted.")
    sort: str = Field("relevance", description="`relevance` or `date`.")
    page: str = Field("1", description="From 1; ten hits each.")


# The apps have registered their facets when addresses are read.
_a_parameter_for_each_facet: Any = {
    facet.parameter: (list[str], Field([])) for facet in facets_in_order()
}
SearchParameters: Any = create_model(
    "SearchParameters",
    __base__=SearchWords,
    __doc__=SearchWords.__doc__,
    **_a_parameter_for_each_facet,
)
