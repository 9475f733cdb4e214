"""Pages with a day as calendar entries (RFC 5545): meetings in invitations and in the feed of a person, others too.

Texts stay out, and so does everything of a confidential page but its time: calendars are shown to colleagues, kept by
other servers and read on phones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from access.handling import mail_excerpt_allowed
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Invitation, Meeting, State

_USUAL_LENGTH = dt.timedelta(hours=1)  # of what has no end that anybody said
_DAY = dt.timedelta(days=1)
_PARTSTAT = {
    Invitation.Answer.OPEN: "NEEDS-ACTION",
    Invitation.Answer.ACCEPTED: "ACCEPTED",
    Invitation.Answer.DECLINED: "DECLINED",
}


def when_and_where(page: MinutesPage) -> str:
    """Return what a calendar entry depends on, to know whether it changed."""
    parts = (page.title, page.held_on, page.begins_at, page.ends_at, page.place, page.link)
    return "\n".join(str(part or "") for part in parts)[:700]


def invitation_ics(invitation: Invitation, page: MinutesPage) -> bytes:
    """Return what a mail carries: a request, or the end of a meeting that was called off."""
    meeting = invitation.meeting
    is_over = meeting.state == State.CANCELLED
    calendar = _calendar("CANCEL" if is_over else "REQUEST")
    event = entry_of_meeting(page, meeting)
    organiser = vCalAddress(f"MAILTO:{settings.DEFAULT_FROM_EMAIL}")
    organiser.params["CN"] = vText("Stadtwissen")
    event["organizer"] = organiser
    guest = vCalAddress(f"MAILTO:{invitation.person.email}")
    guest.params["PARTSTAT"] = vText(_PARTSTAT[Invitation.Answer(invitation.answer)])
    guest.params["RSVP"] = vText("FALSE")  # one answers on the platform
    event.add("attendee", guest, encode=0)
    calendar.add_component(event)
    return _written(calendar)


def published_ics(entries: Iterable[Event]) -> bytes:
    """Return entries as a calendar to subscribe to or to take over."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", "Stadtwissen")
    for one in entries:
        calendar.add_component(one)
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Stadtwissen//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def entry_of_meeting(page: MinutesPage, meeting: Meeting | None) -> Event:
    """Return the entry of a meeting, the same wherever it is sent; None for minutes that were only filed."""
    name = f"meeting-{meeting.pk}" if meeting else f"minutes-{page.pk}"
    event = entry_of(
        page,
        name,
        last_day=page.held_on,
        place=page.place or page.link,
        address=reverse("meetings:come", args=[page.pk]),
    )
    is_over = meeting is not None and meeting.state == State.CANCELLED
    event.add("sequence", meeting.sequence if meeting else 0)
    event.add("status", "CANCELLED" if is_over else "CONFIRMED")
    return event


def entry_of(page: Any, name: str, *, last_day: dt.date, place: str, address: str) -> Event:
    """Return a page with a day (`held_on`) and maybe hours (`begins_at`, `ends_at`) as an entry.

    Args:
        page: What it is of; of a confidential one the entry says the time alone.
        name: Of the entry, the same whenever it is sent.
        last_day: The last one on which it is.
        place: Where it is; may be empty.
        address: A path to the page that names no title.
    """
    event = Event()
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    event.add("uid", f"{name}@{host}")
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    begin, end = _times(page, last_day)
    event.add("dtstart", begin)
    event.add("dtend", end)
    is_open = mail_excerpt_allowed(page)
    # One line: whoever types a break into a title writes no property of their own.
    event.add("summary", " ".join(page.title.split()) if is_open else _("Appointment"))
    event.add("url", settings.WAGTAILADMIN_BASE_URL + address)
    if is_open:
        event.add("location", " ".join(place.split()))
    else:
        event.add("class", "PRIVATE")
    return event


def _times(page: Any, last_day: dt.date) -> tuple[dt.date, dt.date]:
    """Return begin and end in the city's time; whole days where nobody said an hour."""
    if page.begins_at is None:
        return page.held_on, last_day + _DAY
    zone = timezone.get_default_timezone()
    begin = dt.datetime.combine(page.held_on, page.begins_at, tzinfo=zone)
    if page.ends_at is not None:
        return begin, dt.datetime.combine(last_day, page.ends_at, tzinfo=zone)
    if last_day == page.held_on:
        return begin, begin + _USUAL_LENGTH
    return begin, dt.datetime.combine(last_day + _DAY, dt.time(0), tzinfo=zone)
