"""What the calendar shows as calendar entries, and single ones."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from icalendar import Event

from access.rights import Person
from knowledge.calendar.dates import Appointment
from knowledge.events.models import EventPage
from knowledge.groups.models import MinutesPage
from knowledge.meetings.planning.calendars import entry_of, entry_of_meeting, published_ics


def ics_of(appointments: Iterable[Appointment]) -> bytes:
    """Return a file for calendar programs."""
    return published_ics(map(_entry, appointments))


def appointment_on(pk: int, user: Person) -> Appointment | None:
    """Return what a page is about as an appointment; None without a day, or if `user` may not read it."""
    event = EventPage.objects.visible_to(user).filter(pk=pk, held_on__isnull=False).first()
    minutes = MinutesPage.objects.visible_to(user).filter(pk=pk).select_related("meeting")
    page = event or minutes.first()
    return Appointment(page) if page is not None else None


def _entry(one: Appointment) -> Event:
    if isinstance(one.page, MinutesPage):
        return entry_of_meeting(one.page, one.meeting)
    address = reverse("calendar:come", args=[one.page.pk])
    return entry_of(
        one.page, f"event-{one.page.pk}", last_day=one.last, place=one.place, address=address
    )
