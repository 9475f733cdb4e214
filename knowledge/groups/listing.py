"""The list of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.groups.models import MinutesPage
from knowledge.listing import Listing, Order, year_filter


class MinutesListing(Listing):
    """Minutes, newest first."""

    model = MinutesPage
    columns: ClassVar = [_("Date"), _("Place"), _("Chair")]
    filters: ClassVar = [
        year_filter("held_on"),
    ]
    orders: ClassVar = [
        Order("newest", _("Newest first"), ("-held_on",)),
        Order("oldest", _("Oldest first"), ("held_on",)),
        Order("title", _("Title"), ("title",)),
    ]

    def cells(self, page: MinutesPage) -> Sequence[str]:
        """Return date, place and chair."""
        return (date_format(page.held_on, "j. F Y"), page.place, page.chair)
