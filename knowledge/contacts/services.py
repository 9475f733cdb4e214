"""Confirm that a contact's data are right, and take a person out of contacts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.contacts.models import ContactPage

# What a contact says of a person; the rest is about the office.
_PERSONAL: dict[str, Any] = {"person": "", "phone": "", "email": "", "confirmed_on": None}


@transaction.atomic
def confirm_contact(contact: ContactPage, *, actor: User) -> None:
    """Note that the published data were looked at today and are right; drafts keep what else they change.

    Raises:
        PermissionDenied: If the actor may not edit the contact.
    """
    if not can(actor, Action.EDIT, contact):
        raise PermissionDenied
    today = timezone.localdate()
    ContactPage.objects.filter(pk=contact.pk).update(confirmed_on=today)
    # Publishing an open draft later must not bring the old date back.
    _rewrite_revision(contact.latest_revision, {"confirmed_on": today.isoformat()})
    record("contact.confirmed", actor=actor, obj=contact)


def contacts_naming(person: User) -> Any:
    """Return the contacts with the e-mail address of `person`, as a queryset; none if she has no address."""
    if not person.email:
        return ContactPage.objects.none()
    return ContactPage.objects.filter(email__iexact=person.email)


@transaction.atomic
def take_person_out(person: User) -> None:
    """Remove her name and ways to reach her from contacts with her e-mail address, and from their history.

    The office stays. The contact is due for confirmation then, so that its publishers name somebody else.
    """
    for contact in contacts_naming(person):
        for revision in contact.revisions.all():
            _rewrite_revision(revision, _PERSONAL)
        for name, value in _PERSONAL.items():
            setattr(contact, name, value)
        contact.save(clean=False)  # an old page may miss what is required today


def _rewrite_revision(revision: Any, values: dict[str, Any]) -> None:
    if revision is not None:
        revision.content = {**revision.content, **values}
        revision.save(update_fields=["content"])
