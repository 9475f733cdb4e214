"""What the pages of an event and of a measure say of each other, within the reader's rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from access.rights import Person
from knowledge.events.models import EventPage
from knowledge.measures.models import MeasurePage
from web.panels import Panel, Place


def follow_ups_of(event: EventPage, user: Person) -> list[MeasurePage]:
    """Return the measures to which an event came and that `user` may see, by number."""
    if event.pk is None:  # a preview of a page that isn't saved yet
        return []
    found = MeasurePage.objects.visible_to(user).filter(event_links__event=event.pk)
    return list(found.order_by("number", "title").distinct())


def _of_measure(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if page.pk is None or not isinstance(page, MeasurePage):
        return None
    found = EventPage.objects.visible_to(request.user).filter(follow_ups__measure=page.pk)
    events = list(found.order_by("held_on", "title").distinct())
    return {"events": events} if events else None


OF_MEASURE = Panel(
    name="events.of_measure",
    template="events/_of_measure.html",
    place=Place.ASIDE,
    order=26,
    context=_of_measure,
)
