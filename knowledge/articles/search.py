"""How articles become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.articles.models import ArticlePage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


def content(page: ArticlePage) -> PageContent:
    """Read one article."""
    text = PlainText()
    text.add_body(page.body)
    owner = page.owning_organisation
    return PageContent(text=text, organisations=[owner.slug] if owner else [])


def register() -> None:
    """Make articles findable."""
    register_page_kind(
        PageKind(
            model=ArticlePage,
            kind="article",
            content=content,
            prefetch=("owning_organisation",),
        ),
        _("Article"),
        aliases=(
            "artikel",
            "wissen",
        ),
    )
