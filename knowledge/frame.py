"""What stands around every page: the spaces of the reader, and the way from the start page to here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from access.request_cache import remembered
from access.rights import Person
from knowledge.addresses import address_of

_STEP = 4  # characters of a tree path a level
_SPACE_ROOT_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A page as a link; `depth` counts from 1, the tree's root; `is_group`: the home page of a working group."""

    title: str
    url: str
    path: str
    is_group: bool = False

    @property
    def depth(self) -> int:
        """Return the level in the tree."""
        return len(self.path) // _STEP


def breadcrumbs(user: Person, path: str) -> list[Place]:
    """Return the visible pages above the one at `path`, the start page first; it brings `spaces_of` along.

    Args:
        user: The reader.
        path: Treebeard path of the page that is shown.
    """
    above = [path[:end] for end in range(2 * _STEP, len(path), _STEP)]
    places = _places(user, above)
    remembered(("spaces of", user.pk), lambda: _space_roots(places))
    way = [place for place in places if place.path in above]
    start = Place(title=_("Start"), url="/", path=path[: 2 * _STEP])
    return [start, *(place for place in way if place.depth > start.depth)] if above else []


def spaces_of(user: Person) -> list[Place]:
    """Return the home pages of the spaces that `user` sees, in the order of the tree; one query a request."""
    return remembered(("spaces of", user.pk), lambda: _space_roots(_places(user, [])))


def _space_roots(places: list[Place]) -> list[Place]:
    return [place for place in places if place.depth == _SPACE_ROOT_DEPTH]


def _places(user: Person, paths: list[str]) -> list[Place]:
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    wanted = Q(depth=_SPACE_ROOT_DEPTH) | Q(path__in=paths)
    rows = page_model.objects.visible_to(user).filter(wanted).order_by("path")
    groups = ContentType.objects.get_by_natural_key("groups", "grouppage").pk
    return [
        Place(title, address_of(url_path), path, is_group=content_type == groups)
        for title, url_path, path, content_type in rows.values_list(
            "title", "url_path", "path", "content_type"
        )
    ]
