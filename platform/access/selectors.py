"""Who holds what on a space or a page, for the pages that show it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _

from access.handling import is_confidential
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.principals import Principal
from access.roles import Role
from access.tree import STEP
from accounts.models import Circle, Membership, Organisation, PlatformRole, User


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
    shared_page: Any = None
    with_subpages: bool = False


def holdings_on_space(space: Space) -> list[Holding]:
    """Return everybody's role on `space`, highest role first, then by name; four queries."""
    by_principal: dict[tuple[str, int], tuple[Any, Principal]] = {}
    roles: dict[tuple[str, int], Role] = {}
    groups = (
        SpaceGroupObjectPermission.objects.current()
        .filter(content_object=space)
        .select_related("permission", "granted_by", "group__organisation", "group__circle")
    )
    people = (
        SpaceUserObjectPermission.objects.current()
        .filter(content_object=space, user__is_active=True)
        .select_related("permission", "granted_by", "user__organisation")
    )
    for row in [*groups, *people]:
        principal = row.user if hasattr(row, "user_id") else principal_of_group(row.group)
        if principal is None:
            continue
        key = (type(principal).__name__, principal.pk)
        role = Role.of_codename(row.permission.codename)
        by_principal[key] = (row, principal)
        roles[key] = max(role, roles.get(key, role))
    sizes = _group_sizes(principal for _row, principal in by_principal.values())
    holdings = [
        _holding(row, principal, role=roles[key], via=Via.SPACE, people=_size(principal, sizes))
        for key, (row, principal) in by_principal.items()
    ]
    if space.is_curated:
        holdings.append(_curators())
    return sorted(holdings, key=lambda one: (-one.role, one.label.casefold()))


def shares_reaching(page: Any) -> list[Holding]:
    """Return the shares that reach `page`: its own, and those with subpages of the pages above it; three queries."""
    return [] if is_confidential(page) else shares_resting_on(page)


def shares_resting_on(page: Any) -> list[Holding]:
    """Return the shares that would reach `page` if it weren't confidential; three queries."""
    above = [page.path[:end] for end in range(STEP, len(page.path), STEP)]
    reaching = Q(content_object__path=page.path) | Q(
        content_object__path__in=above, include_descendants=True
    )
    groups = (
        PageGroupObjectPermission.objects.current()
        .filter(reaching)
        .select_related("granted_by", "content_object", "group__organisation", "group__circle")
    )
    people = (
        PageUserObjectPermission.objects.current()
        .filter(reaching, user__is_active=True)
        .select_related("granted_by", "content_object", "user__organisation")
    )
    found = []
    for row in [*groups, *people]:
        principal = row.user if hasattr(row, "user_id") else principal_of_group(row.group)
        if principal is not None:
            found.append((row, principal))
    sizes = _group_sizes(principal for _row, principal in found)
    holdings = [
        _holding(
            row,
            principal,
            role=Role.READER,
            via=Via.SHARE,
            people=_size(principal, sizes),
            shared_page=row.content_object,
            with_subpages=row.include_descendants,
        )
        for row, principal in found
    ]
    return sorted(holdings, key=lambda one: one.label.casefold())


def principal_of_group(group: Group) -> Organisation | Circle | None:
    """Return the organisation or circle that a group stands for."""
    principal: Organisation | Circle | None = getattr(group, "organisation", None) or getattr(
        group, "circle", None
    )
    return principal


def people_of(principal: Principal) -> Any:
    """Return the active people that a principal stands for, as a queryset."""
    if isinstance(principal, User):
        return User.objects.filter(pk=principal.pk, is_active=True)
    members = Membership.objects.current().filter(group=principal.group_id).values("user")
    return User.objects.filter(is_active=True, pk__in=members)


def people_with(role: Role, *, space: Space | None = None) -> Any:
    """Return the active people who hold `role` or a higher one by a grant, in one space or in any, as a queryset."""
    where: dict[str, Any] = {"permission__codename": role.codenames[-1]}
    if space is not None:
        where["content_object"] = space
    direct = SpaceUserObjectPermission.objects.current().filter(**where).values("user")
    groups = SpaceGroupObjectPermission.objects.current().filter(**where).values("group")
    members = Membership.objects.current().filter(group__in=groups).values("user")
    return User.objects.filter(Q(pk__in=direct) | Q(pk__in=members), is_active=True)


def responsible_for(space: Space) -> Any:
    """Return whom to tell what concerns `space`: its stewards; where there are none, its curators; as a queryset."""
    stewards = people_with(Role.STEWARD, space=space)
    if not space.is_curated or stewards.exists():
        return stewards
    return User.objects.filter(platform_role=PlatformRole.CURATOR, is_active=True)


def _group_sizes(principals: Iterable[Principal]) -> dict[int, int]:
    """Return how many active people each group has, in one query."""
    groups = [one.group_id for one in principals if not isinstance(one, User)]
    sizes: dict[int, int] = {}
    memberships = Membership.objects.current().filter(group__in=groups, user__is_active=True)
    for group_id in memberships.values_list("group", flat=True):
        sizes[group_id] = sizes.get(group_id, 0) + 1
    return sizes


def _size(principal: Principal, sizes: dict[int, int]) -> int:
    return 1 if isinstance(principal, User) else sizes.get(principal.group_id, 0)


def _curators() -> Holding:
    curators: Sequence[User] = list(
        User.objects.filter(platform_role=PlatformRole.CURATOR, is_active=True)
    )
    return Holding(
        principal=None,
        label=_("Curators: %(names)s") % {"names": ", ".join(map(str, curators)) or "–"},
        role=Role.STEWARD,
        via=Via.PLATFORM_ROLE,
        people=len(curators),
    )


def _holding(row: Any, principal: Principal, **details: Any) -> Holding:
    label = str(principal)
    if isinstance(principal, User) and principal.organisation is not None:
        label = f"{principal} ({principal.organisation})"
    return Holding(
        principal=principal,
        label=label,
        since=row.granted_at,
        until=row.until,
        granted_by=str(row.granted_by or ""),
        reason=row.reason,
        **details,
    )
