"""Where a page may go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType

from access.rights import Person, can, spaces_where
from access.roles import Action
from access.tree import at_or_below
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.renaming import may_receive

MOST = 300  # places that one form offers

Choices = list[tuple[str, list[tuple[int, str]]]]


def places_to_move(page: Any, user: Person) -> Choices:
    """Return the published pages below which `user` may move a page, by space; not where it lies."""
    here = page.path[: -KnowledgePage.steplen]
    return _by_space(
        place
        for place in _places(page, user)
        if place.path != here and may_receive(user, place, of=page)
    )


def places_to_copy(page: Any, user: Person) -> Choices:
    """Return the published pages below which `user` may put a copy of a page, a draft, by space."""
    return _by_space(place for place in _places(page, user) if can(user, Action.ADD, place))


def _places(page: Any, user: Person) -> Any:
    parents = page.specific_class.allowed_parent_page_models()
    types = ContentType.objects.get_for_models(*parents).values()
    found: Any = KnowledgePage.objects.visible_to(user).filter(content_type__in=types)
    found = found.exclude(at_or_below(page.path)).select_related("space").order_by("path")
    return found.filter(space__in=spaces_where(user, Action.ADD))[:MOST]


def _by_space(places: Iterable[Any]) -> Choices:
    groups: dict[str, list[tuple[int, str]]] = {}
    for place in places:
        groups.setdefault(place.space.title, []).append((place.pk, place.title))
    return list(groups.items())
