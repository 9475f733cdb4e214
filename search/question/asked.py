"""Turn what a reader typed and chose into a query for an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from search.analysis.normal import fold
from search.analysis.vocabulary import stems_of
from search.engines.base import Query
from search.facet import Facet, facet_names, facets
from search.facets import FacetBook
from search.question.dates import read_day
from search.question.query import Typed, TypedFilter, parse
from search.registry import SearchKind, kinds
from search.requests import PAGE_SIZE, SearchRequest
from search.results import ActiveFilter


@dataclass(frozen=True, slots=True)
class Asked:
    """One search, interpreted.

    Attributes:
        request: The request from the address.
        typed: The parsed text.
        query: For the engine.
        book: Facet values that this reader may know.
        problems: Sentences about what was left out.
        active_filters: Filters in force, typed or chosen.
        has_unknown_filter: Whether a typed filter was left out because its value means nothing to this reader.
    """

    request: SearchRequest
    typed: Typed
    query: Query
    book: FacetBook
    problems: Sequence[str]
    active_filters: Sequence[ActiveFilter]
    has_unknown_filter: bool = False

    def at_page(self, page: int) -> Asked:
        """Return another page of the same search."""
        request = replace(self.request, page=page)
        return replace(self, request=request, query=replace(self.query, offset=_offset(page)))

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.query.filters or self.query.after or self.query.before)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked: no text, no filter."""
        return not (self.request.text.strip() or self.is_narrowed)

    @property
    def is_hopeless(self) -> bool:
        """Whether the text has nothing to look for, such as a single quotation mark."""
        given = self.typed.asks or self.typed.excluded or self.query.phrases or self.is_narrowed
        return bool(self.request.text.strip()) and not given

    @property
    def text_without_filters(self) -> str:
        """Return what was typed, without its filters."""
        return self.text_without(self.typed.filters)

    def text_without(self, filters: Iterable[TypedFilter]) -> str:
        """Return what was typed, without some of its filters."""
        text = self.request.text
        for typed_filter in filters:
            text = text.replace(typed_filter.raw, " ", 1)
        return " ".join(text.split())


def asked_for(request: SearchRequest, book: FacetBook) -> Asked:
    """Interpret a request as far as possible; name the rest in `problems`."""
    typed = parse(request.text)
    filters = {name: book.of_today(facets[name], kept) for name, kept in request.filters.items()}
    request = replace(request, filters=filters)
    reading = _Reading(request, book)
    for typed_filter in typed.filters:
        reading.apply(typed_filter)
    words, sort = typed.words, request.sort
    if newest := _newest_of_a_kind(typed.words):
        words, sort = reading.take_newest(newest, words), "date"
    query = Query(
        words=words,
        phrases=(*typed.phrases, *reading.named),
        inflected=typed.inflected,
        excluded=typed.excluded,
        any_of=typed.any_of,
        filters=reading.filters,
        after=reading.after,
        before=reading.before,
        sort=sort,
        offset=_offset(request.page),
        limit=PAGE_SIZE,
        facets=facet_names(),
    )
    problems = [*typed.problems, *reading.problems]
    active = [*reading.chosen(), *reading.active]
    return Asked(request, typed, query, book, problems, active, bool(reading.problems))


def _offset(page: int) -> int:
    return (page - 1) * PAGE_SIZE


_NEWEST = tuple(
    map(fold, ("letzte", "neueste", "jüngste", "aktuelle"))
)  # and their inflected forms


def _newest_of_a_kind(words: Sequence[str]) -> tuple[int, SearchKind] | None:
    """Find "letztes Protokoll" and the like; return its place and the kind whose newest is meant."""
    for index, (one, other) in enumerate(pairwise(words)):
        if _is_newest(one):
            for kind in kinds:
                if any(stems_of(name) == stems_of(other) for name in kind.aliases):
                    return index, kind
    return None


def _is_newest(word: str) -> bool:
    return fold(word).startswith(_NEWEST)


class _Reading:
    """Collect the filters of a request and of its text."""

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
        """Name the address's filters, without values that have no label."""
        request = self._request
        active = [
            ActiveFilter(
                f"{facets[name].legend}: {label}", request.without_value(name, value).address()
            )
            for name, values in request.filters.items()
            for value in values
            if (label := self._book.label(facets[name], value))
        ]
        if request.after:
            text = from_day(request.after)
            active.append(ActiveFilter(text, replace(request, after=None, page=1).address()))
        if request.before:
            text = before_day(request.before)
            active.append(ActiveFilter(text, replace(request, before=None, page=1).address()))
        return active

    def take_newest(self, found: tuple[int, SearchKind], words: Sequence[str]) -> tuple[str, ...]:
        """Narrow to the kind whose newest is meant; return the other words."""
        index, kind = found
        self.filters["kind"] = tuple(dict.fromkeys((*self.filters.get("kind", ()), kind.value)))
        named = " ".join(words[index : index + 2])
        text = " ".join(self._request.text.replace(named, " ", 1).split())
        self.active.append(ActiveFilter(named, self._request.with_text(text).address()))
        return (*words[:index], *words[index + 2 :])

    def apply(self, typed: TypedFilter) -> None:
        """Take one typed filter into account."""
        target = typed.target
        if facet := facets.get(target):
            self._narrow(typed, facet)
        elif target == "by" and read_day(typed.value) is None:
            # Names of people are part of the indexed text.
            self.named.append(typed.value)
            self._in_force(typed)
        else:
            self._limit(typed, target)

    def _narrow(self, typed: TypedFilter, facet: Facet) -> None:
        found: list[str] = []
        for value in filter(None, (part.strip() for part in typed.value.split(","))):
            meant = self._book.meant_by(facet, value)
            found += meant
            if not meant:
                self.problems.append(self._unknown(typed.name, value, facet))
        if found:
            before = self.filters.get(facet.name, ())
            self.filters[facet.name] = tuple(dict.fromkeys((*before, *found)))
            self._in_force(typed)

    def _unknown(self, name: str, value: str, facet: Facet) -> str:
        text = _("The filter “%(name)s:” has no value “%(value)s”; it was left out.") % {
            "name": name,
            "value": value,
        }
        if facet.name != "kind":
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
    """Return the label of a filter by a first day."""
    return _("from %(day)s on") % {"day": date_format(day, "SHORT_DATE_FORMAT")}


def before_day(day: dt.date) -> str:
    """Return the label of a filter by the first day no longer wanted."""
    return _("before %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
