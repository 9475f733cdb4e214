"""Working groups and the minutes of their meetings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from accounts.models import Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.home.models import SpaceHomeMixin
from knowledge.pages.blocks import AgendaBlock
from knowledge.pages.index_pages import IndexPageMixin
from knowledge.taxonomy.models import FieldOfAction


class GroupKind(models.TextChoices):
    """Whether a working group exists or is to be set up."""

    WORKING_GROUP = "working_group", _("working group")
    PROPOSED = "proposed_working_group", _("working group to be set up")


class GroupPage(SpaceHomeMixin, KnowledgePage):
    """The home page of a working group: its space's root, with its circle of members."""

    kind = models.CharField(_("kind"), max_length=24, choices=GroupKind.choices)
    field_of_action = models.ForeignKey(
        FieldOfAction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="groups",
        verbose_name=_("field of action"),
    )

    parent_page_types: ClassVar = ["home.StartPage"]
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("kind"),
        FieldPanel("field_of_action"),
    ]

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")


class MinutesIndexPage(IndexPageMixin, KnowledgePage):
    """All minutes of a working group, newest first."""

    parent_page_types: ClassVar = ["groups.GroupPage", "home.SpacePage"]
    subpage_types: ClassVar = ["groups.MinutesPage"]

    class Meta:
        verbose_name = _("list of minutes")
        verbose_name_plural = _("lists of minutes")


class MinutesPage(KnowledgePage):
    """The minutes of one meeting."""

    held_on = models.DateField(_("date of the meeting"), db_index=True)
    begins_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link to the meeting"), blank=True)
    chair = models.CharField(_("chair"), max_length=120, blank=True)
    keeper = models.CharField(_("keeper of the minutes"), max_length=120, blank=True)
    agenda = StreamField(AgendaBlock(), blank=True, verbose_name=_("agenda"))

    parent_page_types: ClassVar = ["groups.MinutesIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("held_on"),
                FieldPanel("begins_at"),
                FieldPanel("ends_at"),
                FieldPanel("place"),
                FieldPanel("link"),
                FieldPanel("chair"),
                FieldPanel("keeper"),
            ],
            heading=_("Meeting"),
        ),
        InlinePanel("participants", label=_("Participant")),
        FieldPanel("agenda"),
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = pgettext_lazy("of several meetings", "minutes")


class Participant(Orderable):
    """Somebody who was at a meeting, or was excused."""

    minutes = ParentalKey(MinutesPage, on_delete=models.CASCADE, related_name="participants")
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
        editable=False,
    )
    is_present = models.BooleanField(_("present"), default=True)
    was_excused = models.BooleanField(_("excused, if absent"), default=True)
    from_item = models.PositiveSmallIntegerField(_("from item"), null=True, blank=True)
    to_item = models.PositiveSmallIntegerField(_("to item"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=120, blank=True)

    panels: ClassVar = [
        FieldPanel("name"), FieldPanel("organisation"), FieldPanel("is_present"), FieldPanel("was_excused"),
        FieldPanel("from_item"), FieldPanel("to_item"), FieldPanel("remark"),
    ]  # fmt: skip

    class Meta(Orderable.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return self.name

    @property
    def items_typed(self) -> str:
        """Return for which items this person was there, as it is typed; empty for all of them."""
        first, last = self.from_item or "", self.to_item or ""
        return str(first) if first == last else f"{first}–{last}"

    def was_there_for(self, number: int) -> bool:
        """Tell whether this person was there while the item of this number was on."""
        return self.is_present and (self.from_item or 0) <= number <= (self.to_item or number)
