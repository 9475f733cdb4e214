"""From what a reader typed and chose to the query that an engine runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from search.dates import read_day
from search.engines.base import FACETS, Query
from search.facets import LEGENDS, FacetBook
from search.query import FILTER_NAMES, Typed, TypedFilter, parse
from search.requests import PAGE_SIZE, SearchRequest
from search.results import ActiveFilter


@dataclass(frozen=True, slots=True)
class Asked:
    """One search, understood.

    Attributes:
        request: As the address said it.
        typed: The text, taken apart.
        query: For the engine.
        book: Facet values that this reader may know of.
        problems: What was left out, as sentences.
        active_filters: Filters in force, typed or chosen.
        has_unknown_filter: Whether a typed filter was left out, because its value means nothing to this reader.
    """

    request: SearchRequest
    typed: Typed
    query: Query
    book: FacetBook
    problems: Sequence[str]
    active_filters: Sequence[ActiveFilter]
    has_unknown_filter: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.query.filters or self.query.after or self.query.before)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked at all: no text, no filter."""
        return not (self.request.text.strip() or self.is_narrowed)

    @property
    def is_hopeless(self) -> bool:
        """Whether text was typed in which there is nothing to look for, such as a single quotation mark."""
        given = self.typed.asks or self.typed.excluded or self.query.phrases or self.is_narrowed
        return bool(self.request.text.strip()) and not given

    @property
    def text_without_filters(self) -> str:
        """What was typed, without its filters."""
        return self.text_without(self.typed.filters)

    def text_without(self, filters: Iterable[TypedFilter]) -> str:
        """Return what was typed, without some of its filters."""
        text = self.request.text
        for typed_filter in filters:
            text = text.replace(typed_filter.raw, " ", 1)
        return " ".join(text.split())


def asked_for(request: SearchRequest, book: FacetBook) -> Asked:
    """Understand a request, as far as it can be understood; the rest is named in `problems`."""
    typed = parse(request.text)
    reading = _Reading(request, book)
    for typed_filter in typed.filters:
        reading.apply(typed_filter)
    query = Query(
        words=typed.words,
        phrases=(*typed.phrases, *reading.named),
        excluded=typed.excluded,
        any_of=typed.any_of,
        filters=reading.filters,
        after=reading.after,
        before=reading.before,
        sort=request.sort,
        offset=(request.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        facets=FACETS,
    )
    problems = [*typed.problems, *reading.problems]
    active = [*reading.chosen(), *reading.active]
    return Asked(request, typed, query, book, problems, active, bool(reading.problems))


class _Reading:
    """Collects the filters of a request and of its text."""

    def __init__(self, request: SearchRequest, book: FacetBook) -> None:
        self._request = request
        self._book = book
        self.filters: dict[str, tuple[str, ...]] = dict(request.filters)
        self.after = request.after
        self.before = request.before
        self.named: list[str] = []
        self.active: list[ActiveFilter] = []
        self.problems: list[str] = []

    def chosen(self) -> list[ActiveFilter]:
        """Name the filters that the address holds; values without a label are not named."""
        request = self._request
        active = [
            ActiveFilter(
                f"{LEGENDS[facet]}: {label}", request.without_value(facet, value).address()
            )
            for facet, values in request.filters.items()
            for value in values
            if (label := self._book.label(facet, value))
        ]
        if request.after:
            text = from_day(request.after)
            active.append(ActiveFilter(text, replace(request, after=None, page=1).address()))
        if request.before:
            text = before_day(request.before)
            active.append(ActiveFilter(text, replace(request, before=None, page=1).address()))
        return active

    def apply(self, typed: TypedFilter) -> None:
        """Take one typed filter into account."""
        target = FILTER_NAMES[typed.name]
        if target in FACETS:
            self._narrow(typed, target)
        elif target == "by" and read_day(typed.value) is None:
            # Names of people are part of the indexed text.
            self.named.append(typed.value)
            self._in_force(typed)
        else:
            self._limit(typed, target)

    def _narrow(self, typed: TypedFilter, facet: str) -> None:
        found: list[str] = []
        for value in filter(None, (part.strip() for part in typed.value.split(","))):
            meant = self._book.meant_by(facet, value)
            found += meant
            if not meant:
                self.problems.append(self._unknown(typed.name, value, facet))
        if found:
            self.filters[facet] = tuple(dict.fromkeys((*self.filters.get(facet, ()), *found)))
            self._in_force(typed)

    def _unknown(self, name: str, value: str, facet: str) -> str:
        text = _("The filter “%(name)s:” knows no “%(value)s”; it was left out.") % {
            "name": name,
            "value": value,
        }
        if facet != "kind":
            return text
        labels = ", ".join(str(choice.label) for choice in self._book.choices(facet).values())
        return f"{text} " + _("Possible are: %(labels)s.") % {"labels": labels}

    def _limit(self, typed: TypedFilter, target: str) -> None:
        day = read_day(typed.value)
        if day is None:
            self.problems.append(
                _(
                    "“%(value)s” is no date for the filter “%(name)s:”; write 2025-03-31, 31.3.2025 or 2025."
                )
                % {"name": typed.name, "value": typed.value}
            )
            return
        if target == "before":
            self.before = min(day, self.before) if self.before else day
        else:
            self.after = max(day, self.after) if self.after else day
        self._in_force(typed)

    def _in_force(self, typed: TypedFilter) -> None:
        text = " ".join(self._request.text.replace(typed.raw, " ", 1).split())
        self.active.append(
            ActiveFilter(f"{typed.name}: {typed.value}", self._request.with_text(text).address())
        )


def from_day(day: dt.date) -> str:
    """Name the filter by a first day."""
    return _("from %(day)s on") % {"day": date_format(day, "SHORT_DATE_FORMAT")}


def before_day(day: dt.date) -> str:
    """Name the filter by the first day no longer wanted."""
    return _("before %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
