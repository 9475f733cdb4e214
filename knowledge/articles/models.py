"""Articles: knowledge that has no form of its own; also what the import makes of files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel

from knowledge.basepage.models import KnowledgePage
from knowledge.blocks import body_field
from knowledge.listing import IndexPageMixin


class ArticleIndexPage(IndexPageMixin, KnowledgePage):
    """Articles and further folders of articles."""

    parent_page_types: ClassVar = [
        "home.SpacePage", "groups.GroupPage", "articles.ArticleIndexPage",
    ]  # fmt: skip
    subpage_types: ClassVar = ["articles.ArticlePage", "articles.ArticleIndexPage"]

    class Meta:
        verbose_name = _("list of articles")
        verbose_name_plural = _("lists of articles")

    @property
    def listing_class(self) -> Any:
        """Filters, order and columns of the list."""
        from knowledge.articles.listing import ArticleListing

        return ArticleListing

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the folders below this one."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        folders = ArticleIndexPage.objects.child_of(self).visible_to(request.user)
        context["folders"] = list(folders.order_by("title"))
        return context


class ArticlePage(KnowledgePage):
    """Text of any length, with files."""

    body = body_field()

    parent_page_types: ClassVar = ["articles.ArticleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("body"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
