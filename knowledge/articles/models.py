"""Articles: knowledge that has no form of its own; also what the import makes of files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel

from knowledge.basepage.models import KnowledgePage
from knowledge.pages.blocks import body_field
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.wagtail_edge.forms import KnowledgePageForm


class DatedBy(models.TextChoices):
    """How the date of an article is known; files that were imported bring their own."""

    MAIL = "mail", _("head of the mail")
    PROPERTIES = "properties", _("properties of the file")
    TEXT = "text", _("head of the text")
    FILE = "file", _("last change of the file")
    PERSON = "person", _("entered here")


class ArticleForm(KnowledgePageForm):
    """Knows that a date which was changed by hand comes from a person."""

    def clean(self) -> dict[str, Any]:
        """Note where the date comes from now."""
        cleaned: dict[str, Any] = super().clean()
        if "dated_on" in self.changed_data:
            self.instance.dated_by = DatedBy.PERSON if cleaned.get("dated_on") else ""
        return cleaned


class ArticleIndexPage(IndexPageMixin, KnowledgePage):
    """Articles and further folders of articles."""

    parent_page_types: ClassVar = [
        "home.SpacePage", "groups.GroupPage", "articles.ArticleIndexPage",
    ]  # fmt: skip
    subpage_types: ClassVar = ["articles.ArticlePage", "articles.ArticleIndexPage"]

    class Meta:
        verbose_name = _("list of articles")
        verbose_name_plural = _("lists of articles")


class ArticlePage(KnowledgePage):
    """Text of any length, with files."""

    body = body_field()
    dated_on = models.DateField(
        _("date of the content"),
        null=True,
        blank=True,
        help_text=_("What the search sorts by; empty for the day of the first publication."),
    )
    dated_by = models.CharField(
        _("origin of the date"), max_length=12, choices=DatedBy.choices, blank=True, editable=False
    )

    base_form_class = ArticleForm
    parent_page_types: ClassVar = ["articles.ArticleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("body"),
        FieldPanel("dated_on"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
