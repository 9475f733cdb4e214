"""The shape of the page tree: root, start page, one root page for each space, content below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db.models import Q

if TYPE_CHECKING:
    from access.models import Space

STEP = 4
"""Characters of a treebeard path a level."""

START_PAGE_DEPTH = 2
SPACE_ROOT_DEPTH = 3

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # treebeard's, in its order


class Page(Protocol):
    """What the rules need to know of a page; its model lies above this app (`page_model`)."""

    pk: Any
    title: str
    url: Any
    path: str
    depth: int
    live: bool
    space: Space | None
    space_id: int | None
    owner_id: int | None
    alias_of_id: int | None
    classification: str
    _meta: Any

    def get_admin_display_title(self) -> str:
        """Return the title for whoever reads now."""


def page_model() -> Any:
    """Return the model of all pages, which lies above this app; its manager is Wagtail's, without types."""
    return apps.get_model(settings.WAGTAIL_PAGE_MODEL)


def space_of(page: Page) -> Space:
    """Return the space that a page lies in.

    Raises:
        LookupError: If it lies in none: the root and the start page.
    """
    if page.space is None:
        raise LookupError(f"Page {page.pk} lies in no space.")
    return page.space


def paths_above(path: str) -> list[str]:
    """Return the paths above `path` that a share can start from: the space's home page and what is below it."""
    return [path[:end] for end in range(SPACE_ROOT_DEPTH * STEP, len(path), STEP)]


def at_or_below(path: str, *, field: str = "path") -> Q:
    """Return the condition to lie at `path` or below it.

    A range, not `startswith`: SQLite uses no index for that and reads every page there is, once for each share of the
    reader (docs/access.md, "Speed").

    Args:
        path: Treebeard path of the page at the top.
        field: Look-up to the path, such as `page__path`.
    """
    first, after = range_of(path)
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


def range_of(path: str) -> tuple[str, str]:
    """Return the first path at `path` or below it, and the first one after all of these."""
    return path, _first_path_after(path)


def _first_path_after(path: str) -> str:
    """Return the lowest text that sorts behind `path` and all that begins like it."""
    kept = path.rstrip(_ALPHABET[-1])
    if not kept:
        raise ValueError(f"{path!r} is the last path there can be; no page lies there.")
    return kept[:-1] + _ALPHABET[_ALPHABET.index(kept[-1]) + 1]
