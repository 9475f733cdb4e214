"""The list of articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from access.days import day_in_words
from knowledge.articles.models import ArticlePage
from knowledge.listing import Listing, Order


class ArticleListing(Listing):
    """Articles by title."""

    model = ArticlePage
    columns: ClassVar = [_("Last change")]
    orders: ClassVar = [
        # The order of the tree is what editors set, and what an import takes over from its source.
        Order("tree", _("Order of the list"), ()),
        Order("title", _("Title"), ("title",)),
        Order("changed", _("Last change"), ("-last_published_at",)),
    ]

    def cells(self, page: ArticlePage) -> Sequence[str]:
        """Return the day of the last change."""
        return (day_in_words(page.last_published_at) if page.last_published_at else "",)
