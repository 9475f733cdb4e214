"""New pages, as the page "New" offers them: in Wagtail's admin, below the lists in which the reader publishes."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse

from access.rights import can, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.editors import is_made_on_front
from knowledge.pages.kinds import page_kinds
from web.menu import Link, NewEntry, NewGroup, as_oneself


def _may_edit(request: HttpRequest) -> bool:
    return as_oneself(request) and can(request.user, Action.USE_ADMIN)


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    """Yield each kind of page that isn't made on the front, with the lists that take it; one query."""
    lists: dict[int, list[KnowledgePage]] = {}
    mine = spaces_where(request.user, Action.PUBLISH)
    found = KnowledgePage.objects.visible_to(request.user).filter(space__in=mine)
    indexes = [kind.index for kind in page_kinds if kind.index is not None]
    types = ContentType.objects.get_for_models(*indexes)
    for page in found.filter(content_type__in=types.values()).select_related("space"):
        lists.setdefault(page.content_type_id, []).append(page)
    for kind in page_kinds:
        if kind.index is not None and not is_made_on_front(kind.model):
            options = kind.model._meta
            here = lists.get(types[kind.index].pk, [])
            links = [
                Link(
                    title=page.title,
                    url=reverse(
                        "wagtailadmin_pages:add",
                        args=[options.app_label, options.model_name, page.pk],
                    ),
                    note=page.space.title if page.space else "",
                )
                for page in sorted(here, key=lambda page: page.path)
            ]
            yield NewGroup(str(kind.label), links)


NEW_PAGES = NewEntry(name="pages", order=10, is_shown=_may_edit, groups=_groups)
