"""What is kept of a person in measures, and what ends when somebody leaves."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.leaving import Part
from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.measures.models import Contact, Entry


def _measures(person: User) -> Iterable[Row]:
    # unscoped: that this person answers for them, without what the measures say
    for contact in Contact.objects.filter(person=person).select_related("body"):
        yield {_("Contact for a measure of"): str(contact.body)}
    # unscoped: what this person wrote
    for entry in Entry.objects.filter(written_by=person).order_by("pk"):
        yield {_("Entry"): entry.text, _("Written at"): entry.written_at}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "measures",
            gettext_lazy("My entries on measures"),
            collect=_measures,
            remains=gettext_lazy("Entries stay, without the name."),
        )
    )


def _consequences(person: User) -> Iterable[str]:
    count = Contact.objects.filter(person=person).count()
    if count:
        yield ngettext(
            "Nobody in particular answers for %(count)d measure any more; the organisation’s people are asked then.",
            "Nobody in particular answers for %(count)d measures any more; the organisation’s people are asked then.",
            count,
        ) % {"count": count}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    Contact.objects.filter(person=person).delete()


OWN_PART = Part("measures", consequences=_consequences, leave=_leave)
