"""The directory of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knowledge.contacts.models import ContactPage
from knowledge.listing import Listing, Order, related_filter


class ContactListing(Listing):
    """Contacts by organisation."""

    model = ContactPage
    columns: ClassVar = [_("Organisation"), _("Person"), _("Telephone"), _("E-mail")]
    filters: ClassVar = [
        related_filter("org", _("Organisation"), path="organisation", text="short_name"),
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
        """Return organisation, person, telephone and e-mail."""
        return (str(page.organisation), page.person, page.phone, page.email)
