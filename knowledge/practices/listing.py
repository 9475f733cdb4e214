"""The list of best practices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knowledge.listing import Listing, Order, related_filter
from knowledge.practices.models import PracticePage


class PracticeListing(Listing):
    """Best practices by title."""

    model = PracticePage
    columns: ClassVar = [_("Partners"), _("Field of action")]
    filters: ClassVar = [
        related_filter("org", _("Partner"), path="partners", text="short_name"),
        related_filter("field", _("Field of action"), path="field_of_action", text="title"),
    ]
    orders: ClassVar = [
        Order("title", _("Title"), ("title",)),
        Order("changed", _("Last change"), ("-last_published_at",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add partners and field of action."""
        queryset = super().base_queryset()
        return queryset.select_related("field_of_action").prefetch_related("partners")

    def cells(self, page: PracticePage) -> Sequence[str]:
        """Return partners and field of action."""
        partners = ", ".join(str(partner) for partner in page.partners.all())
        return (partners, str(page.field_of_action or ""))
