"""The list of measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from knowledge.listing import Listing, Order, choice_filter, related_filter
from knowledge.measures.models import Horizon, MeasurePage, State


class MeasureListing(Listing):
    """Measures by number."""

    model = MeasurePage
    columns: ClassVar = [_("Horizon"), _("State"), _("Responsible")]
    filters: ClassVar = [
        choice_filter("horizon", _("Horizon"), Horizon),
        choice_filter("state", _("State"), State),
        related_filter(
            "org", _("Organisation"), path="responsibilities__organisation", text="short_name"
        ),
        related_filter("field", _("Field of action"), path="field_of_action", text="title"),
        related_filter("district", _("District"), path="districts", text="name"),
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
