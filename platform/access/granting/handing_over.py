"""What one organisation holds goes to another: for two entries that mean the same body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.granting.leaving import record_revoked
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.grants import roles, shares, stored_roles, stored_shares
from access.handling import is_confidential
from access.models import Space
from access.reader import forget
from access.rights import spaces_where
from access.roles import Action, Role
from access.tree import Page
from accounts.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Held:
    """A role and its end; without a role there is none."""

    role: Role | None = None
    until: dt.datetime | None = None

    @property
    def weight(self) -> tuple[int, dt.datetime]:
        """Return what tells which of two is more: the role, then the later end."""
        return (self.role or 0, self.until or dt.datetime.max.replace(tzinfo=dt.UTC))


@dataclass(slots=True)
class InSpace:
    """What two organisations hold in one space."""

    space: Space
    giver: Held = Held()
    taker: Held = Held()

    @property
    def changes(self) -> bool:
        """Tell whether anybody can do more or less there once the two are one."""
        return self.giver != self.taker


def held_by_both(giver: Organisation, taker: Organisation) -> list[InSpace]:
    """Return the spaces in which one of the two holds a role now, by title; four queries."""
    found: dict[int, InSpace] = {}
    for name, body in (("giver", giver), ("taker", taker)):
        for row in roles().held_by(body).rows("content_object", "permission"):
            one = found.setdefault(row.content_object_id, InSpace(row.content_object))
            setattr(one, name, Held(row.role, row.until))
    return sorted(found.values(), key=lambda one: one.space.title)


def refuse_beyond(giver: Organisation, taker: Organisation, *, actor: User) -> None:
    """Refuse to put two organisations together if that changes rights which the actor may not give.

    Else whoever curates could have the rights of any space that has opted out, by way of an organisation.

    Raises:
        ValidationError: With a sentence.
    """
    touched = {one.space.pk for one in held_by_both(giver, taker) if one.changes}
    shared = shares().held_by_any([], [giver.group_id, taker.group_id])
    touched |= {space for _holder, space in shared.values("content_object__space")}
    if touched - spaces_where(actor, Action.GRANT):
        raise ValidationError(
            _(
                "One of the two has rights in spaces that you are not responsible for. "
                "Their stewards have to end those first. Nothing was changed."
            )
        )


def hand_over_grants(giver: Organisation, taker: Organisation, *, actor: User, reason: str) -> None:
    """Give `taker` what `giver` holds, where that is more, and take it from `giver`; each with its line in the log.

    Raises:
        ValidationError: If that changes rights which the actor may not give.
    """
    refuse_beyond(giver, taker, actor=actor)
    both = held_by_both(giver, taker)
    given = roles().held_by(giver).rows("content_object", "permission")
    shared = shares().held_by(giver).rows("content_object__space")
    own = {row.content_object_id: row for row in shares().held_by(taker).rows()}
    stored_roles().held_by(giver).delete()
    stored_shares().held_by(giver).delete()
    record_revoked([*given, *shared], actor=actor, reason=reason)
    for one in both:
        if one.giver.role is not None and one.giver.weight > one.taker.weight:
            grant_role(
                one.space, taker, one.giver.role,
                actor=actor, until=one.giver.until, reason=reason,
            )  # fmt: skip
    for row in shared:
        if not is_confidential(row.content_object):  # such a share reaches nothing
            _share(row.content_object, [row, own.get(row.content_object_id)], taker, actor, reason)
    forget()


def _share(page: Page, rows: Iterable[Any], taker: Organisation, actor: User, reason: str) -> None:
    held = [row for row in rows if row is not None]
    ends = [row.until for row in held]
    share_page(
        page,
        taker,
        actor=actor,
        include_descendants=any(row.include_descendants for row in held),
        until=None if None in ends else max(ends),
        reason=reason,
    )
