"""Council papers and the sequence of bodies that deal with them (Beratungsfolge)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.blocks import body_field
from knowledge.listing import IndexPageMixin


class ConsultationRole(models.TextChoices):
    """What a body is asked for."""

    RECOMMENDATION = "recommendation", _("recommendation")
    DECISION = "decision", _("decision")
    INFORMATION = "information", _("information")


class PaperIndexPage(IndexPageMixin, KnowledgePage):
    """All council papers, newest first."""

    parent_page_types: ClassVar = ["home.SpacePage"]
    subpage_types: ClassVar = ["council.PaperPage"]

    class Meta:
        verbose_name = _("list of council papers")
        verbose_name_plural = _("lists of council papers")

    @property
    def listing_class(self) -> Any:
        """Filters, order and columns of the list."""
        from knowledge.council.listing import PaperListing

        return PaperListing


class PaperPage(KnowledgePage):
    """One council paper (Drucksache) with its facts and its consultations."""

    number = models.CharField(_("paper number"), max_length=40, unique=True)
    dated_on = models.DateField(_("date"), null=True, blank=True, db_index=True)
    publicity = models.CharField(_("publicity"), max_length=40, blank=True)
    lead = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_papers",
        verbose_name=_("lead department"),
    )
    deciding_body = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_papers",
        verbose_name=_("deciding body"),
    )
    decision_due_on = models.DateField(_("decision scheduled for"), null=True, blank=True)
    body = body_field()

    shown_relations: ClassVar[tuple[str, ...]] = ("lead", "deciding_body")
    parent_page_types: ClassVar = ["council.PaperIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("number"),
                FieldPanel("dated_on"),
                FieldPanel("publicity"),
                FieldPanel("lead"),
                FieldPanel("deciding_body"),
                FieldPanel("decision_due_on"),
            ],
            heading=_("Facts"),
        ),
        FieldPanel("body"),
        InlinePanel("facts", label=_("Further fact")),
        InlinePanel("consultations", label=_("Consultation")),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("council paper")
        verbose_name_plural = _("council papers")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the consultations in order, and the further facts."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["consultations"] = list(self.consultations.all())
        context["facts"] = list(self.facts.all())
        return context


class PaperFact(Orderable):
    """Something the paper says about itself that has no field of its own."""

    paper = ParentalKey(PaperPage, on_delete=models.CASCADE, related_name="facts")
    label = models.CharField(_("label"), max_length=120)
    value = models.CharField(_("value"), max_length=300, blank=True)

    panels: ClassVar = [FieldPanel("label"), FieldPanel("value")]

    class Meta(Orderable.Meta):
        verbose_name = _("further fact")
        verbose_name_plural = _("further facts")

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class Consultation(Orderable):
    """One body's turn: when, for what, and with which outcome once that is known."""

    paper = ParentalKey(PaperPage, on_delete=models.CASCADE, related_name="consultations")
    body = models.CharField(_("body"), max_length=200)
    held_on = models.DateField(_("session on"), null=True, blank=True)
    role = models.CharField(_("asked for"), max_length=16, choices=ConsultationRole.choices)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    panels: ClassVar = [
        FieldPanel("body"),
        FieldPanel("held_on"),
        FieldPanel("role"),
        FieldPanel("outcome"),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")

    def __str__(self) -> str:
        return self.body
