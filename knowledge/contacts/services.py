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
from knowledge.writing.amending import amend, amend_history

# What a contact says of a person; the rest is about the office.
_PERSONAL: dict[str, Any] = {"person": "", "phone": "", "email": "", "confirmed_on": None}


@transaction.atomic
def confirm_contact(contact: ContactPage, *, actor: User) -> None:
    """Note that the published data were checked today and are right; drafts keep their other changes.

    Raises:
        PermissionDenied: If the actor may not edit the contact.
    """
    if not can(actor, Action.EDIT, contact):
        raise PermissionDenied
    amend(ContactPage.objects.filter(pk=contact.pk), {"confirmed_on": timezone.localdate()})
    record("contact.confirmed", actor=actor, obj=contact)


def contacts_naming(person: User) -> Any:
    """Return the contacts with the e-mail address of `person`, as a queryset; none if there is no address."""
    if not person.email:
        return ContactPage.objects.none()
    return ContactPage.objects.filter(email__iexact=person.email)


def take_person_out(person: User) -> None:
    """Remove name, phone and mail of `person` from contacts with their e-mail address, and from their history.

    The office stays. The contact becomes due for confirmation, so that its publishers name somebody else.
    """
    amend_history(contacts_naming(person), _PERSONAL)
