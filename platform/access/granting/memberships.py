"""Who belongs to a circle: reads and writes for those who may say so.

Memberships of organisations and of everybody's circle follow from `User.organisation` and are not written here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.state import Outdated, fingerprint
from access.granting.services import check_holder
from access.grants import lock
from access.reader import forget
from access.rights import can, rights_of
from access.roles import Action
from accounts.models import Circle, Membership, User
from audit.context import acting


@dataclass(frozen=True, slots=True)
class Joining:
    """What one person is to be in a circle from now on; no function ends the membership."""

    person: User
    function: Membership.Function | None
    until: dt.datetime | None = None
    reason: str = ""


def circles_kept_by(user: User) -> Any:
    """Return the circles whose memberships `user` may change, with their spaces, as a queryset."""
    rights = rights_of(user)
    mine = Q(space__in=rights.spaces_where(Action.GRANT))
    if not rights.is_view:
        mine |= Q(group__in=Membership.objects.leading(user).values("group"))
    if rights.is_curator:
        mine |= Q(space__isnull=True)
    return Circle.objects.filter(mine, is_everybody=False).select_related("space")


def members_of(circle: Circle) -> list[Membership]:
    """Return the current memberships of active people, by name; one query."""
    memberships = Membership.objects.current().filter(group=circle.group_id, user__is_active=True)
    return list(
        memberships.select_related("user__organisation", "added_by", "confirmed_by").order_by(
            "user__last_name", "user__first_name", "user__username"
        )
    )


def fingerprint_of(memberships: Iterable[Membership]) -> str:
    """Return a short text that changes with every membership."""
    parts = sorted(
        f"{one.user_id} {one.function} {one.since} {one.until} {one.reason}" for one in memberships
    )
    return fingerprint(parts)


@transaction.atomic
def change_memberships(
    circle: Circle, changes: Sequence[Joining], *, actor: User, expected: str
) -> None:
    """Add people to a circle, change and end memberships, together.

    Args:
        circle: Not everybody's.
        changes: At most one for each person.
        actor: Somebody who may say who belongs to the circle.
        expected: `fingerprint_of` the memberships that were shown.

    Raises:
        PermissionDenied: If the actor may not say who belongs to it.
        Outdated: If a membership has changed meanwhile.
        ValidationError: If an account is closed, an end lies in the past, or nobody would lead the group any more.
    """
    if not can(actor, Action.GRANT, circle):
        raise PermissionDenied
    lock(circle.group)
    before = members_of(circle)
    if fingerprint_of(before) != expected:
        raise Outdated
    _keep_a_lead(before, changes)
    for change in changes:
        write_membership(circle, change, actor=actor)
    forget()


def _keep_a_lead(before: Sequence[Membership], changes: Sequence[Joining]) -> None:
    """Refuse to leave a group without anybody who leads it; one that had nobody may go on without."""
    lead = Membership.Function.LEAD
    functions: dict[int, str | None] = {one.user_id: one.function for one in before}
    had_one = lead in functions.values()
    functions |= {change.person.pk: change.function for change in changes}
    remaining = set(functions.values()) - {None}
    if had_one and remaining and lead not in remaining:
        raise ValidationError(
            _("A group needs somebody who leads it. Name another one first. Nothing was changed.")
        )


def write_membership(circle: Circle, change: Joining, *, actor: User) -> None:
    """Save one change for a caller that has asked; `audit.receivers` records it."""
    # An ended membership keeps its row: the next one takes it over.
    stored = Membership.objects.filter(user=change.person, group=circle.group_id)
    with acting(actor):
        if change.function is None:
            for membership in stored:
                membership.delete()
            return
        check_holder(change.person, until=change.until)
        membership = stored.first() or Membership(user=change.person, group=circle.group)
        is_current = membership.until is None or membership.until > timezone.now()
        if membership.pk is None or not is_current:
            membership.since = timezone.now()
        membership.function, membership.until = change.function, change.until
        membership.added_by, membership.reason = actor, change.reason
        membership.confirmed_at = membership.confirmed_by = None
        membership.save()
