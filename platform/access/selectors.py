"""Who holds what on a space or a page, for the pages that show it."""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants import curators, holder_of, readers_of, roles, shares
from access.handling import is_confidential
from access.models import Space
from access.principals import Principal, label_of
from access.rights import Person, scope_for
from access.roles import ROLE_NEEDED, Action, Role
from access.tree import Page, paths_above
from accounts.models import Membership, User


class Via(enum.Enum):
    """By what somebody holds a right."""

    SPACE = "space"
    SHARE = "share"
    PLATFORM_ROLE = "platform_role"


@dataclass(frozen=True, slots=True)
class Holding:
    """One principal's right: a role on the space, a share of the page, or a platform role.

    Attributes:
        principal: The person, organisation or circle; None for a platform role.
        label: Its name as shown.
        role: The role on the space; a share gives READER.
        via: By what it is held.
        people: How many active people that are now.
        since: When it was given; None if it follows from a platform role.
        until: When it ends.
        granted_by: Name of who gave it; empty if the installation did.
        reason: Why.
        shared_page: For a share: the page that was shared, this one or one above it.
        with_subpages: For a share: whether it reaches subpages.
    """

    principal: Principal | None
    label: str
    role: Role
    via: Via
    people: int
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    granted_by: str = ""
    reason: str = ""
    shared_page: Page | None = None
    with_subpages: bool = False


def space_read_by(user: Person, slug: str) -> Space | None:
    """Return the space with an address if `user` reads there; None for a hidden one as for a missing one."""
    return Space.objects.filter(slug=slug, pk__in=scope_for(user).spaces).first()


def holdings_on_space(space: Space) -> list[Holding]:
    """Return everybody's role on `space`, highest role first, then by name; four queries."""
    rows = roles().usable().filter(content_object=space).rows("permission", "granted_by")
    sizes = _group_sizes(rows)
    holdings = [
        _holding(row, role=row.role, via=Via.SPACE, people=_size(row, sizes)) for row in rows
    ]
    if space.is_curated:
        holdings.append(_curators())
    return sorted(holdings, key=lambda one: (-one.role, one.label.casefold()))


def readers_in_short(space: Space) -> list[str]:
    """Return who reads `space`, in a few words: bodies by name, then how many people; one query."""
    bodies, single = readers_of(space)
    named = sorted(bodies)
    if single:
        said = ngettext("%(count)d person", "%(count)d people", single)
        named.append(said % {"count": single})
    if space.is_curated:
        named.append(_("the curators"))
    return named


def shares_reaching(page: Page) -> list[Holding]:
    """Return the shares that reach `page`: its own, and those with subpages of the pages above it; three queries."""
    return [] if is_confidential(page) else shares_resting_on(page)


def shares_resting_on(page: Page) -> list[Holding]:
    """Return the shares that would reach `page` if it weren't confidential; three queries."""
    rows = shares().usable().filter(reaching(page.path)).rows("granted_by", "content_object")
    sizes = _group_sizes(rows)
    holdings = [
        _holding(
            row,
            role=Role.READER,
            via=Via.SHARE,
            people=_size(row, sizes),
            shared_page=row.content_object,
            with_subpages=row.include_descendants,
        )
        for row in rows
    ]
    return sorted(holdings, key=lambda one: one.label.casefold())


def groups_named_to(user: Person) -> QuerySet[Group]:
    """Return the groups of organisations and circles that have rights in spaces which `user` reads, as a queryset.

    "Who sees this?" names them to `user`.
    """
    spaces = scope_for(user).spaces
    on_spaces = roles().filter(content_object__in=spaces).of_groups
    on_pages = shares().filter(content_object__space__in=spaces).of_groups
    return Group.objects.filter(
        Q(pk__in=on_spaces.values("group")) | Q(pk__in=on_pages.values("group"))
    )


def reaching(path: str) -> Q:
    """Return the condition that a share reaches the page at `path`: its own, or one of a page above with subpages."""
    return reaching_from(path, paths_above(path))


def reaching_from(path: Any, above: Any) -> Q:
    """Return the same, for a path and the paths above it that a share can start from, or what stands for them."""
    return Q(content_object__path=path) | Q(
        content_object__path__among=above, include_descendants=True
    )


def responsible_for(space: Space, action: Action = Action.GRANT) -> QuerySet[User]:
    """Return whom to tell what concerns `space`: those who may do `action` there by a grant, its stewards if not said.

    Where there are none, its curators.
    """
    people = roles(ROLE_NEEDED[action]).filter(content_object=space).people()
    if not space.is_curated or people.exists():
        return people
    return curators()


def _group_sizes(rows: Iterable[Any]) -> dict[int, int]:
    """Return how many active people the group of each row has, in one query."""
    groups = [pk for kind, pk in (holder_of(row.principal) for row in rows) if kind == "group"]
    memberships = Membership.objects.current().filter(group__in=groups, user__is_active=True)
    return Counter(memberships.values_list("group", flat=True))


def _size(row: Any, sizes: Mapping[int, int]) -> int:
    kind, pk = holder_of(row.principal)
    return 1 if kind == "user" else sizes[pk]


def _curators() -> Holding:
    people = list(curators())
    return Holding(
        principal=None,
        label=_("Curators: %(names)s") % {"names": ", ".join(map(str, people)) or "–"},
        role=Role.STEWARD,
        via=Via.PLATFORM_ROLE,
        people=len(people),
    )


def _holding(row: Any, **details: Any) -> Holding:
    return Holding(
        principal=row.principal,
        label=label_of(row.principal),
        since=row.granted_at,
        until=row.until,
        granted_by=str(row.granted_by or ""),
        reason=row.reason,
        **details,
    )
