"""Close and open accounts: sessions, tokens, rights and memberships end in one transaction with their audit lines."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.reader import forget
from access.rights import can
from access.roles import Action
from accounts import leaving
from accounts.models import PlatformRole, Session, User, tokens_of
from audit.services import record
from people.turns import take_turn


@transaction.atomic
def close_account(person: User, *, actor: User | None, reason: str = "") -> User:
    """Close the account of somebody who leaves; closing a closed one changes nothing.

    Sessions and tokens end at once; rights and memberships of the person's own are taken, as is the platform role. What
    they wrote keeps their name. Second factor and password stay, so that an account which is opened again is not easier
    to enter than before; removing the name (`people.erasure`) takes them.

    Args:
        person: Whose account it is.
        actor: Who keeps the account; None for the installation itself.
        reason: Why, in a sentence; every line in the audit log carries it.

    Returns:
        The person as stored now.

    Raises:
        PermissionDenied: If the actor does not keep the account.
        ValidationError: If nobody would be left who operates it.
    """
    _require_keeping(person, actor)
    return carry_out(person, actor=actor, reason=reason)


def carry_out(person: User, *, actor: User | None, reason: str) -> User:
    """Close an account; the caller has asked the policy and holds the transaction.

    Raises:
        ValidationError: If nobody would be left who operates the platform.
    """
    take_turn()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        return person
    refuse_last_administrator([person.pk])
    sessions = Session.objects.filter(user=person).count()
    tokens = tokens_of([person]).filter(revoked_at__isnull=True).count()
    details = {"reason": reason, "sessions": sessions, "tokens": tokens}
    record("person.closed", actor=actor, obj=person, details=details)
    leaving.leave(person, actor=actor, reason=reason)
    person.is_active, person.closed_at = False, timezone.now()
    person.save()
    forget()
    return person


@transaction.atomic
def reopen_account(person: User, *, actor: User | None, reason: str = "") -> User:
    """Open a closed account: its person can sign in and belongs to the organisation again, and to nothing else.

    Whatever outlived a closing that went past `close_account` (a direct write) is taken first.

    Raises:
        PermissionDenied: If the actor does not keep the account.
        ValidationError: If the name was removed, or the organisation has left.
    """
    _require_keeping(person, actor)
    take_turn()
    person = (
        User.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=person.pk)
    )
    if person.is_active:
        return person
    if person.pseudonymised_at is not None:
        raise ValidationError(
            _("The name of this person was removed; the account stays closed. Make a new one.")
        )
    if person.organisation is not None and person.organisation.left_at is not None:
        raise ValidationError(
            _("The organisation of this person has left the platform. Nothing was changed.")
        )
    leaving.leave(person, actor=actor, reason=reason)
    person.is_active, person.closed_at = True, None
    person.save()
    record("person.reopened", actor=actor, obj=person, details={"reason": reason})
    forget()
    return person


def refuse_last_administrator(leaving_people: Collection[int]) -> None:
    """Refuse to close the accounts of all who operate the platform; the caller has taken a turn.

    Raises:
        ValidationError: If no administrator with an open account would be left.
    """
    administrators = User.objects.filter(platform_role=PlatformRole.ADMINISTRATOR, is_active=True)
    open_ones = set(administrators.values_list("pk", flat=True))
    if open_ones and open_ones <= set(leaving_people):
        raise ValidationError(
            _(
                "This is the last open account of an administrator; nobody could operate the platform. "
                "Name another administrator first. Nothing was changed."
            )
        )


def _require_keeping(person: User, actor: User | None) -> None:
    if actor is not None and not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
