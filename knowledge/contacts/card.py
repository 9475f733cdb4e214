"""A contact as a vCard, for address books."""

from __future__ import annotations

from typing import Any

import vobject

from knowledge.contacts.models import ContactPage


def vcard(contact: ContactPage, *, url: str) -> str:
    """Write a contact as a vCard 3.0.

    Args:
        contact: The contact, with its organisation.
        url: The absolute address of its page.
    """
    card: Any = vobject.vCard()
    first, _space, last = contact.person.rpartition(" ")
    card.add("fn").value = contact.person or f"{contact.organisation.short_name}: {contact.title}"
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    card.add("org").value = [contact.organisation.name]
    card.add("title").value = contact.title
    for name, value in (("tel", contact.phone), ("email", contact.email)):
        if value:
            line = card.add(name)
            line.value, line.type_param = value, "WORK"
    if contact.address:
        card.add("adr").value = vobject.vcard.Address(street=" ".join(contact.address.split()))
    if note := "\n".join(filter(None, (contact.responsibility, contact.hours))):
        card.add("note").value = note
    card.add("url").value = url
    return str(card.serialize())
