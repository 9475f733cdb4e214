"""Working groups and the minutes of their meetings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.blocks import AgendaBlock
from knowledge.home.models import INDEX_PAGES, SpaceHomeMixin
from knowledge.listing import IndexPageMixin
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

    shown_relations: ClassVar[tuple[str, ...]] = ("field_of_action",)
    parent_page_types: ClassVar = ["home.StartPage"]
    subpage_types: ClassVar = INDEX_PAGES
    content_panels: ClassVar = [
        *KnowledgePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("kind"),
        FieldPanel("field_of_action"),
    ]

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the members; whoever may read the group's space may see who is in it."""
        from knowledge.groups.selectors import members_of

        context = super().get_context(request, *args, **kwargs)
        context["members"] = members_of(self)
        return context


class MinutesIndexPage(IndexPageMixin, KnowledgePage):
    """All minutes of a working group, newest first."""

    parent_page_types: ClassVar = ["groups.GroupPage", "home.SpacePage"]
    subpage_types: ClassVar = ["groups.MinutesPage"]

    class Meta:
        verbose_name = _("list of minutes")
        verbose_name_plural = _("lists of minutes")

    @property
    def listing_class(self) -> Any:
        """Filters, order and columns of the list."""
        from knowledge.groups.listing import MinutesListing

        return MinutesListing


class MinutesPage(KnowledgePage):
    """The minutes of one meeting."""

    held_on = models.DateField(_("date of the meeting"), db_index=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
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
                FieldPanel("place"),
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
        verbose_name_plural = _("minutes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add who took part."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["participants"] = list(self.participants.select_related("organisation"))
        return context


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
    is_present = models.BooleanField(_("present"), default=True)

    panels: ClassVar = [
        FieldPanel("name"), FieldPanel("organisation"), FieldPanel("is_present"),
    ]  # fmt: skip

    class Meta(Orderable.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return self.name
