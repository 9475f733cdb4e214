"""The badge "freigegeben" on what is read outside its space, and "Mit Ihnen geteilt" for whoever reads it there.

That a page is shared is for the readers of its space to know. Somebody outside learns only that they were given it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from access.grants import shares, shares_at
from access.handling import is_confidential
from access.reader import viewing_of
from access.rights import Person, groups_of_body, scope_for
from access.selectors import reaching, reaching_from
from access.tree import Page, paths_above
from accounts.models import Membership, User


@dataclass(frozen=True, slots=True)
class ShareBadge:
    """What a page says about its being shared.

    Attributes:
        is_received: Whether it was shared with the reader; else it is shared with others.
        until: For a received share: when it ends; None for no end.
    """

    is_received: bool
    until: dt.datetime | None = None


def share_badge(user: Person, page: Page) -> ShareBadge | None:
    """Return the badge of a page that `user` sees; no query if it was loaded with `shared_outside`, else one or three.

    Args:
        user: The reader.
        page: A page that the reader may read.
    """
    if page.space_id is None:
        return None
    if page.space_id in scope_for(user).spaces:
        is_shared = getattr(page, "is_shared_outside", None)  # an annotation, not on every page
        if is_shared is None:
            is_shared = bool(shared_among(user, [page]))
        return ShareBadge(is_received=False) if is_shared and not is_confidential(page) else None
    return ShareBadge(is_received=True, until=_end_for(user, page))


def shared_outside(path: Any, above: Any, at: Any) -> Any:
    """Return the condition that the page at `path` is reached by a share, to load with it as `is_shared_outside`.

    Args:
        path: Treebeard path of the page.
        above: From `access.tree.paths_above`.
        at: The time at which the share must count.
    """
    return shares(at).usable().filter(reaching_from(path, above)).exist()


def shared_among(user: Person, pages: Iterable[Any]) -> frozenset[int]:
    """Return the primary keys of those of `pages` that are shared outside their space; one query for all of them.

    Args:
        user: The reader; pages of spaces that are closed to them are left out.
        pages: Pages with `pk`, `path`, `space_id` and `classification`, at most some hundred.
    """
    known = scope_for(user).spaces
    asked = [page for page in pages if page.space_id in known and not is_confidential(page)]
    if not asked:
        return frozenset()
    single, whole = set(), []
    for path, with_subpages in shares_at(_paths_of_shares(page.path for page in asked)):
        single.add(path)
        if with_subpages:
            whole.append(path)
    return frozenset(
        page.pk
        for page in asked
        if page.path in single or any(page.path.startswith(path) for path in whole)
    )


def _paths_of_shares(paths: Iterable[str]) -> list[str]:
    """Return where a share must start to reach one of the pages at these paths."""
    own = set(paths)
    return sorted(own.union(*map(paths_above, own)))


def _end_for(user: Person, page: Page) -> dt.datetime | None:
    """Return when the last of the reader's shares of the page ends, None if one has no end."""
    viewing = viewing_of(user)
    reader = viewing.target if viewing is not None else user
    groups: dict[int, dt.datetime | None]
    if isinstance(reader, User):
        memberships = Membership.objects.current().filter(user=reader)
        groups = dict(memberships.values_list("group", "until"))
    elif isinstance(reader, AnonymousUser):
        return None
    else:
        groups = dict.fromkeys(groups_of_body(reader))
    people = [reader.pk] if isinstance(reader, User) else []
    held = shares().filter(reaching(page.path)).held_by_any(people, groups)
    ends = [
        _earlier(until, groups[pk] if kind == "group" else None)
        for (kind, pk), until in held.values("until")
    ]
    return None if None in ends or not ends else max(end for end in ends if end is not None)


def _earlier(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)
