"""Take away a second factor whose device is lost."""

# unscoped: the factors of the one account that is kept
from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction

from access.rights import can
from access.roles import Action
from accounts.models import User, end_sign_ins
from audit.services import record
from people.letters import tell_of_reset_factor


def has_second_factor(person: User) -> bool:
    """Tell whether there is one."""
    return Authenticator.objects.filter(user=person).exists()


@transaction.atomic
def reset_second_factor(person: User, *, actor: User, reason: str) -> None:
    """Take every second factor away; sessions and access keys end, and the person is told by mail.

    Who must have one sets up a new one at the next sign-in, within the period of grace that begins anew.

    Raises:
        PermissionDenied: If the actor does not keep the account.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
    deleted, _by_model = Authenticator.objects.filter(user=person).delete()
    if not deleted:
        return
    end_sign_ins([person])
    User.objects.filter(pk=person.pk).update(second_factor_due=None)
    record("account.second_factor_reset", actor=actor, obj=person, details={"reason": reason})
    tell_of_reset_factor(person)
