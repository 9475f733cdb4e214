"""The list of measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from knowledge.listing import (
    Filter,
    Listing,
    Order,
    by_related,
    by_value,
    choices_of,
    related_choices,
)
from knowledge.measures.models import Horizon, MeasurePage, State


class MeasureListing(Listing):
    """Measures by number."""

    model = MeasurePage
    columns: ClassVar = [_("Horizon"), _("State"), _("Responsible")]
    filters: ClassVar = [
        Filter("horizon", _("Horizon"), choices_of(Horizon), by_value("horizon")),
        Filter("state", _("State"), choices_of(State), by_value("state")),
        Filter(
            "org",
            _("Organisation"),
            related_choices("responsibilities__organisation", "short_name"),
            by_related("responsibilities__organisation"),
        ),
        Filter(
            "field",
            _("Field of action"),
            related_choices("field_of_action", "title"),
            by_related("field_of_action"),
        ),
        Filter(
            "district", _("District"), related_choices("districts", "name"), by_related("districts")
        ),
    ]
    orders: ClassVar = [
        Order("number", _("Number"), (F("number").asc(nulls_last=True),)),
        Order("title", _("Title"), ("title",)),
        Order("changed", _("Last change"), ("-last_published_at",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the organisations, in printed order."""
        return super().base_queryset().prefetch_related("responsibilities__organisation")

    def number(self, page: MeasurePage) -> str:
        """Return the measure's number."""
        return "" if page.number is None else str(page.number)

    def cells(self, page: MeasurePage) -> Sequence[str]:
        """Return horizon, state and organisations."""
        organisations = [str(one.organisation) for one in page.responsibilities.all()]
        return (page.get_horizon_display(), page.get_state_display(), ", ".join(organisations))
