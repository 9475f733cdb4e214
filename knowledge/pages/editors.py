"""Where pages are edited on the front; a room that has an editor registers it, pages and "New" lead there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from access.rights import Person, can, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.kinds import PageKind
from web.menu import Label, Link, as_oneself
from web.registry import Registry

List = TypeVar("List", bound=KnowledgePage)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEditor:
    """One editor.

    Attributes:
        name: Unique.
        label: What it edits, where a page has several editors.
        takes: Tells whether it edits pages of a type.
        makes: Tells whether it makes new ones, too.
        url: Returns where the person edits this page with it; empty if that isn't for them.
        new_url: Returns where the person makes a page of the kind with this name below a list; empty if that isn't for
            them.
    """

    name: str
    label: Label
    takes: Callable[[type[Model]], bool]
    makes: Callable[[type[Model]], bool]
    url: Callable[[KnowledgePage, Person], str]
    new_url: Callable[[str, KnowledgePage, Person], str] = lambda kind, place, user: ""


page_editors: Registry[PageEditor] = Registry(
    "editor of pages", cure="register it with knowledge.pages.editors.page_editors.register"
)


def editor_of(model: type[Model]) -> PageEditor | None:
    """Return the editor for pages of a type; None if they are edited in Wagtail's admin alone."""
    return next((one for one in page_editors if one.takes(model)), None)


def is_made_on_front(model: type[Model]) -> bool:
    """Tell whether new pages of a type are made on the front, so that "New" need not lead into the admin."""
    return any(one.makes(model) for one in page_editors)


def front_new_url(model: type[Model], kind: str, place: KnowledgePage, user: Person) -> str:
    """Return where `user` makes a page of a type below `place` on the front; empty if there is no such place."""
    editor = next((one for one in page_editors if one.makes(model)), None)
    return editor.new_url(kind, place, user) if editor else ""


def other_ways(page: KnowledgePage, user: Person, *, besides: str) -> list[Link]:
    """Return the further editors in which `user` edits the page."""
    return [
        Link(str(one.label), url)
        for one in page_editors
        if one.name != besides and one.takes(type(page)) and (url := one.url(page, user))
    ]


def places_for(user: Person, kind: PageKind) -> Any:
    """Return the lists below which `user` may write a page of a kind, in the order of the tree."""
    index = ContentType.objects.get_for_model(kind.index) if kind.index else None
    mine = spaces_where(user, Action.ADD)
    found: Any = KnowledgePage.objects.visible_to(user)
    return found.filter(space__in=mine, content_type=index).select_related("space").order_by("path")


def lists_for(user: Person, model: type[List]) -> list[List]:
    """Return the lists of a type in which `user` writes, in the order of the tree."""
    found = model.objects.visible_to(user).filter(space__in=spaces_where(user, Action.ADD))
    rows = found.select_related("space").order_by("path")
    return [one for one in rows if can(user, Action.ADD, one)]


def choices_by_space(lists: Sequence[KnowledgePage]) -> list[tuple[str, Any]]:
    """Return the choices of a field that asks for one of `lists`, by their spaces, with none chosen at first."""
    by_space = groupby(lists, key=lambda one: one.space)
    return [
        ("", _("Please choose")),
        *((str(space), [(one.pk, one.title) for one in those]) for space, those in by_space),
    ]


def writes_somewhere(request: HttpRequest) -> bool:
    """Tell whether the reader writes in some space, and as nobody else."""
    return as_oneself(request) and bool(spaces_where(request.user, Action.ADD))


def front_edit_url(page: KnowledgePage, user: Person) -> str:
    """Return where `user` edits the page on the front; empty if there is no such place."""
    editor = editor_of(type(page))
    return editor.url(page, user) if editor and page.pk is not None else ""
