"""What stands around every page: the spaces of the reader, and the way from the start page to here.

A page is looked up together with what stands around it, in one query: its address begins with theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from access.request_cache import remembered
from access.rights import Person
from access.tree import SPACE_ROOT_DEPTH, START_PAGE_DEPTH, STEP
from knowledge.addresses import address_of


@dataclass(frozen=True, slots=True)
class Place:
    """A visible page: its key and type, its title as a link, its place in the tree."""

    pk: int
    content_type_id: int
    title: str
    url_path: str
    path: str

    @property
    def url(self) -> str:
        """Return the address."""
        return address_of(self.url_path)

    @property
    def depth(self) -> int:
        """Return the level in the tree, counted from 1, the tree's root."""
        return len(self.path) // STEP

    @property
    def is_group(self) -> bool:
        """Tell whether it is the home page of a working group."""
        groups = ContentType.objects.get_by_natural_key("groups", "grouppage")
        return self.content_type_id == groups.pk


def find_page(user: Person, url_path: str) -> Place | None:
    """Return the published page at `url_path` if `user` may read it; one query, whether it is hidden or missing.

    Args:
        user: The reader.
        url_path: As stored with the page, from the start page down, with a slash at both ends.
    """
    parts = url_path.strip("/").split("/")
    above = ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
    places = _places(user, Q(url_path__in=above))
    found = next((place for place in places if place.url_path == url_path), None)
    remembered(("spaces of", user.pk), lambda: _space_roots(places))
    if found is not None:
        remembered(("way to", user.pk, found.path), lambda: places)
    return found


def breadcrumbs(user: Person, path: str) -> list[Place]:
    """Return the visible pages above the one at `path`, the start page first.

    Args:
        user: The reader.
        path: Treebeard path of the page that is shown.
    """
    above = [path[:end] for end in range(START_PAGE_DEPTH * STEP, len(path), STEP)]
    places = remembered(("way to", user.pk, path), lambda: _places(user, Q(path__in=above)))
    start_path = path[: START_PAGE_DEPTH * STEP]
    return [
        replace(place, title=_("Start")) if place.path == start_path else place
        for place in places
        if place.path in above
    ]


def spaces_of(user: Person) -> list[Place]:
    """Return the home pages of the spaces that `user` sees, in the order of the tree; at most one query a request."""
    return remembered(("spaces of", user.pk), lambda: _space_roots(_places(user, Q())))


def _space_roots(places: list[Place]) -> list[Place]:
    return [place for place in places if place.depth == SPACE_ROOT_DEPTH]


def _places(user: Person, around: Q) -> list[Place]:
    """Return the home pages of spaces and the pages that meet `around`, all of them visible to `user`."""
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    wanted = Q(depth=SPACE_ROOT_DEPTH) | around
    # Sorted here: a database that is asked for the order may walk through all pages to save the sort.
    rows = page_model.objects.visible_to(user).filter(wanted).order_by()
    places = [
        Place(*row)
        for row in rows.values_list("pk", "content_type_id", "title", "url_path", "path")
    ]
    return sorted(places, key=lambda place: place.path)
