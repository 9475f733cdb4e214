"""The mark "freigegeben" on what is read outside its space, and "Mit Ihnen geteilt" for whoever reads it there.

That a page is shared is for the readers of its space to know. Somebody outside learns only that it was shared with her.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, Q
from django.utils import timezone

from access.handling import is_confidential
from access.models import PageGroupObjectPermission, PageUserObjectPermission
from access.prepared import prepared_cursor
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
    """Return the mark of a page that `user` sees; no query if it was loaded with `shared_outside`, else one or three.

    Args:
        user: The reader.
        page: A page that she may read.
    """
    if page.space_id is None:
        return None
    if page.space_id in scope_for(user).spaces:
        is_shared = getattr(page, "is_shared_outside", None)  # an annotation, not on every page
        if is_shared is None:
            is_shared = bool(shared_among(user, [page]))
        return ShareMark(is_received=False) if is_shared and not is_confidential(page) else None
    return ShareMark(is_received=True, until=_end_for(user, page))


def shared_outside(path: str) -> Any:
    """Return the condition that the page at `path` is reached by a share, to load with it as `is_shared_outside`."""
    reaching = _reaching(path)
    of_people = PageUserObjectPermission.objects.current().filter(reaching, user__is_active=True)
    of_groups = PageGroupObjectPermission.objects.current().filter(reaching)
    return Exists(of_groups) | Exists(of_people)


def shared_among(
    user: Person, pages: Iterable[Any], *, read: Callable[[Sequence[str]], list[Any]] | None = None
) -> frozenset[int]:
    """Return the primary keys of those of `pages` that are shared outside their space; one query for all of them.

    Args:
        user: The reader; pages of spaces that she doesn't read are left out.
        pages: Pages with `pk`, `path`, `space_id` and `classification`, at most some hundred.
        read: What runs `shares_query` for some paths, if not this function; it may return more.
    """
    known = scope_for(user).spaces
    asked = [page for page in pages if page.space_id in known and not is_confidential(page)]
    if not asked:
        return frozenset()
    single, whole = set(), []
    for path, with_subpages in (read or _read_shares)(paths_of_shares(page.path for page in asked)):
        single.add(path)
        if with_subpages:
            whole.append(path)
    return frozenset(
        page.pk
        for page in asked
        if page.path in single or any(page.path.startswith(path) for path in whole)
    )


def paths_of_shares(paths: Iterable[str]) -> list[str]:
    """Return where a share must start to reach one of the pages at these paths."""
    own = set(paths)
    return sorted(own.union(*map(_paths_above, own)))


def _reaching(path: str) -> Q:
    """Return the condition that a share reaches the page at `path`, its own or one of a page above it."""
    return Q(content_object__path=path) | Q(
        content_object__path__in=_paths_above(path), include_descendants=True
    )


def shares_query(paths: Sequence[str]) -> tuple[str, list[Any]]:
    """Return SQL and parameters that read path and reach of the shares, in force now, of the pages at these paths.

    Written by hand, as the rights are: it runs in every search, and Django takes longer to compose the union of two
    filtered tables than the database to answer it.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    # One parameter for all paths: the driver takes long over dozens, and keeps no statement of changing length.
    wanted: Any
    if connection.vendor == "postgresql":
        among, wanted = "= ANY(%s)", list(paths)
    else:
        among, wanted = "IN (SELECT value FROM json_each(%s))", json.dumps(paths)
    page = apps.get_model(settings.WAGTAIL_PAGE_MODEL)._meta.db_table
    # Table names come from the models, values are parameters.
    one = (
        "SELECT page.path, CASE WHEN held.include_descendants THEN 1 ELSE 0 END FROM {held} held"  # noqa: S608
        f" INNER JOIN {page} page ON page.id = held.content_object_id{{person}}"
        f" WHERE page.path {among} AND (held.until IS NULL OR held.until > %s){{active}}"
    )
    of_groups = one.format(held=PageGroupObjectPermission._meta.db_table, person="", active="")
    of_people = one.format(
        held=PageUserObjectPermission._meta.db_table,
        person=f" INNER JOIN {User._meta.db_table} person ON person.id = held.user_id",
        active=" AND person.is_active",
    )
    return f"{of_groups} UNION ALL {of_people}", [wanted, now] * 2


def _read_shares(paths: Sequence[str]) -> list[Any]:
    with prepared_cursor() as cursor:
        cursor.execute(*shares_query(paths))
        rows: list[Any] = cursor.fetchall()
        return rows


def _paths_above(path: str) -> list[str]:
    """Return the paths above `path` that a share can start from: the space's home page and what is below it."""
    return [path[:end] for end in range(SPACE_ROOT_DEPTH * STEP, len(path), STEP)]


def _end_for(user: Person, page: Any) -> dt.datetime | None:
    """Return when the last of the reader's shares of the page ends, None if one has no end."""
    viewing = viewing_of(user)
    reader = viewing.target if viewing is not None else user
    reaching = _reaching(page.path)
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
