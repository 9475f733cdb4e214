"""Articles: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.pages.kinds import PageContent, PageKind
from knowledge.pages.listing import Listing, Order
from knowledge.text import PlainText
from web.days import day_in_words


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


def content(page: ArticlePage) -> PageContent:
    """Read one article."""
    text = PlainText()
    text.add_body(page.body)
    owner = page.owning_organisation
    return PageContent(text=text, organisations=[owner.slug] if owner else [])


KIND = PageKind(
    name="article",
    model=ArticlePage,
    label=_("Article"),
    new_label=_("New article"),
    aliases=("artikel", "wissen"),
    index=ArticleIndexPage,
    takes_documents=True,
    listing=ArticleListing,
    content=content,
    prefetch=("owning_organisation",),
    dated_on="dated_on",
    facts=("dated_on",),
    texts=("body",),
)
