"""Answer the requests of a steward who sees the site as somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from access.reader import seeing
from access.viewing.services import continue_view

# What is open to a steward who sees the site as somebody else. Everything else is closed meanwhile: the admin,
# what is personal (the other one's must not be seen, one's own would be taken for the other one's), and what nobody has
# thought about. A route belongs here if it only reads, and shows nothing but what `access.rights` allows.
OPEN_WHILE_VIEWING = frozenset(
    {
        "access:end_view",
        "access:page",
        "access:shared_with_me",
        "account_logout",
        "image",
        "operations:live",
        "operations:ready",
        "overview:list",
        "overview:page",
        "search",
        "search_suggestions",
        "wagtail_serve",
        "wagtaildocs_serve",
        "web:mark",
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = 403  # status of what is closed meanwhile


class ViewAsMiddleware:
    """Let a steward see the site as somebody else: only reading is open, all is marked, no cache keeps it.

    Sets `request.viewing` (an `access.reader.Viewing`), for templates, and `request.acting_as`, for the log and
    for whatever must not count, remember or send what happens meanwhile (`audit.context.acting_as`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as the other one would see it, if the session says so."""
        viewing, ended = continue_view(request)
        if ended:
            messages.info(request, ended)
        if viewing is None:
            return self.get_response(request)
        marked: Any = request
        marked.viewing, marked.acting_as = viewing, viewing.target
        with seeing(request.user, viewing):
            if request.method in SAFE_METHODS or request.path in _ways_out():
                response = self.get_response(request)
            else:
                response = _refuse(request)
        response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what is closed meanwhile; this depends on the route alone, so it tells nothing of an object."""
        match = request.resolver_match
        is_open = match is not None and match.view_name in OPEN_WHILE_VIEWING
        if getattr(request, "viewing", None) is None or is_open:
            return None
        return _refuse(request)


def _ways_out() -> set[str]:
    return {reverse("access:end_view"), reverse("account_logout")}


def _refuse(request: HttpRequest) -> HttpResponse:
    return render(request, "access/closed_while_viewing.html", status=REFUSED)
