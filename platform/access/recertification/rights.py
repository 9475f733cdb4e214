"""Every right in a space, as its stewards decide on it."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from access.forms import key_of
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.principals import Principal
from access.roles import ROLE_LABELS, Role
from access.selectors import principal_of_group
from accounts.models import Membership, User


class Kind(enum.Enum):
    """What kind of right is decided on."""

    ROLE = "role"
    SHARE = "share"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class Right:
    """One right in a space, as it is shown and decided on.

    Attributes:
        kind: Role on the space, share of one of its pages, or membership in its circle.
        space_id: The space it is a right in.
        principal: Who holds it.
        what: The role, the page's title, or the function.
        rows: Primary keys of what stores it: guardian's rows, or the membership.
        since: When it was given.
        until: When it ends.
        given_by: Who gave it.
        reason: Why.
        confirmed_at: When it was last confirmed.
        confirmed_by: By whom.
        role: For a role.
        page: For a share.
        with_subpages: For a share: whether it reaches subpages.
        function: For a membership.
    """

    kind: Kind
    space_id: int
    principal: Principal
    what: str
    rows: tuple[int, ...]
    since: dt.datetime
    until: dt.datetime | None
    given_by: User | None
    reason: str
    confirmed_at: dt.datetime | None
    confirmed_by: User | None
    role: Role | None = None
    page: Any = None
    with_subpages: bool = False
    function: str = ""

    @property
    def key(self) -> str:
        """Name of the right in forms."""
        of_page = f"{self.page.pk}:" if self.page is not None else ""
        return f"{self.kind.value}:{of_page}{key_of(self.principal)}"

    @property
    def label(self) -> str:
        """Name of its holder, with her organisation and whether her account is closed."""
        if not isinstance(self.principal, User):
            return str(self.principal)
        label = str(self.principal)
        if self.principal.organisation is not None:
            label = f"{label} ({self.principal.organisation})"
        if not self.principal.is_active:
            label = _("%(name)s, account closed") % {"name": label}
        return label

    @property
    def mark(self) -> str:
        """Short text that changes whenever the right is given anew or changed."""
        parts = (self.rows, self.since, self.until, self.what, self.with_subpages, self.reason)
        return hashlib.sha256(str(parts).encode()).hexdigest()[:16]

    def is_decided_since(self, moment: dt.datetime | None) -> bool:
        """Tell whether somebody confirmed or gave it since `moment`; never if there is none."""
        return moment is not None and (self.confirmed_at or self.since) >= moment


def rights_in(*spaces: Space) -> list[Right]:
    """Return every current right in the spaces: roles, shares of pages, memberships in circles; five queries."""
    return [*_roles(spaces), *_shares(spaces), *_memberships(spaces)]


def _given(rows: Any, *related: str) -> list[tuple[Any, Principal]]:
    """Return rows of guardian's with their principals, people first."""
    found = []
    for row in rows.select_related("granted_by", "confirmed_by", *related):
        principal = row.user if hasattr(row, "user_id") else principal_of_group(row.group)
        if principal is not None:
            found.append((row, principal))
    return found


_OF_GROUP = ("group__organisation", "group__circle")
_OF_USER = ("user__organisation",)


def _roles(spaces: Collection[Space]) -> list[Right]:
    groups = SpaceGroupObjectPermission.objects.current().filter(content_object__in=spaces)
    people = SpaceUserObjectPermission.objects.current().filter(content_object__in=spaces)
    rows: dict[tuple[int, str], list[Any]] = {}
    principals: dict[str, Principal] = {}
    for row, principal in (
        *_given(groups, "permission", *_OF_GROUP),
        *_given(people, "permission", *_OF_USER),
    ):
        key = key_of(principal)
        rows.setdefault((row.content_object_id, key), []).append(row)
        principals[key] = principal
    rights = []
    for (space_id, key), held in rows.items():
        role = max(Role.of_codename(row.permission.codename) for row in held)
        rights.append(
            _right(
                held[0],
                principals[key],
                kind=Kind.ROLE,
                space_id=space_id,
                what=str(ROLE_LABELS[role]),
                rows=tuple(sorted(row.pk for row in held)),
                role=role,
            )
        )
    return sorted(rights, key=lambda one: (-(one.role or 0), one.label.casefold()))


def _shares(spaces: Collection[Space]) -> list[Right]:
    groups = PageGroupObjectPermission.objects.current().filter(content_object__space__in=spaces)
    people = PageUserObjectPermission.objects.current().filter(content_object__space__in=spaces)
    rights = [
        _right(
            row,
            principal,
            kind=Kind.SHARE,
            space_id=row.content_object.space_id,
            what=row.content_object.title,
            rows=(row.pk,),
            page=row.content_object,
            with_subpages=row.include_descendants,
        )
        for row, principal in (
            *_given(groups, "content_object", *_OF_GROUP),
            *_given(people, "content_object", *_OF_USER),
        )
    ]
    return sorted(rights, key=lambda one: (one.what.casefold(), one.label.casefold()))


def _right(row: Any, principal: Principal, **details: Any) -> Right:
    return Right(
        principal=principal,
        since=row.granted_at,
        until=row.until,
        given_by=row.granted_by,
        reason=row.reason,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        **details,
    )


def _memberships(spaces: Collection[Space]) -> list[Right]:
    by_group = {space.circle.group_id: space.pk for space in spaces if space.circle is not None}
    if not by_group:
        return []
    memberships = Membership.objects.current().filter(
        group__in=by_group, group__circle__is_everybody=False
    )
    return [
        Right(
            kind=Kind.MEMBERSHIP,
            space_id=by_group[one.group_id],
            principal=one.user,
            what=str(Membership.Function(one.function).label),
            rows=(one.pk,),
            since=one.since,
            until=one.until,
            given_by=one.added_by,
            reason=one.reason,
            confirmed_at=one.confirmed_at,
            confirmed_by=one.confirmed_by,
            function=one.function,
        )
        for one in memberships.select_related(
            "user__organisation", "added_by", "confirmed_by"
        ).order_by("user__last_name", "user__first_name", "user__username")
    ]
