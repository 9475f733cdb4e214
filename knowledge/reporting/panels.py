"""Parts of other rooms' pages: what a measure is asked, the thread of a measure, what waits on the start page."""

# unscoped: every query begins with `for_body_of` or `asked_by`, which ask for the reader's rights

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from access.rights import rights_of
from accounts.models import User
from knowledge.measures.models import MeasurePage
from knowledge.reporting.models import Inquiry
from knowledge.reporting.selectors import DOUBLE, DRAFTED, MISSING, UNREACHED, inquiries_to
from knowledge.reporting.thread import steps_of
from web.panels import Panel, Place

SHOWN = 6  # inquiries on the start page


def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    user = request.user
    if not isinstance(user, User) or rights_of(user).is_view:
        return None
    waiting = (MISSING, DRAFTED, UNREACHED, DOUBLE)
    rows = [row for row in inquiries_to(user) if row.how in waiting]
    return {"rows": rows[:SHOWN], "are_more": len(rows) > SHOWN} if rows else None


def _on_measure(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not isinstance(page, MeasurePage) or page.pk is None or not isinstance(request.user, User):
        return None
    asked = Inquiry.objects.for_body_of(request.user).waiting().filter(measure=page.pk)
    found = asked.select_related("request").first()
    return {"inquiry": found} if found else None


def _thread(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not isinstance(page, MeasurePage) or page.pk is None:
        return None
    found = steps_of([page.pk], request.user)
    return {"steps": found} if found else None


ON_START = Panel(
    name="reporting.asked",
    template="reporting/_on_start.html",
    place=Place.MAIN,
    order=8,
    context=_on_start,
)
ON_MEASURE = Panel(
    name="reporting.asked",
    template="reporting/_on_measure.html",
    place=Place.ASIDE,
    order=15,
    context=_on_measure,
)
THREAD = Panel(
    name="reporting.thread",
    template="reporting/_thread.html",
    place=Place.MAIN,
    order=12,
    context=_thread,
)
