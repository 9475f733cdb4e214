"""Every right in a space, as its stewards decide on it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from access.consequence.state import fingerprint
from access.grants import roles, shares
from access.models import Space
from access.principals import Principal, key_of, label_of
from access.roles import Role
from access.tree import Page
from accounts.models import Membership, User


class RightKind(enum.Enum):
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
        row: Primary key of the grant or membership that stores it.
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

    kind: RightKind
    space_id: int
    principal: Principal
    what: str
    row: int
    since: dt.datetime
    until: dt.datetime | None
    given_by: User | None
    reason: str
    confirmed_at: dt.datetime | None
    confirmed_by: User | None
    role: Role | None = None
    page: Page | None = None
    with_subpages: bool = False
    function: str = ""

    @property
    def key(self) -> str:
        """Name of the right in forms."""
        of_page = f"{self.page.pk}:" if self.page is not None else ""
        return f"{self.kind.value}:{of_page}{self.principal_key}"

    @property
    def principal_key(self) -> str:
        """Name of its holder, as `access.principals.key_of` writes it."""
        return key_of(self.principal)

    @property
    def label(self) -> str:
        """Name of its holder, with the organisation and whether the account is closed."""
        label = label_of(self.principal)
        if isinstance(self.principal, User) and not self.principal.is_active:
            label = _("%(name)s, account closed") % {"name": label}
        return label

    @property
    def fingerprint(self) -> str:
        """Short text that changes whenever the right is given anew or changed."""
        parts = (self.row, self.since, self.until, self.what, self.with_subpages, self.reason)
        return fingerprint(parts)

    def is_decided_since(self, moment: dt.datetime | None) -> bool:
        """Tell whether somebody confirmed or gave it since `moment`; never if there is none."""
        return moment is not None and (self.confirmed_at or self.since) >= moment


def rights_in(*spaces: Space) -> list[Right]:
    """Return every current right in the spaces: roles, shares of pages, memberships in circles; five queries."""
    return [*_roles(spaces), *_shares(spaces), *_memberships(spaces)]


_GIVEN = ("granted_by", "confirmed_by")


def _roles(spaces: Collection[Space]) -> list[Right]:
    rows = roles().filter(content_object__in=spaces).rows("permission", *_GIVEN)
    rights = [
        _right(
            row,
            kind=RightKind.ROLE,
            space_id=row.content_object_id,
            what=str(row.role.label),
            role=row.role,
        )
        for row in rows
    ]
    return sorted(rights, key=lambda one: (-(one.role or 0), one.label.casefold()))


def _shares(spaces: Collection[Space]) -> list[Right]:
    rows = shares().filter(content_object__space__in=spaces).rows("content_object", *_GIVEN)
    rights = [
        _right(
            row,
            kind=RightKind.SHARE,
            space_id=row.content_object.space_id,
            what=row.content_object.title,
            page=row.content_object,
            with_subpages=row.include_descendants,
        )
        for row in rows
    ]
    return sorted(rights, key=lambda one: (one.what.casefold(), one.label.casefold()))


def _right(row: Any, **details: Any) -> Right:
    return Right(
        principal=row.principal,
        row=row.pk,
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
            kind=RightKind.MEMBERSHIP,
            space_id=by_group[one.group_id],
            principal=one.user,
            what=str(Membership.Function(one.function).label),
            row=one.pk,
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
