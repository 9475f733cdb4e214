"""Show the state of the platform, as `manage.py doctor` finds it, to whoever operates it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.rights import can
from access.roles import Action
from operations.doctor import examine
from web.panels import Panel, Place


def operates(request: HttpRequest) -> bool:
    """Tell whether the reader operates the platform."""
    return can(request.user, Action.OPERATE)


@never_cache
@require_safe
def platform_state(request: HttpRequest) -> HttpResponse:
    """Show each part, the faulty ones first; the start page fetches only the summary, because checking takes a second.

    Raises:
        Http404: If the reader doesn't operate the platform.
    """
    if not operates(request):
        raise Http404
    findings = sorted(examine(), key=lambda one: (one.is_healthy, not one.advice))
    is_part = request.headers.get("HX-Request") == "true"
    template = "operations/_state_summary.html" if is_part else "operations/state.html"
    wrong = [one for one in findings if not one.is_healthy]
    response = render(request, template, {"findings": findings, "wrong": wrong})
    response["Vary"] = "HX-Request"
    return response


def _on_start(request: HttpRequest) -> dict[str, Any] | None:
    return {} if operates(request) else None


STATE = Panel(
    name="operations.state",
    template="operations/_state_on_start.html",
    place=Place.MAIN,
    order=5,
    context=_on_start,
)
