"""The calendar as a month and as a list, and what it shows as files for calendar programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.granting.share_badges import shared_among
from access.handling import mail_excerpt_allowed
from accounts.signed_in import signed_in
from audit.services import record
from knowledge.calendar.dates import Appointment, between, part_of_list, weeks_of
from knowledge.calendar.entries import appointment_on, ics_of
from knowledge.calendar.listing import CalendarListing
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, response_of
from knowledge.measures.rules import FIRST_YEAR, LAST_YEAR
from knowledge.pages.listing import Row
from web.days import hours_in_words
from web.menu import Link

_MOST_ENTRIES = 2000  # in a file; a calendar program takes a while for more


@require_safe
def this_month(request: HttpRequest) -> HttpResponse:
    """Show the month of today."""
    today = timezone.localdate()
    return month(request, today.year, today.month)


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show what is on in a month, day by day.

    Raises:
        Http404: If there is no such month, or it is farther away than anybody plans.
    """
    first = _first_of(year, month)
    listing, today = CalendarListing(request), timezone.localdate()
    weeks = weeks_of(listing, year, month, today=today)
    context = {
        "listing": listing,
        "first": first,
        "weeks": weeks,
        "is_empty": not any(
            day.appointments for week in weeks for day in week if not day.is_outside
        ),
        "before": _link_to_month(first - dt.timedelta(days=1), listing),
        "after": _link_to_month(first + dt.timedelta(days=31), listing),
        "is_now": (year, month) == (today.year, today.month),
        "file_url": reverse("calendar:month_file", args=[year, month]) + listing.query(),
    }
    return render(request, "calendar/month.html", context)


@require_safe
def month_as_file(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    """Send what is on in a month as calendar entries.

    Raises:
        Http404: If there is no such month.
    """
    first = _first_of(year, month)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    name = _("Calendar %(month)s") % {"month": date_format(first, "F Y")}
    return _sent(request, between(CalendarListing(request), first, last), name)


@require_safe
def as_list(request: HttpRequest) -> HttpResponse:
    """List what is to come."""
    return _listed(request, is_past=False)


@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """List what is over."""
    return _listed(request, is_past=True)


@require_safe
def list_as_file(request: HttpRequest) -> HttpResponseBase:
    """Send what is to come as calendar entries."""
    found = between(CalendarListing(request), timezone.localdate(), dt.date(LAST_YEAR, 12, 31))
    return _sent(request, found[:_MOST_ENTRIES], _("Calendar"))


@require_safe
def come(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a calendar entry, whose address names no title, to its page.

    Raises:
        Http404: If there is none, or the reader may not see it.
    """
    return redirect(_one(request, pk).page.url)


@require_safe
def one_as_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send one event or meeting as a calendar entry.

    Raises:
        Http404: If there is none with a day, or the reader may not see it.
    """
    one = _one(request, pk)
    is_open = mail_excerpt_allowed(one.page)
    return _sent(request, [one], one.page.title if is_open else _("Appointment"))


def _listed(request: HttpRequest, *, is_past: bool) -> HttpResponse:
    listing = CalendarListing(request)
    part, appointments = part_of_list(
        listing, request.GET.get("page"), today=timezone.localdate(), is_past=is_past
    )
    other = reverse("calendar:list" if is_past else "calendar:past")
    context = {
        "listing": listing,
        "part": part,
        "columns": [_("Date"), _("Time of day"), _("Kind"), _("Place")],
        "rows": _rows(request, appointments),
        "is_past": is_past,
        "other_url": other + listing.query(),
        "file_url": "" if is_past else reverse("calendar:list_file") + listing.query(),
    }
    return render(request, "calendar/list.html", context)


def _first_of(year: int, month: int) -> dt.date:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404
    return dt.date(year, month, 1)


def _link_to_month(day: dt.date, listing: CalendarListing) -> Link | None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    address = reverse("calendar:month", args=[day.year, day.month])
    return Link(date_format(day, "F Y"), address + listing.query())


def _one(request: HttpRequest, pk: int) -> Appointment:
    found = appointment_on(pk, signed_in(request))
    if found is None:
        raise Http404
    return found


def _rows(request: HttpRequest, appointments: Sequence[Appointment]) -> list[Row]:
    shared = shared_among(request.user, [one.page for one in appointments])
    return [
        Row(
            title=one.page.title,
            url=one.page.url,
            cells=(_days(one), hours_in_words(one.page.begins_at, one.page.ends_at), _kind(one), one.place),
            is_sample=one.page.is_sample,
            classification=one.page.classification,
            is_shared=one.page.pk in shared,
        )
        for one in appointments
    ]  # fmt: skip


def _days(one: Appointment) -> str:
    first = date_format(one.first, "j. F Y")
    return first if one.last == one.first else f"{first} – {date_format(one.last, 'j. F Y')}"


def _kind(one: Appointment) -> str:
    return _("%(kind)s, cancelled") % {"kind": one.kind} if one.is_cancelled else one.kind


def _sent(request: HttpRequest, appointments: Sequence[Appointment], name: str) -> HttpResponseBase:
    if request.method == "GET":
        record(
            "calendar.taken_out",
            actor=signed_in(request),
            details={"entries": len(appointments)},
        )
    return response_of(Download(file_name(name, "ics"), ics_of(appointments), "text/calendar"))
