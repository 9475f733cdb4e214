"""Council papers and the sequence of bodies that deal with them (Beratungsfolge)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.blocks import body_field
from knowledge.pages.index_pages import IndexPageMixin


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


class SourceList(models.Model):
    """A list of the council information system, and how far it has been read."""

    key = models.CharField(max_length=500, unique=True)
    known_until = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    # Of the pass that is under way, if there is one: when it began, where it goes on, what it has met.
    begun_at = models.DateTimeField(null=True)
    next_url = models.TextField(blank=True)
    pages = models.PositiveIntegerField(default=0)
    news = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("list of the council information system")
        verbose_name_plural = _("lists of the council information system")
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.key


class SourceObject(models.Model):
    """What the source says of one thing, under its id without the host: hosts change, paths stay."""

    key = models.CharField(max_length=500, unique=True)
    url = models.TextField()
    kind = models.CharField(max_length=20, db_index=True)
    # The paper of a consultation, the consultation of an agenda item.
    belongs_to = models.CharField(max_length=500, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    modified_at = models.DateTimeField(null=True)
    is_deleted = models.BooleanField(default=False)
    # Of papers: how many changes wait for the page, the page, what it was made of, and what could not be taken over.
    waiting = models.PositiveIntegerField(default=0, db_index=True)
    page = models.OneToOneField(
        PaperPage,
        on_delete=models.SET_NULL,
        null=True,
        related_name="source",
    )
    written = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("object of the council information system")
        verbose_name_plural = _("objects of the council information system")

    def __str__(self) -> str:
        return self.key


class SourceUse(models.Model):
    """A paper says something of this object, so that it is written anew when the object changes."""

    paper = models.ForeignKey(SourceObject, on_delete=models.CASCADE, related_name="uses")
    key = models.CharField(max_length=500, db_index=True)

    class Meta:
        verbose_name = _("object that a paper uses")
        verbose_name_plural = _("objects that papers use")

    def __str__(self) -> str:
        return self.key
