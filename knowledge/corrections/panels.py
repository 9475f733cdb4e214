"""Where readers say what is wrong, and where it waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.rights import can, spaces_where
from access.roles import Action
from knowledge.corrections.selectors import open_hints
from knowledge.corrections.services import may_correct
from web.menu import Link, as_oneself
from web.panels import Panel, Place


def _on_page(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the ways for readers who may not mend it themselves; no query."""
    if page.pk is None or page.space_id is None or not as_oneself(request):
        return None
    if can(request.user, Action.EDIT, page):
        return None
    links = [Link(_("Report an error"), reverse("corrections:report", args=[page.pk]))]
    if may_correct(request.user, page):
        text = _("Correct the data of my organisation")
        links.insert(0, Link(text, reverse("corrections:correct", args=[page.pk])))
    return {"links": links}


def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    if not spaces_where(request.user, Action.PUBLISH):
        return None
    count = open_hints(request.user).count()
    return {"count": count} if count else None


ON_PAGE = Panel(
    name="corrections.report",
    template="corrections/_on_page.html",
    place=Place.ASIDE,
    order=92,
    context=_on_page,
)
ON_START = Panel(
    name="corrections.waiting",
    template="corrections/_on_start.html",
    place=Place.MAIN,
    order=19,
    context=_on_start,
)
