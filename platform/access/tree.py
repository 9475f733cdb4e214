"""The shape of the page tree: root, start page, one root page for each space, content below it."""

from __future__ import annotations

from django.db.models import Q

STEP = 4
"""Characters of a treebeard path a level."""

START_PAGE_DEPTH = 2
SPACE_ROOT_DEPTH = 3

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # treebeard's, in its order


def at_or_below(path: str, *, field: str = "path") -> Q:
    """Return the condition to lie at `path` or below it.

    A range, not `startswith`: SQLite uses no index for that and reads every page there is, once for each share of the
    reader (docs/access.md, "Speed").

    Args:
        path: Treebeard path of the page at the top.
        field: Look-up to the path, such as `page__path`.
    """
    return Q(**{f"{field}__gte": path, f"{field}__lt": _first_path_after(path)})


def _first_path_after(path: str) -> str:
    """Return the lowest text that sorts behind `path` and all that begins like it."""
    kept = path.rstrip(_ALPHABET[-1])
    if not kept:
        raise ValueError(f"{path!r} is the last path there can be; no page lies there.")
    return kept[:-1] + _ALPHABET[_ALPHABET.index(kept[-1]) + 1]
