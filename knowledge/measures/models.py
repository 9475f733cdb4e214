"""Measures of the master plan: one page each, and the page that lists them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.blocks import body_field
from knowledge.listing import IndexPageMixin
from knowledge.taxonomy.models import District, FieldOfAction


class Horizon(models.TextChoices):
    """When a measure is to be carried out, in the council paper's words."""

    IMMEDIATE = "immediate", _("immediate")
    SHORT_TERM = "short_term", _("short-term")
    LONG_TERM = "long_term", _("long-term")


class State(models.TextChoices):
    """How far a measure has come; the council paper doesn't say, so it may be empty."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("in progress")
    DONE = "done", _("completed")
    PAUSED = "paused", _("paused")
    DROPPED = "dropped", _("not pursued")


class MeasureIndexPage(IndexPageMixin, KnowledgePage):
    """All measures, by number, horizon, state, organisation, field of action and district."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["measures.MeasurePage"]

    class Meta:
        verbose_name = _("list of measures")
        verbose_name_plural = _("lists of measures")

    @property
    def listing_class(self) -> Any:
        """Filters, order and columns of the list."""
        from knowledge.measures.listing import MeasureListing

        return MeasureListing


class MeasurePage(KnowledgePage):
    """One measure: what the paper says of it, and what has been done since."""

    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True, db_index=True)
    horizon = models.CharField(
        _("horizon"), max_length=12, choices=Horizon.choices, blank=True, default=""
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, blank=True, default=""
    )
    field_of_action = models.ForeignKey(
        FieldOfAction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("field of action"),
    )
    districts = ParentalManyToManyField(
        District, blank=True, related_name="measures", verbose_name=_("districts")
    )
    body = body_field()
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.TextField(_("note on the source"), blank=True)

    shown_relations: ClassVar[tuple[str, ...]] = ("field_of_action",)
    parent_page_types: ClassVar = ["measures.MeasureIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("number"), FieldPanel("horizon"), FieldPanel("state")], heading=_("Facts")
        ),
        InlinePanel("responsibilities", label=_("Responsible organisation")),
        FieldPanel("field_of_action"),
        FieldPanel("districts"),
        FieldPanel("body"),
        InlinePanel("attachments", label=_("Attachment")),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("note")], heading=_("Source")),
    ]

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add who is responsible, and the practices linked to the measure that the reader may see."""
        from knowledge.measures.selectors import measure_details

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["details"] = measure_details(self, request.user)
        return context


class MeasureResponsibility(Orderable):
    """An organisation responsible for a measure, in printed order; the paper marks no lead."""

    measure = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="responsibilities")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="measure_responsibilities",
        verbose_name=_("organisation"),
    )
    is_lead = models.BooleanField(_("lead"), default=False)

    panels: ClassVar = [FieldPanel("organisation"), FieldPanel("is_lead")]

    class Meta(Orderable.Meta):
        verbose_name = _("responsible organisation")
        verbose_name_plural = _("responsible organisations")

    def __str__(self) -> str:
        return str(self.organisation)
