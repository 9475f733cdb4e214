"""Take a person's name out of the platform: data protection orders it, an administrator carries it out."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from accounts import personal_data
from accounts.models import ErasureOrder, User, end_sign_ins
from audit import retention
from audit.services import record


@transaction.atomic
def order_erasure(person: User, *, actor: User, reason: str) -> ErasureOrder:
    """Order that the name of `person` be removed; nothing changes yet.

    Raises:
        PermissionDenied: If the actor does not watch over data protection.
        ValidationError: If the account is open: whoever still works here can't be without a name.
    """
    if not can(actor, Action.PROTECT_DATA):
        raise PermissionDenied
    _require_closed(person)
    order, is_new = ErasureOrder.objects.get_or_create(
        person=person, defaults={"ordered_by": actor, "reason": reason}
    )
    if is_new:
        record("person.erasure_ordered", actor=actor, obj=person, details={"reason": reason})
    return order


@transaction.atomic
def withdraw_order(person: User, *, actor: User) -> None:
    """Take the order back; if there is none, that is no error.

    Raises:
        PermissionDenied: If the actor does not watch over data protection.
    """
    if not can(actor, Action.PROTECT_DATA):
        raise PermissionDenied
    deleted, _by_model = ErasureOrder.objects.filter(person=person).delete()
    if deleted:
        record("person.erasure_withdrawn", actor=actor, obj=person)


@transaction.atomic
def carry_out_order(person: User, *, actor: User) -> User:
    """Replace the name by a number everywhere, as ordered; a second time changes nothing.

    The account keeps its number and its organisation. `accounts.personal_data.what_remains` says what stays besides.

    Raises:
        PermissionDenied: If the actor does not operate the platform.
        ValidationError: If nobody ordered it, or the account is open again.
    """
    if not can(actor, Action.OPERATE):
        raise PermissionDenied
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.pseudonymised_at is not None:
        return person
    if not ErasureOrder.objects.filter(person=person).exists():
        raise ValidationError(_("Data protection has not ordered this. Nothing was changed."))
    _require_closed(person)
    for section in personal_data.sections:
        if section.erase is not None:
            section.erase(person)
    end_sign_ins([person])
    person.username = f"ehemalige-person-{person.pk}"
    person.first_name, person.last_name = (
        _("Former"),
        _("person %(number)s") % {"number": person.pk},
    )
    person.email = person.position = ""
    person.last_login, person.pseudonymised_at = None, timezone.now()
    person.set_unusable_password()
    person.save()
    record("person.erased", actor=actor, obj=person)
    retention.pseudonymise(person.pk, actor=actor)
    return person


def _require_closed(person: User) -> None:
    if User.objects.filter(pk=person.pk, is_active=True).exists():
        raise ValidationError(_("The account is open. Have it closed first; nothing was changed."))
