"""The list that every count leads to: the measures of all spaces that the reader sees, by the overview's filters.

The overview counts what this list chooses, so that a number and its list can't differ.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.measures.kind import MeasureListing
from knowledge.measures.models import ENDED, MeasurePage, Milestone
from knowledge.measures.selectors import current_measures_for
from knowledge.overview.silence import silent_since_by_measure
from knowledge.pages.listing import Choice, Filter

NONE = "-"  # in an address: without a field, body, district …


def _or_none(one: Filter) -> Filter:
    """Return a filter by related objects that takes "without any", too."""
    if one.related is None:
        return one
    path, named = one.related[0], one.apply

    def apply(queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == NONE:
            return queryset.filter(**{f"{path}__isnull": True})
        return named(queryset, value)

    return replace(one, apply=apply)


def _yes(visible: QuerySet[Any]) -> list[Choice]:
    return [("1", _("yes"))]


def _late(queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Keep measures that go on and have an overdue milestone."""
    # unscoped: of measures that the list took by the reader's right
    overdue = Milestone.objects.overdue().filter(measure=OuterRef("pk"))
    return queryset.exclude(state__in=ENDED).filter(Exists(overdue))


class OverviewListing(MeasureListing):
    """Measures of all spaces, by number."""

    filters: ClassVar = [
        *(_or_none(one) for one in MeasureListing.filters),
        Filter("late", gettext_lazy("Late"), _late, _yes),
        Filter("silent", gettext_lazy("Silent"), lambda queryset, value: queryset, _yes),
    ]

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(MeasurePage(), request)  # below no index page: of all spaces

    def base_queryset(self) -> QuerySet[Any]:
        """Return the measures that don't go on in others, with their organisations in printed order."""
        current: QuerySet[Any] = current_measures_for(self.user).order_by()
        return current.prefetch_related("responsibilities__organisation")

    def _related_choices(self) -> dict[str, list[Choice]]:
        found = super()._related_choices()
        return {name: [*choices, (NONE, _("not stated"))] for name, choices in found.items()}

    @cached_property
    def chosen(self) -> QuerySet[Any]:
        """The visible measures that meet the filters."""
        queryset = super().chosen
        if self.values.get("silent"):
            queryset = queryset.filter(pk__in=silent_since_by_measure(self.user, queryset))
        return queryset

    def url(self, **more: str) -> str:
        """Return the address of the list with these filters and `more` of them."""
        return f"{self._address}{self.query(**more)}"

    @cached_property
    def _address(self) -> str:
        return reverse("overview:list")
