"""Events: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.events.models import EventIndexPage, EventKind, EventPage
from knowledge.events.selectors import follow_ups_of
from knowledge.pages.kinds import PageContent, PageKind
from knowledge.pages.listing import Listing, Order, choice_filter, related_filter, year_filter
from knowledge.text import PlainText


class EventListing(Listing):
    """Events, newest first."""

    model = EventPage
    columns: ClassVar = [_("Kind"), _("Date"), _("Districts")]
    filters: ClassVar = [
        choice_filter("kind", _("Kind"), EventKind),
        related_filter("district", _("District"), path="districts", text="name"),
        related_filter("field", _("Field of action"), path="fields_of_action", text="title"),
        year_filter("held_on"),
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


def content(page: EventPage) -> PageContent:
    """Read one event."""
    text = PlainText()
    text.add_body(page.body)
    text.add_body(page.results)
    text.add_text(page.place)
    text.add_text(page.note)
    participants = list(page.participants.all())
    for one in participants:
        text.add_text(f"{one.name} ({one.short_name})")
    return PageContent(
        text=text,
        organisations=[one.slug for one in participants],
        facets={
            "district": [district.slug for district in page.districts.all()],
            "field_of_action": [field.slug for field in page.fields_of_action.all()],
        },
    )


def context(page: EventPage, request: HttpRequest) -> dict[str, Any]:
    """Add what it is about, who took part, and the measures to which it came."""
    return {
        "districts": list(page.districts.all()),
        "fields_of_action": list(page.fields_of_action.all()),
        "participants": list(page.participants.all()),
        "follow_ups": follow_ups_of(page, request.user),
    }


FACTS = (
    "kind", "held_on", "last_day", "begins_at", "ends_at", "place", "districts", "fields_of_action", "participants",
)  # fmt: skip
KIND = PageKind(
    name="event",
    model=EventPage,
    label=_("Event"),
    new_label=_("New event"),
    aliases=("veranstaltung", "termin"),
    asked_as=("Veranstaltung",),
    context=context,
    index=EventIndexPage,
    listing=EventListing,
    content=content,
    prefetch=("districts", "fields_of_action", "participants"),
    organisations="participants__short_name",
    depends_on=("participants",),
    dated_on="held_on",
    facts=(*FACTS, "note"),
    texts=("body", "results"),
    edited=(*FACTS, "note"),
    edited_rows={"follow_ups": ("measure",)},
)
