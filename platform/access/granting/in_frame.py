"""What this app adds to the menus and to the start page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.due import due_spaces
from access.models import Space
from access.requests.services import open_requests_for
from access.rights import spaces_where
from access.roles import Action
from accounts.signed_in import signed_in
from web.menu import MenuEntry, menu
from web.panels import Panel, Place, start_panels

MOST_TO_CONFIRM = 5  # spaces named whose rights have to be confirmed
MOST_REQUESTS = 5  # requests named


def may_grant(request: HttpRequest) -> bool:
    """Show an entry to those responsible for a space."""
    return bool(spaces_where(request.user, Action.GRANT))


def spaces_to_confirm(request: HttpRequest) -> dict[str, Any] | None:
    """Return the spaces whose rights the reader should confirm, longest due first; no query for most people."""
    mine = spaces_where(request.user, Action.GRANT)
    due = due_spaces(Space.objects.filter(pk__in=mine))[:MOST_TO_CONFIRM] if mine else []
    return {"to_confirm": due} if due else None


def waiting_requests(request: HttpRequest) -> dict[str, Any] | None:
    """Return the oldest requests for access that wait for the reader; no query for most people."""
    if not may_grant(request):
        return None
    waiting = list(open_requests_for(signed_in(request))[: MOST_REQUESTS + 1])
    if not waiting:
        return None
    return {"requests": waiting[:MOST_REQUESTS], "has_more": len(waiting) > MOST_REQUESTS}


def register_in_frame() -> None:
    """Register entries and panels; called once, when the app is ready."""
    menu.register(
        MenuEntry(
            name="access.shared_with_me",
            label=_("Shared with me"),
            route="access:shared_with_me",
            icon="visibility",
            order=20,
        ),
        MenuEntry(
            name="access.spaces",
            label=_("Spaces and rights"),
            route="access:spaces",
            icon="home",
            order=30,
            is_shown=may_grant,
        ),
        MenuEntry(
            name="access.requests",
            label=_("Requests for access"),
            route="access:requests",
            icon="help",
            order=40,
            is_shown=may_grant,
        ),
    )
    start_panels.register(
        Panel(
            name="access.to_confirm",
            template="access/_to_confirm.html",
            place=Place.MAIN,
            order=25,
            context=spaces_to_confirm,
        ),
        Panel(
            name="access.requests",
            template="access/_requests_on_start.html",
            place=Place.MAIN,
            order=20,
            context=waiting_requests,
        ),
    )
