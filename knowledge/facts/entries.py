"""Where the plain forms are reached: "Edit" on a page, and what the page "New" offers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.rights import Person, can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.editors import PageEditor, page_editors, places_for, writes_somewhere
from knowledge.pages.kinds import PageKind, kind_of, page_kinds
from web.menu import Link, NewEntry, NewGroup

NAME = "facts"


def _has_form(model: type[Model]) -> bool:
    kind = kind_of(model)
    return bool(kind and kind.edited)


def _makes(model: type[Model]) -> bool:
    """Tell whether new pages of a type begin with the form: no other editor begins one with its title alone."""
    others = (one for one in page_editors if one.name != NAME)
    return _has_form(model) and not any(one.makes(model) for one in others)


def _url(page: KnowledgePage, user: Person) -> str:
    return reverse("facts:edit", args=[page.pk]) if can(user, Action.EDIT, page) else ""


def _new_url(kind: str, place: KnowledgePage, user: Person) -> str:
    return reverse("facts:new", args=[kind, place.pk]) if can(user, Action.ADD, place) else ""


EDITOR = PageEditor(
    name=NAME, label=_("Facts"), takes=_has_form, makes=_makes, url=_url, new_url=_new_url
)


def made_kinds() -> list[PageKind]:
    """Return the kinds of pages that have a list and begin with the form."""
    return [kind for kind in page_kinds if kind.index is not None and _makes(kind.model)]


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    for kind in made_kinds():
        places = places_for(request.user, kind)
        links = [
            Link(
                title=place.title,
                url=reverse("facts:new", args=[kind.name, place.pk]),
                note=place.space.title,
            )
            for place in places
        ]
        yield NewGroup(str(kind.label), links)


NEW_FACTS = NewEntry(name=NAME, order=6, is_shown=writes_somewhere, groups=_groups)
