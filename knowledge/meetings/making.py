"""Where minutes are begun: "New minutes" on their list, and what the page "New" offers, plan a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.rights import Person, can, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.pages.editors import PageEditor, writes_somewhere
from web.menu import Link, NewEntry, NewGroup

NAME = "meetings"


def _is_minutes(model: type[Any]) -> bool:
    return issubclass(model, MinutesPage)


def _url(page: KnowledgePage, user: Person) -> str:
    return reverse("meetings:edit", args=[page.pk]) if can(user, Action.EDIT, page) else ""


def _new_url(kind: str, place: KnowledgePage, user: Person) -> str:
    if place.space is None or not can(user, Action.ADD, place):
        return ""
    return reverse("meetings:plan", args=[place.space.slug])


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    """Yield the spaces in which the reader plans meetings; one query."""
    user = request.user
    lists = MinutesIndexPage.objects.visible_to(user).filter(
        space__in=spaces_where(user, Action.ADD)
    )
    links = {
        place.space.slug: Link(
            title=place.space.title, url=reverse("meetings:plan", args=[place.space.slug])
        )
        for place in lists.select_related("space").order_by("path")
        if place.space
    }
    yield NewGroup(str(_("Meeting and minutes")), list(links.values()))


EDITOR = PageEditor(
    name=NAME, label=_("Minutes"), takes=_is_minutes, makes=_is_minutes, url=_url, new_url=_new_url
)
NEW_MINUTES = NewEntry(name=NAME, order=7, is_shown=writes_somewhere, groups=_groups)
