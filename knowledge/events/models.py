"""Events of the dialogue: formats that recur and things that happened."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models import MeasurePage
from knowledge.measures.rules import check_day
from knowledge.pages.blocks import body_field
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.taxonomy.models import District, FieldOfAction


class EventKind(models.TextChoices):
    """What sort of event it is."""

    NEIGHBOURHOOD_LAB = "neighbourhood_lab", _("neighbourhood lab")
    WORKSHOP = "workshop", _("workshop")
    EXPERT_TALK = "expert_talk", _("expert talk")
    DIALOGUE_FORMAT = "dialogue_format", _("dialogue format")
    SURVEY = "survey", _("survey")
    REPORTING = "reporting", _("reporting")
    COUNCIL_MANDATE = "council_mandate", _("council mandate")
    JOINT_OPERATION = "joint_operation", _("joint operation")


class EventIndexPage(IndexPageMixin, KnowledgePage):
    """All events, by kind, district, field of action and year."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["events.EventPage"]

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")


class EventPage(KnowledgePage):
    """One event, or a format that recurs and has no date of its own."""

    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    held_on = models.DateField(_("date"), null=True, blank=True, db_index=True)
    last_day = models.DateField(_("last day, if it takes several"), null=True, blank=True)
    begins_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="events", verbose_name=_("districts")
    )
    fields_of_action = ParentalManyToManyField(
        FieldOfAction, blank=True, related_name="events", verbose_name=_("fields of action")
    )
    participants = ParentalManyToManyField(
        Organisation,
        blank=True,
        related_name="events",
        verbose_name=_("organisations that took part"),
    )
    note = models.TextField(_("note on the source"), blank=True)
    body = body_field()
    results = body_field(_("results"))

    parent_page_types: ClassVar = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("held_on"),
        FieldPanel("last_day"),
        FieldPanel("begins_at"),
        FieldPanel("ends_at"),
        FieldPanel("place"),
        FieldPanel("districts"),
        FieldPanel("fields_of_action"),
        FieldPanel("participants"),
        FieldPanel("body"),
        FieldPanel("results"),
        InlinePanel("follow_ups", label=_("Follow-up measure")),
        FieldPanel("note"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def clean(self) -> None:
        """Refuse an event that ends before it begins, or in a year that nobody can mean."""
        super().clean()
        check_day("held_on", self.held_on)
        check_day("last_day", self.last_day)
        if self.last_day and (self.held_on is None or self.last_day < self.held_on):
            raise ValidationError(
                {
                    "last_day": gettext(
                        "The last day can’t be before the first. Correct one of them."
                    )
                }
            )
        if self.begins_at and self.held_on is None:
            raise ValidationError({"held_on": gettext("Say the day on which it begins, too.")})
        if self.ends_at and self.begins_at is None:
            raise ValidationError({"begins_at": gettext("Say when it begins, too.")})
        is_one_day = self.last_day in (None, self.held_on)
        if is_one_day and self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise ValidationError(
                {"ends_at": gettext("It can’t end before it begins. Correct one of the times.")}
            )


class FollowUp(Orderable):
    """A measure to which an event came."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="follow_ups")
    measure = models.ForeignKey(
        MeasurePage,
        on_delete=models.CASCADE,
        related_name="event_links",
        verbose_name=_("measure"),
    )

    panels: ClassVar = [FieldPanel("measure")]

    class Meta(Orderable.Meta):
        verbose_name = _("follow-up measure")
        verbose_name_plural = _("follow-up measures")

    def __str__(self) -> str:
        return str(self.measure)
