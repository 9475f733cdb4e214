"""Save what a steward decides about the rights in a space."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from access.consequence.of_roles import nobody_responsible
from access.consequence.space_grants import Change, grants_in
from access.due import open_round
from access.granting.memberships import Joining, write_membership
from access.granting.services import delete_grant, write_grant
from access.granting.shares import share_page, unshare_page
from access.grants import lock, stored_roles, stored_shares
from access.models import Recertification, Space
from access.reader import forget
from access.recertification.reminders import DUE, key_of_space
from access.recertification.rights import Right, RightKind, rights_in
from access.rights import can
from access.roles import Action
from accounts.models import Membership, User
from audit.services import record
from notices.services import withdraw


class Verdict(enum.Enum):
    """What a steward decides."""

    KEEP = "keep"
    END = "end"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one right, and which state of it that was."""

    key: str
    fingerprint: str
    verdict: Verdict
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the decisions.

    Attributes:
        decided: How many were saved.
        changed: Names of those whose rights had changed meanwhile, and that were therefore not decided on.
        is_complete: Whether nothing is left to decide.
    """

    decided: int
    changed: tuple[str, ...]
    is_complete: bool


# A change of the actor's own role comes last: shares ask for it.
_ORDER = (RightKind.SHARE, RightKind.MEMBERSHIP, RightKind.ROLE)


@transaction.atomic
def decide(space: Space, decisions: Sequence[Decision], *, actor: User) -> Outcome:
    """Save what a steward decided so far; the rest stays undecided and in force.

    A right that was changed since it was shown is left alone and named.

    Args:
        space: The space.
        decisions: At most one for each right.
        actor: A steward of the space.

    Raises:
        PermissionDenied: If the actor is no steward of the space.
        ValidationError: If nobody were left who is responsible for the space, an end lies in the past, or a page has
            become confidential and its share can only be kept or ended.
    """
    if not can(actor, Action.GRANT, space):
        raise PermissionDenied
    lock(space)
    rights = {right.key: right for right in rights_in(space)}
    valid, changed = [], []
    for decision in decisions:
        right = rights.get(decision.key)
        if right is not None and right.fingerprint == decision.fingerprint:
            valid.append((right, decision))
        else:
            changed.append(right.label if right else decision.key)
    _keep_a_steward(space, valid)
    now = timezone.now()
    begun = open_round(space) or _begin(space, now)
    for right, decision in sorted(valid, key=lambda one: _ORDER.index(one[0].kind)):
        _apply(space, right, decision, actor=actor, now=now)
    forget()
    is_complete = bool(valid) and _complete(space, begun, actor=actor, now=now)
    return Outcome(len(valid), tuple(changed), is_complete)


def changes_of_roles(valid: Iterable[tuple[Right, Decision]]) -> list[Change]:
    """Return what the decisions change about roles on the space."""
    return [
        Change(
            right.principal,
            right.role if decision.verdict is Verdict.END else None,
            decision.until,
            right.reason,
        )
        for right, decision in valid
        if right.kind is RightKind.ROLE and decision.verdict is not Verdict.KEEP
    ]


def _keep_a_steward(space: Space, valid: Iterable[tuple[Right, Decision]]) -> None:
    changes = changes_of_roles(valid)
    if changes and not grants_in(space, changes=changes).after(changes).stewards():
        raise ValidationError(nobody_responsible())


def _begin(space: Space, now: dt.datetime) -> Recertification:
    """Begin a round, in place of one that was never completed."""
    begun, _is_new = Recertification.objects.update_or_create(
        space=space, completed_at__isnull=True, defaults={"space": space, "started_at": now}
    )
    return begun


def _complete(space: Space, begun: Recertification, *, actor: User, now: dt.datetime) -> bool:
    """Close the round if every right was decided on."""
    if not all(right.is_decided_since(begun.started_at) for right in rights_in(space)):
        return False
    begun.completed_at, begun.completed_by = now, actor
    begun.save()
    record("space.rights_confirmed", actor=actor, obj=space, space=space)
    withdraw(DUE, key=key_of_space(space))
    return True


def _apply(
    space: Space, right: Right, decision: Decision, *, actor: User, now: dt.datetime
) -> None:
    if decision.verdict is Verdict.KEEP:
        _confirm(right, space, actor=actor, now=now)
    elif right.kind is RightKind.ROLE:
        _change_role(space, right, decision, actor=actor)
    elif right.kind is RightKind.SHARE:
        _change_share(right, decision, actor=actor)
    else:
        _change_membership(space, right, decision, actor=actor)


def _confirm(right: Right, space: Space, *, actor: User, now: dt.datetime) -> None:
    stored: Any
    if right.kind is RightKind.MEMBERSHIP:
        stored = Membership.objects
    else:
        every = stored_roles() if right.kind is RightKind.ROLE else stored_shares()
        stored = every.held_by(right.principal)
    details: dict[str, Any] = {"until": right.until}
    if right.role is not None:
        action, details["role"] = "grant.confirmed", right.role.name.lower()
    elif right.page is not None:
        action, details["page"] = "share.confirmed", right.page.pk
    else:
        action, details["function"] = "membership.confirmed", right.function
        details["circle"] = str(space.circle)
    stored.filter(pk=right.row).update(confirmed_at=now, confirmed_by=actor)
    record(action, actor=actor, obj=right.principal, space=space, details=details)


def _change_role(space: Space, right: Right, decision: Decision, *, actor: User) -> None:
    if decision.verdict is Verdict.REVOKE or right.role is None:
        delete_grant(space, right.principal, actor=actor, reason="")
        return
    write_grant(
        space,
        right.principal,
        right.role,
        actor=actor,
        until=decision.until,
        reason=right.reason,
    )


def _change_share(right: Right, decision: Decision, *, actor: User) -> None:
    page: Any = right.page
    if decision.verdict is Verdict.REVOKE:
        unshare_page(page, right.principal, actor=actor)
        return
    share_page(
        page,
        right.principal,
        actor=actor,
        include_descendants=right.with_subpages,
        until=decision.until,
        reason=right.reason,
    )


def _change_membership(space: Space, right: Right, decision: Decision, *, actor: User) -> None:
    circle: Any = space.circle
    person: Any = right.principal
    is_kept = decision.verdict is Verdict.END
    function = Membership.Function(right.function) if is_kept else None
    write_membership(circle, Joining(person, function, decision.until, right.reason), actor=actor)
