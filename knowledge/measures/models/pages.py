"""Measures of the master plan: one page each, and the page that lists them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models.vocabulary import Assessment, Horizon, State
from knowledge.pages.blocks import body_field
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.taxonomy.models import District, FieldOfAction

# How a measure stands: columns of the page, and of none of its versions.
STANDING = ("state", "state_since", "assessment", "assessment_reason", "assessed_on")


class MeasureIndexPage(IndexPageMixin, KnowledgePage):
    """All measures, by number, horizon, state, organisation, field of action and district."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["measures.MeasurePage"]

    class Meta:
        verbose_name = _("list of measures")
        verbose_name_plural = _("lists of measures")


class MeasurePage(KnowledgePage):
    """One measure: what the paper says of it, and what has been done since."""

    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True, db_index=True)
    horizon = models.CharField(
        _("horizon"), max_length=12, choices=Horizon.choices, blank=True, default=""
    )
    # How the measure stands belongs to the page and to no version of it: `knowledge.measures.services` alone writes it.
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, blank=True, default="", editable=False
    )
    state_since = models.DateField(_("in this state since"), null=True, editable=False)
    assessment = models.CharField(
        _("assessment"),
        max_length=12,
        choices=Assessment.choices,
        blank=True,
        default="",
        editable=False,
    )
    assessment_reason = models.CharField(
        _("reason of the assessment"), max_length=300, blank=True, default="", editable=False
    )
    assessed_on = models.DateField(_("assessed on"), null=True, editable=False)
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

    parent_page_types: ClassVar = ["measures.MeasureIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        MultiFieldPanel([FieldPanel("number"), FieldPanel("horizon")], heading=_("Facts")),
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

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the page; how the measure stands stays as it is, whatever version is published or restored."""
        if not self._state.adding:
            # unscoped: keeps columns, shows nothing
            standing = type(self).objects.filter(pk=self.pk).values(*STANDING).first() or {}
            for name, value in standing.items():
                setattr(self, name, value)
        return super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """Return number and title, as people speak of it."""
        return label_of(self.number, self.title)


def label_of(number: int | None, title: str) -> str:
    """Return number and title of a measure, as people speak of it."""
    return title if number is None else f"M {number} {title}"


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

    @property
    def url(self) -> str:
        """Return the address of the organisation's page."""
        return self.organisation.url
