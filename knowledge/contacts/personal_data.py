"""Contacts that name a person, as part of what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.contacts.services import contacts_naming, take_person_out


def _contacts(person: User) -> Iterable[Row]:
    naming = contacts_naming(person)
    visible = naming.visible_to(person)
    for contact in visible.select_related("organisation").order_by("pk"):
        yield {
            _("Contact"): contact.title,
            _("Web address"): contact.url,
            _("Person"): contact.person,
            _("Telephone"): contact.phone,
            _("E-mail"): contact.email,
            _("Source of the data"): contact.source,
            _("Last confirmed"): contact.confirmed_on,
        }
    hidden = naming.count() - visible.count()
    if hidden:
        yield {_("Further contacts with your e-mail address that you can't see"): hidden}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "contacts",
            gettext_lazy("Contacts with your e-mail address"),
            collect=_contacts,
            erase=take_person_out,
        )
    )
