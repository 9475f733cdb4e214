"""Comments below the text of a page, and the ways to watching it and to asking for its reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from knowledge.collaboration.forms import CommentForm
from knowledge.collaboration.passages import passages_of
from knowledge.collaboration.reading import may_ask
from knowledge.collaboration.selectors import comments_on, may_comment, threads_of
from web.menu import Link, as_oneself
from web.panels import Panel, Place

SHOWN = 10  # open comments on the page itself; the others are a link away


def _on_page(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the newest open comments for those who may comment; two queries, however many there are."""
    if page.pk is None or not may_comment(request.user, page):
        return None
    passages = passages_of(page, request.user)
    found = list(comments_on(request.user, page).still_open().with_words()[: SHOWN + 1])
    return {
        "page": page,
        "threads": threads_of(found[:SHOWN], page, request.user, passages),
        "are_more": len(found) > SHOWN,
        "form": CommentForm(passages=passages, auto_id="talk_%s"),
        "may_write": as_oneself(request),
        "request": request,
    }


ON_PAGE = Panel(
    name="collaboration.comments",
    template="collaboration/_on_page.html",
    place=Place.MAIN,
    order=80,
    context=_on_page,
)


def _watch(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return where the page is watched; no query, whether it is or not is said there."""
    if page.pk is None or page.space_id is None or not as_oneself(request):
        return None
    links = [Link(_("Watch"), reverse("collaboration:watch", args=[page.pk]))]
    if may_ask(request.user, page):
        ask_url = reverse("collaboration:ask_reading", args=[page.pk])
        links.append(Link(_("Ask for confirmed reading"), ask_url))
    return {"links": links}


WATCH = Panel(
    name="collaboration.watch",
    template="collaboration/_watch.html",
    place=Place.ASIDE,
    order=91,
    context=_watch,
)
