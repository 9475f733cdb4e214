"""What stands around every page: the spaces of the reader, and the way from the start page to here.

A page is looked up together with what stands around it, in one query: its address begins with theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from access.querysets import visible_by, visible_values
from access.reader import remembered
from access.rights import Person, scope_for
from access.tree import SPACE_ROOT_DEPTH, START_PAGE_DEPTH, STEP, page_model
from knowledge.basepage.addresses import address_of
from web.composed import composed


class Place(NamedTuple):
    """A visible page: its key and type, its title as a link, its place in the tree, its space's place in the menu."""

    pk: int
    content_type_id: int
    title: str
    url_path: str
    path: str
    position: int | None = None

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
    places = _places(user, url_paths=above)
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
    places = remembered(("way to", user.pk, path), lambda: _places(user, paths=above))
    start_path = path[: START_PAGE_DEPTH * STEP]
    return [
        place._replace(title=_("Start")) if place.path == start_path else place
        for place in places
        if place.path in above
    ]


def spaces_of(user: Person) -> list[Place]:
    """Return the home pages of the spaces that `user` sees, in the curator's order; at most one query a request."""
    return remembered(("spaces of", user.pk), lambda: _space_roots(_places(user)))


def _space_roots(places: list[Place]) -> list[Place]:
    roots = [place for place in places if place.depth == SPACE_ROOT_DEPTH]
    return sorted(roots, key=lambda place: (place.position or 0, place.path))


def _places(
    user: Person, *, url_paths: Sequence[str] = (), paths: Sequence[str] = ()
) -> list[Place]:
    """Return the home pages of spaces and the pages at these addresses and paths, all of them visible to `user`."""
    values = visible_values(scope_for(user))
    rows = _place_rows(url_paths=url_paths, paths=paths, **values)
    # Sorted here: a database that is asked for the order may walk through all pages to save the sort.
    return sorted(map(Place._make, rows), key=attrgetter("path"))


@composed
def _place_rows(*, url_paths: Any, paths: Any, **visible: Any) -> Any:
    around = Q(url_path__among=url_paths) | Q(path__among=paths)
    found = page_model().objects.filter(visible_by(visible), Q(depth=SPACE_ROOT_DEPTH) | around)
    columns = ("pk", "content_type_id", "title", "url_path", "path", "space__position")
    return found.order_by().values_list(*columns)
