"""Deleting in Wagtail's admin: pages go into the bin, as on the front, and come back from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.binning import may_delete, put_into_bin


def delete_into_bin(request: HttpRequest, page: KnowledgePage) -> HttpResponse | None:
    """Lead to our page, which says what follows; what was sent goes into the bin.

    The home of a space stays Wagtail's: it comes and goes with the space.
    """
    actor = signed_in(request)
    if not may_delete(actor, page):
        return None
    if request.method != "POST":
        return redirect("arranging:delete", page.pk)
    parent = page.get_parent()
    put_into_bin(page, actor=actor)
    _say(request, 1)
    return redirect(get_valid_next_url_from_request(request) or _folder(parent))


def delete_many_into_bin(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Put all chosen pages into the bin, what lies in a list before the list."""
    actor = signed_in(request)
    pages = [one for one in objects if isinstance(one, KnowledgePage)]
    if action_type != "delete" or not pages or not all(may_delete(actor, one) for one in pages):
        return None
    for page in sorted(pages, key=lambda one: one.path, reverse=True):
        put_into_bin(page.specific, actor=actor)
    _say(request, len(pages))
    return redirect(action.next_url)


def _folder(page: KnowledgePage) -> str:
    return reverse("wagtailadmin_explore", args=[page.pk])


def _say(request: HttpRequest, count: int) -> None:
    text = ngettext(
        "%(count)d page is in the bin for 30 days, with all below it.",
        "%(count)d pages are in the bin for 30 days, with all below them.",
        count,
    )
    button = messages.button(reverse("arranging:bin"), _("Bin"))
    messages.success(request, text % {"count": count}, buttons=[button])
