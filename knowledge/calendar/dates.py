"""Events and meetings by day, in as many queries for ten as for a thousand."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, TimeField, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from knowledge.calendar.listing import CalendarListing
from knowledge.events.models import EventPage
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Meeting, State
from knowledge.pages.listing import PAGE_SIZE

_MIDNIGHT = dt.time(0)


@dataclass(frozen=True, slots=True)
class Appointment:
    """An event or a meeting on its days."""

    page: EventPage | MinutesPage

    @property
    def first(self) -> dt.date:
        """Return its first day."""
        day: dt.date | None = self.page.held_on
        if day is None:
            message = f"{self.page} has no day; the calendar leaves such events out."
            raise ValueError(message)
        return day

    @property
    def last(self) -> dt.date:
        """Return its last day."""
        last: dt.date | None = getattr(self.page, "last_day", None)
        return last or self.first

    @property
    def meeting(self) -> Meeting | None:
        """Return the meeting; None for events, and for minutes that were only filed."""
        found: Meeting | None = getattr(self.page, "meeting", None)
        return found

    @property
    def is_cancelled(self) -> bool:
        """Tell whether it was called off."""
        return self.meeting is not None and self.meeting.state == State.CANCELLED

    @property
    def kind(self) -> str:
        """Return what it is."""
        if isinstance(self.page, MinutesPage):
            return _("Meeting")
        return capfirst(self.page.get_kind_display())

    @property
    def place(self) -> str:
        """Return where it is."""
        return self.page.place or getattr(self.page, "link", "")

    @property
    def sort_key(self) -> tuple[dt.date, dt.time, int]:
        """Return its place among others."""
        return self.first, self.page.begins_at or _MIDNIGHT, self.page.pk


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's table, or of the weeks at its ends."""

    day: dt.date
    is_today: bool
    is_outside: bool
    appointments: Sequence[Appointment]


def weeks_of(listing: CalendarListing, year: int, month: int, *, today: dt.date) -> list[list[Day]]:
    """Return the weeks of a month, each from Monday to Sunday, with what is on."""
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    on = _by_day(between(listing, weeks[0][0], weeks[-1][-1]), weeks[0][0], weeks[-1][-1])
    return [
        [Day(day, day == today, day.month != month, on.get(day, ())) for day in week]
        for week in weeks
    ]


def between(listing: CalendarListing, first: dt.date, last: dt.date) -> list[Appointment]:
    """Return what the listing shows of some days, in order: two queries."""
    events = _with_end(listing.events).filter(held_on__lte=last, ends_on__gte=first)
    meetings = listing.meetings.filter(held_on__range=(first, last))
    found = [Appointment(one) for one in (*_light(events), *_light_meetings(meetings))]
    return sorted(found, key=lambda one: one.sort_key)


def part_of_list(
    listing: CalendarListing, number: Any, *, today: dt.date, is_past: bool
) -> tuple[Page[Any], list[Appointment]]:
    """Return one part of what is to come, next first, or of what is over, latest first: four queries.

    What comes first is the part with its number, for the steps through the list.

    Args:
        listing: Says what of.
        number: Of the part, as it stands in the address; what makes no sense gives the nearest part.
        today: What ends on it is still to come.
        is_past: Whether what is over is asked for.
    """
    when = "lt" if is_past else "gte"
    events = _with_end(listing.events).filter(**{f"ends_on__{when}": today})
    meetings = listing.meetings.filter(**{f"held_on__{when}": today})
    keys = _keys(events, is_meeting=False).union(_keys(meetings, is_meeting=True), all=True)
    order = ("-held_on", "-starts", "-pk") if is_past else ("held_on", "starts", "pk")
    part = Paginator(keys.order_by(*order), PAGE_SIZE).get_page(number)
    return part, _loaded(list(part.object_list), listing)


def _with_end(events: QuerySet[Any]) -> QuerySet[Any]:
    return events.alias(ends_on=Coalesce("last_day", "held_on"))


def _keys(pages: QuerySet[Any], *, is_meeting: bool) -> QuerySet[Any]:
    """Return what the list is sorted by, and which pages it is of."""
    marked = pages.order_by().annotate(
        is_meeting=Value(is_meeting),
        starts=Coalesce("begins_at", Value(_MIDNIGHT, output_field=TimeField())),
    )
    return marked.values_list("is_meeting", "pk", "held_on", "starts")


def _loaded(keys: Sequence[Any], listing: CalendarListing) -> list[Appointment]:
    """Return the pages of some keys in their order."""
    numbers: dict[bool, list[int]] = {False: [], True: []}
    for key in keys:
        numbers[bool(key[0])].append(key[1])
    events = _light(listing.events.filter(pk__in=numbers[False]))
    meetings = _light_meetings(listing.meetings.filter(pk__in=numbers[True]))
    pages = {one.pk: one for one in (*events, *meetings)}
    return [Appointment(pages[key[1]]) for key in keys if key[1] in pages]


def _light(events: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out the texts, which may be long; the calendar shows none."""
    return events.defer("body", "results", "note")


def _light_meetings(meetings: QuerySet[Any]) -> QuerySet[Any]:
    return meetings.defer("agenda").select_related("meeting")


def _by_day(
    appointments: Iterable[Appointment], first: dt.date, last: dt.date
) -> Mapping[dt.date, Sequence[Appointment]]:
    """Return what is on, day by day; what takes several days stands on each of them."""
    found: dict[dt.date, list[Appointment]] = defaultdict(list)
    for one in appointments:
        day = max(one.first, first)
        while day <= min(one.last, last):
            found[day].append(one)
            day += dt.timedelta(days=1)
    return found
