"""Events of the dialogue: formats that recur and things that happened."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel

from knowledge.basepage.models import KnowledgePage
from knowledge.blocks import body_field
from knowledge.listing import IndexPageMixin
from knowledge.taxonomy.models import District


class EventKind(models.TextChoices):
    """What sort of event it is."""

    DIALOGUE_FORMAT = "dialogue_format", _("dialogue format")
    SURVEY = "survey", _("survey")
    REPORTING = "reporting", _("reporting")
    COUNCIL_MANDATE = "council_mandate", _("council mandate")
    JOINT_OPERATION = "joint_operation", _("joint operation")


class EventIndexPage(IndexPageMixin, KnowledgePage):
    """All events, by kind and district."""

    parent_page_types: ClassVar = ["home.SpacePage", "groups.GroupPage"]
    subpage_types: ClassVar = ["events.EventPage"]

    class Meta:
        verbose_name = _("list of events")
        verbose_name_plural = _("lists of events")

    @property
    def listing_class(self) -> Any:
        """Filters, order and columns of the list."""
        from knowledge.events.listing import EventListing

        return EventListing


class EventPage(KnowledgePage):
    """One event, or a format that recurs and has no date of its own."""

    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    held_on = models.DateField(_("date"), null=True, blank=True, db_index=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="events", verbose_name=_("districts")
    )
    note = models.TextField(_("note on the source"), blank=True)
    body = body_field()

    parent_page_types: ClassVar = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("held_on"),
        FieldPanel("place"),
        FieldPanel("districts"),
        FieldPanel("body"),
        FieldPanel("note"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the districts."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["districts"] = list(self.districts.all())
        return context
