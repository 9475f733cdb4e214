"""The list of council papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.council.models import PaperPage
from knowledge.listing import Listing, Order, year_filter


class PaperListing(Listing):
    """Council papers, newest first."""

    model = PaperPage
    columns: ClassVar = [_("Paper number"), _("Date"), _("Deciding body")]
    filters: ClassVar = [year_filter("dated_on")]
    orders: ClassVar = [
        Order("newest", _("Newest first"), (F("dated_on").desc(nulls_last=True),)),
        Order("title", _("Title"), ("title",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the deciding body."""
        return super().base_queryset().select_related("deciding_body")

    def cells(self, page: PaperPage) -> Sequence[str]:
        """Return number, date and deciding body."""
        date = date_format(page.dated_on, "j. F Y") if page.dated_on else ""
        return (page.number, date, str(page.deciding_body or ""))
