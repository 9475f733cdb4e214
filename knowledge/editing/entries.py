"""Where the editor is reached: "Edit" on a page, and what the page "New" offers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Field, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from access.rights import Person, can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.fields import text_fields
from knowledge.pages.editors import PageEditor, places_for, writes_somewhere
from knowledge.pages.kinds import PageKind, page_kinds
from web.menu import Link, NewEntry, NewGroup


def _url(page: KnowledgePage, user: Person) -> str:
    return reverse("editing:edit", args=[page.pk]) if can(user, Action.EDIT, page) else ""


def _new_url(kind: str, place: KnowledgePage, user: Person) -> str:
    return reverse("editing:new", args=[kind, place.pk]) if can(user, Action.ADD, place) else ""


def _needs_only_a_title(model: type[Model]) -> bool:
    """Tell whether a page can be made before anything but its title is known."""
    return bool(text_fields(model)) and not any(
        isinstance(one, Field)
        and not (one.blank or one.null or one.has_default() or one.is_relation)
        for one in model._meta.local_fields
    )


EDITOR = PageEditor(
    name="texts",
    label=pgettext_lazy("part of a page", "Text"),
    takes=lambda model: bool(text_fields(model)),
    makes=_needs_only_a_title,
    url=_url,
    new_url=_new_url,
)


def written_kinds() -> list[PageKind]:
    """Return the kinds of pages that have a list and are made with the editor."""
    return [
        kind for kind in page_kinds if kind.index is not None and _needs_only_a_title(kind.model)
    ]


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    for kind in written_kinds():
        links = [
            Link(
                title=place.title,
                url=reverse("editing:new", args=[kind.name, place.pk]),
                note=place.space.title,
            )
            for place in places_for(request.user, kind)
        ]
        yield NewGroup(str(kind.label), links)


NEW_TEXTS = NewEntry(name="texts", order=5, is_shown=writes_somewhere, groups=_groups)
