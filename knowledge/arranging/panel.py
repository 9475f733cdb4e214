"""What the reader may do with a page beside reading and editing it, in its right column; no query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.rights import Person, can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from knowledge.writing.binning import may_delete
from knowledge.writing.renaming import may_move, may_rename
from web.menu import Link
from web.panels import Panel, Place


def _links(page: Any, user: Person) -> Iterator[Link]:
    if page.space_id is None or not can(user, Action.READ_DRAFT, page):
        return
    yield Link(_("History"), reverse("versions:history", args=[page.pk]))
    if may_rename(user, page):
        yield Link(_("Rename"), reverse("arranging:rename", args=[page.pk]))
    if may_move(user, page):
        yield Link(_("Move"), reverse("arranging:move", args=[page.pk]))
    if page.depth > SPACE_ROOT_DEPTH and can(user, Action.ADD, page):
        yield Link(_("Copy"), reverse("arranging:copy", args=[page.pk]))
    if may_delete(user, page):
        yield Link(_("Put into the bin"), reverse("arranging:delete", args=[page.pk]))


def _manage(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if page.pk is None:  # a preview of a new page
        return None
    links = list(_links(page, request.user))
    return {"links": links} if links else None


PANEL = Panel(
    name="arranging.manage",
    template="arranging/_manage.html",
    place=Place.ASIDE,
    order=95,
    context=_manage,
)
