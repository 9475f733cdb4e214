"""Index pages: a list of pages of one kind, with filters, order and paging.

Each kind of page describes its list in `kind.py`; the index page, its template and the htmx fragment are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.admin.utils import get_fields_from_path
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.granting.share_badges import shared_among
from access.rights import Person
from accounts.models import Organisation
from accounts.short_names import of_today
from knowledge.basepage.models import KnowledgePage

PAGE_SIZE = 50  # rows
MAX_TYPED = 100  # characters of a filter that is typed; components/filter_input.html says it, too
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list.

    Attributes:
        name: Parameter in the address.
        label: What the reader sees.
        choices: Returns (value, label) pairs, given the visible pages of the list.
        apply: Narrows the queryset to one value.
        related: Instead of `choices`: look-ups to slug and text of related objects; only those that occur are offered.
        is_typed: Whether it takes any text that somebody types, instead of a choice.
    """

    name: str
    label: Any  # a lazy translation
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    choices: Callable[[QuerySet[Any]], Iterable[Choice]] = lambda visible: ()
    related: tuple[str, str] | None = None
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort the list; `fields` as for `order_by`."""

    name: str
    label: Any  # a lazy translation
    fields: tuple[Any, ...]  # names or expressions


@dataclass(frozen=True, slots=True)
class FilterState:
    """A filter with what was chosen, for the template."""

    name: str
    label: Any  # a lazy translation
    choices: Sequence[Choice]
    value: str
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    Attributes:
        title: Text of the link.
        url: Where it leads.
        cells: Texts in the order of the listing's columns; empty ones are shown as not stated.
        number: Printed before the title, such as a measure's number.
        is_sample: Whether the page is a sample.
        classification: How the page must be handled.
        is_shared: Whether it is shared outside its space, as far as the reader may know.
    """

    title: str
    url: str
    cells: Sequence[str]
    number: str = ""
    is_sample: bool = False
    classification: str = ""
    is_shared: bool = False


class Listing:
    """What one kind of index page lists. Subclasses describe it, `knowledge.pages.index_pages` runs it."""

    model: ClassVar[type[KnowledgePage]]
    columns: ClassVar[Sequence[Any]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    orders: ClassVar[Sequence[Order]] = ()

    def __init__(self, index_page: KnowledgePage, request: HttpRequest) -> None:
        self.index_page = index_page
        self.request = request
        self.user: Person = request.user

    # unscoped: Listing narrows it by the reader's right before anything is counted or shown
    def base_queryset(self) -> QuerySet[Any]:
        """Return all pages of the list; subclasses add what their rows need."""
        queryset: QuerySet[Any] = self.model.objects.child_of(self.index_page)
        return queryset

    def row(self, page: Any) -> Row:
        """Turn one page into a line of the list."""
        return Row(
            title=page.title,
            url=page.url,
            cells=self.cells(page),
            number=self.number(page),
            is_sample=page.is_sample,
            classification=page.classification,
        )

    def cells(self, page: Any) -> Sequence[str]:
        """Return the texts beside the title, as many as there are columns."""
        return ()

    def number(self, page: Any) -> str:
        """Return what is printed before the title."""
        return ""

    @cached_property
    def visible(self) -> QuerySet[Any]:
        """Pages of the list that the reader may see."""
        pages: Any = self.base_queryset()  # django-stubs does not see Wagtail's querysets
        visible: QuerySet[Any] = pages.visible_to(self.user)
        return visible

    @cached_property
    def filter_states(self) -> list[FilterState]:
        """The filters with their choices and what was chosen."""
        related = self._related_choices()
        states = []
        for one in self.filters:
            choices = related[one.name] if one.related else list(one.choices(self.visible))
            value = self.request.GET.get(one.name, "")
            if one.is_typed:
                value = " ".join(value.replace("\0", "").split())[:MAX_TYPED]
            else:
                value = self._offered(one, value, dict(choices))
            states.append(FilterState(one.name, one.label, choices, value, one.is_typed))
        return states

    def _offered(self, one: Filter, value: str, choices: Mapping[str, str]) -> str:
        """Return the value if it is offered, a body's earlier short name under that of today; else nothing."""
        if one.related and _is_of_bodies(self.model, one.related[0]):
            return of_today(value, choices)
        return value if value in choices else ""

    def _related_choices(self) -> dict[str, list[Choice]]:
        """Return the choices of all filters by related objects, in one query, sorted by text."""
        found: dict[str, list[Choice]] = {one.name: [] for one in self.filters if one.related}
        queries = []
        for one in self.filters:
            if one.related:
                slug, text = one.related
                occurring = self.visible.order_by().filter(**{f"{slug}__isnull": False})
                queries.append(
                    occurring.annotate(filter_name=Value(one.name))
                    .values_list("filter_name", slug, text)
                    .distinct()
                )
        if queries:
            for name, slug, text in queries[0].union(*queries[1:]):
                found[name].append((slug, text))
        return {
            name: sorted(choices, key=lambda c: c[1].casefold()) for name, choices in found.items()
        }

    @property
    def unknown_filters(self) -> list[str]:
        """Labels of filters whose value in the address means nothing here; they were left out."""
        return [
            str(state.label)
            for state in self.filter_states
            if self.request.GET.get(state.name) and not state.value and not state.is_typed
        ]

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What was chosen, by the filter's name in the address; filters that choose nothing are left out."""
        return {state.name: state.value for state in self.filter_states if state.value}

    def query(self, **more: str) -> str:
        """Return the filters as the query of an address, with `more` of them; "" for none."""
        values = {**self.values, **more}
        return f"?{urlencode(values)}" if values else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set, so that another choice may show more."""
        return bool(self.values)

    @cached_property
    def order(self) -> Order:
        """The chosen order, or the first."""
        chosen = self.request.GET.get("sort", "")
        return next((one for one in self.orders if one.name == chosen), self.orders[0])

    @cached_property
    def chosen(self) -> QuerySet[Any]:
        """The visible pages that meet the filters."""
        queryset = self.visible
        for one, state in zip(self.filters, self.filter_states, strict=True):
            if state.value:
                queryset = one.apply(queryset, state.value)
        return queryset

    @cached_property
    def page(self) -> Page[Any]:
        """The chosen part of the list; a number that makes no sense gives the nearest part."""
        ordered = self.chosen.order_by(*self.order.fields, "path")
        return Paginator(ordered, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @property
    def rows(self) -> list[Row]:
        """The lines of the chosen part."""
        pages = list(self.page.object_list)
        shared = shared_among(self.user, pages)
        return [replace(self.row(page), is_shared=page.pk in shared) for page in pages]

    @property
    def total(self) -> int:
        """How many pages meet the filters."""
        return self.page.paginator.count


def _is_of_bodies(model: type[KnowledgePage], path: str) -> bool:
    """Tell whether a look-up leads to a column of organisations."""
    field: Any = get_fields_from_path(model, path)[-1]
    return issubclass(field.model, Organisation)


def choice_filter(name: str, label: Any, enumeration: Any) -> Filter:
    """Return a filter by a column with a Django enumeration, with "not stated" for the empty value."""

    def choices(visible: QuerySet[Any]) -> Iterable[Choice]:
        return [
            *((value, str(label)) for value, label in enumeration.choices),
            ("-", _("not stated")),
        ]

    def apply(queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{name: "" if value == "-" else value})

    return Filter(name, label, apply, choices)


def related_filter(name: str, label: Any, *, path: str, text: str) -> Filter:
    """Return a filter by related objects that occur in the list.

    Args:
        name: Parameter in the address.
        label: What the reader sees.
        path: Look-up from the page to the related object, such as `organisation`.
        text: Its column with the reader's text.
    """
    return Filter(
        name,
        label,
        lambda queryset, value: queryset.filter(**{f"{path}__slug": value}).distinct(),
        related=(f"{path}__slug", f"{path}__{text}"),
    )


def text_filter(*paths: str) -> Filter:
    """Return a filter by words that somebody types; each must stand in one of the columns at `paths`."""

    def apply(queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in value.split():
            anywhere = (Q((f"{path}__icontains", word)) for path in paths)
            queryset = queryset.filter(reduce(or_, anywhere))
        return queryset

    return Filter("text", gettext_lazy("Words"), apply, is_typed=True)


def year_filter(field: str) -> Filter:
    """Return a filter by the year of a date column, latest year first."""

    def years(visible: QuerySet[Any]) -> Iterable[Choice]:
        dates = visible.order_by().dates(field, "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in dates]

    return Filter(
        "year",
        gettext_lazy("Year"),
        lambda queryset, value: queryset.filter(**{f"{field}__year": value}),
        years,
    )
