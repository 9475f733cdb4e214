"""What a search asks for, and its permanent address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from search.engines.planned import MAX_OFFSET
from search.facet import facets_in_order
from search.facets import usable
from search.question.dates import read_day

PAGE_SIZE = 10
"""Hits on a page: with up to three passages each, ten fill three screens, and cost half of what twenty do."""

MAX_PAGE = MAX_OFFSET // PAGE_SIZE
MAX_TEXT_CHARS = 10_000
SORTS = ("relevance", "date")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search, as its address says it.

    Attributes:
        text: What was typed.
        filters: Facet name to chosen values, beside those typed.
        after: First day.
        before: First day no longer wanted.
        sort: One of `SORTS`.
        page: From 1.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: dt.date | None = None
    before: dt.date | None = None
    sort: str = "relevance"
    page: int = 1

    @classmethod
    def from_address(cls, parameters: QueryDict) -> SearchRequest:
        """Read the parameters of an address; senseless ones count as not given."""
        filters = {
            facet.name: values
            for facet in facets_in_order()
            if (values := usable(facet, parameters.getlist(facet.parameter)))
        }
        sort = parameters.get("sort", "")
        return cls(
            text=parameters.get("q", "")[:MAX_TEXT_CHARS],
            filters=filters,
            after=read_day(parameters.get("after", "")[:20]),
            before=read_day(parameters.get("before", "")[:20]),
            sort=sort if sort in SORTS else SORTS[0],
            page=_page_number(parameters.get("page", "")),
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the text narrows the search."""
        return bool(self.filters or self.after or self.before)

    def address(self) -> str:
        """Return the permanent address of this search, relative to the site."""
        parameters: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        for facet in facets_in_order():
            parameters += [(facet.parameter, value) for value in self.filters.get(facet.name, ())]
        for name, day in (("after", self.after), ("before", self.before)):
            parameters += [(name, day.isoformat())] if day else []
        parameters += [("sort", self.sort)] if self.sort != SORTS[0] else []
        parameters += [("page", str(self.page))] if self.page > 1 else []
        address = reverse("search")
        return f"{address}?{urlencode(parameters)}" if parameters else address

    def with_text(self, text: str) -> SearchRequest:
        """Return the same search for other words, from its first page."""
        return replace(self, text=text, page=1)

    def without_value(self, facet: str, value: str) -> SearchRequest:
        """Return the same search without one chosen value, from its first page."""
        filters = dict(self.filters)
        kept = tuple(one for one in filters.pop(facet, ()) if one != value)
        return replace(self, filters={**filters, facet: kept} if kept else filters, page=1)

    def without_filters(self) -> SearchRequest:
        """Return the same search for the text alone, from its first page."""
        return SearchRequest(text=self.text, sort=self.sort)


def _page_number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return max(1, min(int(text), MAX_PAGE))
    return 1
