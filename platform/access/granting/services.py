"""Writes to rights: each one asks, changes and forgets what was remembered, in one transaction."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.granting.notices import forget_end, tell_of_role
from access.grants import set_role, take_role
from access.models import Space
from access.principals import Principal
from access.reader import forget
from access.requests.services import close_answered
from access.rights import can
from access.roles import Action, Role
from accounts.models import Organisation, User
from audit.services import record


@transaction.atomic
def grant_role(
    space: Space,
    principal: Principal,
    role: Role,
    *,
    actor: User | None,
    until: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Give `principal` exactly `role` in `space`, replacing what it held there.

    Args:
        space: Where the role counts.
        principal: A person, an organisation or a circle.
        role: Includes the roles below it.
        actor: Who grants it; None for the installation itself (`seed`, `samples`).
        until: When it ends; None for no end.
        reason: Why, in a sentence.

    Raises:
        PermissionDenied: If the actor is no steward of the space.
        ValidationError: If the end lies in the past, or nobody can hold the role.
    """
    _require_steward(actor, space)
    write_grant(space, principal, role, actor=actor, until=until, reason=reason)


def write_grant(
    space: Space,
    principal: Principal,
    role: Role,
    *,
    actor: User | None,
    until: dt.datetime | None,
    reason: str,
) -> None:
    """Do what `grant_role` does, for a caller that has asked for the actor's right to a whole set of changes.

    Raises:
        ValidationError: If the end lies in the past, or nobody can hold the role.
    """
    check_holder(principal, until=until)
    before = take_role(space, principal)
    set_role(space, principal, role, granted_by=actor, until=until, reason=reason)
    record(
        "grant.given",
        actor=actor,
        obj=principal,
        space=space,
        details={"role": role.name.lower(), "until": until, "reason": reason},
    )
    forget()
    forget_end(space, principal)
    if actor is not None:
        tell_of_role(space, principal, role, before=before, actor=actor)
    close_answered(space)


@transaction.atomic
def revoke_role(
    space: Space, principal: Principal, *, actor: User | None, reason: str = ""
) -> None:
    """Take away whatever `principal` held in `space`; holding nothing is no error.

    Args:
        space: Where the role counts.
        principal: Who holds it.
        actor: Who takes it; None for the installation itself.
        reason: Why, in a sentence, for the audit log.

    Raises:
        PermissionDenied: If the actor is no steward of the space.
    """
    _require_steward(actor, space)
    delete_grant(space, principal, actor=actor, reason=reason)


def delete_grant(space: Space, principal: Principal, *, actor: User | None, reason: str) -> None:
    """Do what `revoke_role` does, for a caller that has asked for the actor's right to a whole set of changes."""
    held = take_role(space, principal)
    if held is not None:
        details = {"role": held.name.lower(), "reason": reason}
        record("grant.revoked", actor=actor, obj=principal, space=space, details=details)
        forget_end(space, principal)
    forget()


def check_holder(principal: Principal, *, until: dt.datetime | None) -> None:
    """Refuse what nobody could use.

    Raises:
        ValidationError: If the end lies in the past, the person's account is closed, or the entry has no people.
    """
    if until is not None and until <= timezone.now():
        raise ValidationError(_("The end date lies in the past. Nothing was changed."))
    if isinstance(principal, User) and not _keep_open(principal):
        raise ValidationError(_("This person's account is closed. Nothing was changed."))
    if isinstance(principal, Organisation) and principal.left_at is not None:
        raise ValidationError(_("This organisation has left the platform. Nothing was changed."))
    if isinstance(principal, Organisation) and principal.is_collective:
        raise ValidationError(
            _("This entry stands for many bodies and has no people. Nothing was changed.")
        )


def _require_steward(actor: User | None, space: Space) -> None:
    if actor is not None and not can(actor, Action.GRANT, space):
        raise PermissionDenied


def _keep_open(person: User) -> bool:
    """Tell whether the account is open now, and keep it from being closed until the transaction ends."""
    people = User.objects.order_by().filter(pk=person.pk, is_active=True)
    if connection.in_atomic_block:  # a preview asks without being about to write
        people = people.select_for_update(no_key=True)
    return bool(people.values_list("pk", flat=True))
