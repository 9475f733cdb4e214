"""Contacts: how they are listed, shown, found and returned by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.handling import may_export
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.contacts.selectors import is_due
from knowledge.pages.kinds import PageContent, PageKind
from knowledge.pages.listing import Listing, Order, related_filter, text_filter
from knowledge.text import PlainText
from web.links import linked_list, mail, telephone


class ContactListing(Listing):
    """Contacts by organisation."""

    model = ContactPage
    columns: ClassVar = [
        _("Organisation"),
        _("Person"),
        _("Responsible for"),
        _("Telephone"),
        _("E-mail"),
    ]
    filters: ClassVar = [
        text_filter(
            "title",
            "person",
            "responsibility",
            "phone",
            "organisation__name",
            "organisation__short_name",
        ),
        related_filter("org", _("Organisation"), path="organisation", text="short_name"),
        related_filter("field", _("Field of action"), path="fields_of_action", text="title"),
        related_filter("district", _("District"), path="districts", text="name"),
    ]
    orders: ClassVar = [
        Order("organisation", _("Organisation"), ("organisation__short_name", "title")),
        Order("title", _("Function"), ("title",)),
        Order("confirmed", _("Longest unconfirmed"), ("confirmed_on",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the organisation."""
        return super().base_queryset().select_related("organisation")

    def cells(self, page: ContactPage) -> Sequence[str]:
        """Return organisation, person, what they are responsible for, telephone and e-mail; what leads on is a link."""
        return (
            linked_list([page.organisation]),
            page.person,
            page.responsibility,
            telephone(page.phone),
            mail(page.email),
        )


def content(page: ContactPage) -> PageContent:
    """Read one contact."""
    text = PlainText()
    for line in (
        page.person,
        page.responsibility,
        page.phone,
        page.email,
        page.address,
        page.hours,
    ):
        text.add_text(line)
    text.add_text(f"{page.organisation.name} ({page.organisation.short_name})")
    return PageContent(
        text=text,
        organisations=[page.organisation.slug],
        facets={
            "field_of_action": [field.slug for field in page.fields_of_action.all()],
            "district": [district.slug for district in page.districts.all()],
        },
        people=[page.person] if page.person else [],
    )


def context(page: ContactPage, request: HttpRequest) -> dict[str, Any]:
    """Add fields of action and districts, and whether the data are to be confirmed, and may be by the reader."""
    return {
        "fields_of_action": list(page.fields_of_action.all()),
        "districts": list(page.districts.all()),
        "confirmation_due": is_due(page),
        "can_confirm": can(request.user, Action.EDIT, page),
        "can_publish": can(request.user, Action.PUBLISH, page),
        "vcard_url": _vcard_url(page, request),
    }


def prefilled(place: Any, writer: User) -> dict[str, Any]:
    """Return what is known of a new contact: most people write those of their own organisation."""
    return {"organisation": writer.organisation, "confirmed_on": timezone.localdate()}


def _vcard_url(page: ContactPage, request: HttpRequest) -> str:
    if page.pk is None or not may_export(request.user, page):  # a preview may be of a new page
        return ""
    return reverse("contact_vcard", args=[page.pk])


KIND = PageKind(
    name="contact",
    model=ContactPage,
    label=_("Contact"),
    new_label=_("New contact"),
    aliases=("kontakt", "kontakte"),
    asked_as=("Kontakt", "Ansprechpartner", "Ansprechperson", "Telefon", "Telefonnummer", "Nummer", "Durchwahl"),
    names_people=True,
    context=context,
    shown_relations=("organisation",),
    index=ContactIndexPage,
    listing=ContactListing,
    content=content,
    prefetch=("organisation", "fields_of_action", "districts"),
    organisations="organisation__short_name",
    dated_on="confirmed_on",
    card=("person", "phone", "email", "responsibility"),
    depends_on=("organisation",),
    facts=(
        "organisation", "person", "responsibility", "phone", "email", "address", "hours",
        "fields_of_action", "districts", "source", "confirmed_on",
    ),
    edited=(
        "organisation", "person", "responsibility", "phone", "email", "address", "hours",
        "fields_of_action", "districts", "source", "confirmed_on",
    ),
    prefilled=prefilled,
    corrected_by="organisation",
    corrected=("person", "responsibility", "phone", "email", "address", "hours"),
)  # fmt: skip
