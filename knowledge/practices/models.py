"""Best practices: what worked somewhere, so that others need not find out again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models import MeasurePage
from knowledge.pages.blocks import RICH_TEXT_FEATURES
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.taxonomy.models import FieldOfAction


class PracticeIndexPage(IndexPageMixin, KnowledgePage):
    """All best practices, by partner and field of action."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["practices.PracticePage"]

    class Meta:
        verbose_name = _("list of best practices")
        verbose_name_plural = _("lists of best practices")


class PracticePage(KnowledgePage):
    """One best practice, told in five steps."""

    problem = RichTextField(_("problem"), blank=True, features=RICH_TEXT_FEATURES)
    approach = RichTextField(_("approach"), blank=True, features=RICH_TEXT_FEATURES)
    partners = ParentalManyToManyField(
        Organisation, blank=True, related_name="practices", verbose_name=_("partners")
    )
    results = RichTextField(_("results"), blank=True, features=RICH_TEXT_FEATURES)
    transferability = RichTextField(_("transferability"), blank=True, features=RICH_TEXT_FEATURES)
    field_of_action = models.ForeignKey(
        FieldOfAction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("field of action"),
    )

    parent_page_types: ClassVar = ["practices.PracticeIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("problem"),
        FieldPanel("approach"),
        FieldPanel("partners"),
        FieldPanel("results"),
        FieldPanel("transferability"),
        InlinePanel("measure_links", label=_("Measure")),
        FieldPanel("field_of_action"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("best practice")
        verbose_name_plural = _("best practices")


class PracticeMeasure(Orderable):
    """A measure that a best practice belongs to."""

    practice = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="measure_links")
    measure = models.ForeignKey(
        MeasurePage,
        on_delete=models.CASCADE,
        related_name="practice_links",
        verbose_name=_("measure"),
    )

    panels: ClassVar = [FieldPanel("measure")]

    class Meta(Orderable.Meta):
        verbose_name = _("linked measure")
        verbose_name_plural = _("linked measures")

    def __str__(self) -> str:
        return str(self.measure)
