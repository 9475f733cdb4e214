"""What the calendar shows: events and meetings of all spaces that the reader sees, by kind and district."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.events.models import EventKind, EventPage
from knowledge.groups.models import MinutesPage
from knowledge.pages.listing import Choice, Filter, Listing, related_filter

MEETING = "meeting"  # beside the kinds of events


def _kinds(visible: QuerySet[Any]) -> Iterable[Choice]:
    events = [(value, capfirst(str(label))) for value, label in EventKind.choices]
    return [*events, (MEETING, _("Meeting"))]


class CalendarListing(Listing):
    """Events with a day, and meetings."""

    model = EventPage
    filters: ClassVar = [
        Filter(
            "kind", gettext_lazy("Kind"), lambda events, value: events.filter(kind=value), _kinds
        ),
        related_filter("district", gettext_lazy("District"), path="districts", text="name"),
    ]

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(EventPage(), request)  # below no index page: of all spaces

    # unscoped: Listing narrows it by the reader's right before anything is counted or shown
    def base_queryset(self) -> QuerySet[Any]:
        """Return the events that have a day."""
        return EventPage.objects.filter(held_on__isnull=False)

    @cached_property
    def events(self) -> QuerySet[Any]:
        """The visible events that meet the filters."""
        return self.chosen.none() if self.values.get("kind") == MEETING else self.chosen

    @cached_property
    def meetings(self) -> QuerySet[Any]:
        """The visible meetings that meet the filters; they are of no district."""
        pages: Any = MinutesPage.objects.visible_to(self.user)
        is_of_meetings = self.values.get("kind") in (None, MEETING)
        meetings: QuerySet[Any] = (
            pages if is_of_meetings and "district" not in self.values else pages.none()
        )
        return meetings
