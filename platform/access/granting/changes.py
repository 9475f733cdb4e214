"""Save changes of roles that were looked at together: all of them or none, and none on an outdated view."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from access.consequence.of_roles import nobody_responsible
from access.consequence.space_grants import Change, grants_in
from access.consequence.state import Outdated
from access.granting.services import delete_grant, write_grant
from access.grants import lock
from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import User


@transaction.atomic
def change_roles(space: Space, changes: Sequence[Change], *, actor: User, expected: str) -> None:
    """Give, change and take roles in `space` together.

    Args:
        space: Where the roles count.
        changes: At most one for each principal.
        actor: A steward of the space.
        expected: `Consequence.fingerprint` of what was shown.

    Raises:
        PermissionDenied: If the actor is no steward of the space.
        Outdated: If a grant of the space has changed meanwhile.
        ValidationError: If nobody could use a grant, or nobody were left who is responsible for the space.
    """
    if not can(actor, Action.GRANT, space):
        raise PermissionDenied
    lock(space)
    standing = grants_in(space, changes=changes)
    if standing.fingerprint != expected:
        raise Outdated
    if not standing.after(changes).stewards():
        raise ValidationError(nobody_responsible())
    for change in changes:
        if change.role is None:
            delete_grant(space, change.principal, actor=actor, reason=change.reason)
        else:
            write_grant(
                space,
                change.principal,
                change.role,
                actor=actor,
                until=change.until,
                reason=change.reason,
            )
