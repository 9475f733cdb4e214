"""The mark "freigegeben" on what is read outside its space, and "Mit Ihnen geteilt" for whoever reads it there.

That a page is shared is for the readers of its space to know. Somebody outside learns only that it was shared with her.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from access.handling import is_confidential
from access.models import PageGroupObjectPermission, PageUserObjectPermission
from access.rights import Person, groups_of_body, scope_for
from access.tree import SPACE_ROOT_DEPTH, STEP
from access.viewing import viewing_of
from accounts.models import Membership, User


@dataclass(frozen=True, slots=True)
class ShareMark:
    """What a page says about its being shared.

    Attributes:
        is_received: Whether it was shared with the reader; else it is shared with others.
        until: For a received share: when it ends; None for no end.
    """

    is_received: bool
    until: dt.datetime | None = None


def share_mark(user: Person, page: Any) -> ShareMark | None:
    """Return the mark of a page that `user` sees; one query, three for whoever it was shared with.

    Args:
        user: The reader.
        page: A page that she may read.
    """
    if page.space_id is None:
        return None
    if page.space_id in scope_for(user).spaces:
        return ShareMark(is_received=False) if shared_among(user, [page]) else None
    return ShareMark(is_received=True, until=_end_for(user, page))


def shared_among(user: Person, pages: Iterable[Any]) -> frozenset[int]:
    """Return the primary keys of those of `pages` that are shared outside their space; one query for all of them.

    Args:
        user: The reader; pages of spaces that she doesn't read are left out.
        pages: Pages with `pk`, `path`, `space_id` and `classification`, at most some hundred.
    """
    known = scope_for(user).spaces
    asked = [page for page in pages if page.space_id in known and not is_confidential(page)]
    if not asked:
        return frozenset()
    own = {page.path for page in asked}
    above = {path for page in asked for path in _paths_above(page.path)}
    reaching = Q(content_object__path__in=own)
    if above:
        reaching |= Q(content_object__path__in=above, include_descendants=True)
    of_groups = PageGroupObjectPermission.objects.current().filter(reaching)
    of_people = PageUserObjectPermission.objects.current().filter(reaching, user__is_active=True)
    columns = ("content_object__path", "include_descendants")
    shares = of_groups.values_list(*columns).union(of_people.values_list(*columns))
    single, whole = set(), []
    for path, with_subpages in shares:
        single.add(path)
        if with_subpages:
            whole.append(path)
    return frozenset(
        page.pk
        for page in asked
        if page.path in single or any(page.path.startswith(path) for path in whole)
    )


def _paths_above(path: str) -> list[str]:
    """Return the paths above `path` that a share can start from: the space's home page and what is below it."""
    return [path[:end] for end in range(SPACE_ROOT_DEPTH * STEP, len(path), STEP)]


def _end_for(user: Person, page: Any) -> dt.datetime | None:
    """Return when the last of the reader's shares of the page ends, None if one has no end."""
    viewing = viewing_of(user)
    reader = viewing.target if viewing is not None else user
    reaching = Q(content_object__path=page.path) | Q(
        content_object__path__in=_paths_above(page.path), include_descendants=True
    )
    groups: dict[int, dt.datetime | None]
    if isinstance(reader, User):
        memberships = Membership.objects.current().filter(user=reader)
        groups = dict(memberships.values_list("group", "until"))
        of_people = PageUserObjectPermission.objects.current().filter(reaching, user=reader)
        ends = list(of_people.values_list("until", flat=True))
    elif isinstance(reader, AnonymousUser):
        return None
    else:
        groups = dict.fromkeys(groups_of_body(reader))
        ends = []
    of_groups = PageGroupObjectPermission.objects.current().filter(reaching, group__in=groups)
    for group_id, until in of_groups.values_list("group", "until"):
        ends.append(_earlier(until, groups[group_id]))
    return None if None in ends or not ends else max(end for end in ends if end is not None)


def _earlier(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)
