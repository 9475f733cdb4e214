"""The list of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.events.models import EventKind, EventPage
from knowledge.listing import Listing, Order, choice_filter, related_filter


class EventListing(Listing):
    """Events, newest first."""

    model = EventPage
    columns: ClassVar = [_("Kind"), _("Date"), _("Districts")]
    filters: ClassVar = [
        choice_filter("kind", _("Kind"), EventKind),
        related_filter("district", _("District"), path="districts", text="name"),
    ]
    orders: ClassVar = [
        Order("newest", _("Newest first"), (F("held_on").desc(nulls_last=True),)),
        Order("title", _("Title"), ("title",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the districts."""
        return super().base_queryset().prefetch_related("districts")

    def cells(self, page: EventPage) -> Sequence[str]:
        """Return kind, date and districts."""
        date = date_format(page.held_on, "j. F Y") if page.held_on else ""
        return (page.get_kind_display(), date, ", ".join(str(one) for one in page.districts.all()))
