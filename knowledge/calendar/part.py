"""The way from the page of an event or a meeting into the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from knowledge.events.models import EventPage
from knowledge.groups.models import MinutesPage
from knowledge.measures.rules import FIRST_YEAR, LAST_YEAR
from web.panels import Panel, Place


def _of_page(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if page.pk is None or not isinstance(page, EventPage | MinutesPage):
        return None
    day = page.held_on
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return {"number": page.pk, "day": day}


ON_PAGE = Panel(
    name="calendar.on_page",
    template="calendar/_on_page.html",
    place=Place.ASIDE,
    order=45,
    context=_of_page,
)
