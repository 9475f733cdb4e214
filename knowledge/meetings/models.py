"""Meetings: how far their minutes are, what was decided, and what the next ones will be about.

The minutes are a page; what must not come back with one of its old versions, and what lives on, are rows here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.audience import open_passages
from access.handling import is_confidential
from access.models import Space
from access.querysets import visible_pages
from access.rights import Person
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import MinutesPage
from knowledge.meetings.leading import ReleaseTask as ReleaseTask  # a model of this app
from knowledge.pages.blocks import Result
from web.linked import Linked


class Approval(models.TextChoices):
    """How the minutes of a group come to be approved."""

    MEETING = "meeting", _("by the next meeting")
    LEAD = "lead", _("by whoever leads the group")
    SILENCE = "silence", _("by silence, if nobody objects in time")


class Rules(models.Model):
    """How one group keeps its minutes; without a row the defaults count."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="meeting_rules")
    short_name = models.CharField(
        _("short name in numbers of decisions"),
        max_length=20,
        blank=True,
        help_text=_("Such as ÖR: decisions are called ÖR 2026/14 then. Numbers given stay."),
    )
    approval = models.CharField(
        _("approval of the minutes"),
        max_length=10,
        choices=Approval.choices,
        default=Approval.MEETING,
    )
    silence_days = models.PositiveSmallIntegerField(
        _("days after which silence is consent"), default=14
    )

    needs_release = models.BooleanField(
        _("whoever leads the group releases minutes before they go out"), default=False
    )

    class Meta:
        verbose_name = _("rules for minutes")
        verbose_name_plural = _("rules for minutes")

    def __str__(self) -> str:
        return f"{self.space}: {self.get_approval_display()}"


class State(models.TextChoices):
    """How far a meeting is; pages without a row were filed as they are."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held, minutes are being written")
    CIRCULATED = "circulated", _("draft, not approved yet")
    APPROVED = "approved", _("approved")
    CANCELLED = "cancelled", _("cancelled")


class Meeting(models.Model):
    """One meeting from the invitation to its approved minutes."""

    page = models.OneToOneField(MinutesPage, on_delete=models.CASCADE, related_name="meeting")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    invited_at = models.DateTimeField(null=True, blank=True)
    told_when = models.CharField(
        max_length=700, blank=True
    )  # day, time and place of the last entry
    sequence = models.PositiveIntegerField(default=0)  # of the calendar entry, rising
    drawn_at = models.DateTimeField(null=True, blank=True)  # None: never got its agenda
    mail_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    approves = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approval_key = models.UUIDField(null=True)  # of the item that approves the minutes above
    overdue_key = models.UUIDField(null=True)  # of the item with overdue tasks, once it was drawn
    half_typed = models.JSONField(default=dict, blank=True)
    # read and written by minuting.half_typed
    circulated_at = models.DateTimeField(null=True, blank=True)
    silence_ends_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    approved_how = models.CharField(max_length=10, choices=Approval.choices, blank=True)
    approved_in = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes: ClassVar = [
            models.Index(fields=["state", "silence_ends_on"], name="meeting_silence")
        ]

    def __str__(self) -> str:
        return str(self.page)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by who may see them."""

    def visible_to(self, user: Person) -> DecisionQuerySet:
        """Keep those whose minutes `user` may read, if the item isn't narrowed to others."""
        return self.filter(visible_pages(user, "page__"), open_passages(user, "item_key"))

    def newest_first(self) -> DecisionQuerySet:
        """Sort by the day, then by the number."""
        return self.order_by("-decided_on", "-year", "-running", "pk")


class Decision(models.Model):
    """What was decided, under a number that it keeps for ever; a line that is gone leaves its number behind."""

    page = models.ForeignKey(MinutesPage, on_delete=models.CASCADE, related_name="decision_rows")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="decisions")
    key = models.UUIDField(editable=False)
    item_key = models.UUIDField(editable=False)
    item_title = models.CharField(_("agenda item"), max_length=200)
    year = models.PositiveSmallIntegerField()
    running = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=60, db_index=True)
    text = models.TextField(_("decision"))
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    votes = models.CharField(_("votes"), max_length=120, blank=True)
    decided_on = models.DateField(_("decided on"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    about = models.ManyToManyField(
        KnowledgePage, related_name="+", blank=True, verbose_name=_("measures and papers")
    )

    linked: Sequence[Linked] = ()  # where it leads, on pages that ask `web.linked`

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["space", "year", "running"], name="one_number_once"),
            models.UniqueConstraint(fields=["page", "key"], name="one_decision_a_line"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def url(self) -> str:
        """Return the permanent address."""
        return reverse("meetings:decision", args=[self.space.slug, self.year, self.running])

    @property
    def text_in_lists(self) -> str:
        """Return what lists show: the text, or that its own page shows it, which records the reading.

        It needs `page`.
        """
        if is_confidential(self.page):
            return gettext("The text shows on the page only, where reading it is recorded.")
        return self.text


class NumberCounter(models.Model):
    """The last number given in a space and year: deleting decisions frees none."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["space", "year"], name="one_counter_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.space} {self.year}: {self.last}"


class Topic(models.Model):
    """Something to talk about, in a group's store; the next agenda is drawn from it."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(_("topic"), max_length=200)
    reporter = models.CharField(_("reporter"), max_length=120, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateField(_("not before"), null=True, blank=True)
    came_from = models.ForeignKey(
        MinutesPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    came_from_key = models.UUIDField(null=True, unique=True)
    taken_by = models.ForeignKey(
        MinutesPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_key = models.UUIDField(null=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar = ["proposed_at", "pk"]

    def __str__(self) -> str:
        return self.title


class Addendum(models.Model):
    """A correction of approved minutes: they stay as they are, and this stands below them."""

    page = models.ForeignKey(MinutesPage, on_delete=models.CASCADE, related_name="addenda")
    text = models.TextField(_("addendum"), max_length=5000)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering: ClassVar = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.text


class Invitation(models.Model):
    """Somebody was invited to a meeting, and may have answered."""

    class Answer(models.TextChoices):
        """Whether somebody will come."""

        OPEN = "open", _("no answer yet")
        ACCEPTED = "accepted", _("will come")
        DECLINED = "declined", _("won’t come")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    mailed_sequence = models.PositiveIntegerField(null=True)  # None: not mailed yet
    refused_at = models.DateTimeField(null=True)  # the mail server doesn't know the address

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="one_invitation")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_answer_display()}"


class Feed(models.Model):
    """The secret address under which somebody's calendar program fetches the meetings; only its hash is kept."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    hashed = models.CharField(max_length=64, unique=True)
    epoch = (
        models.PositiveIntegerField()
    )  # a closed account's feed ends with its sessions, for good
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.person)


def rules_of(space: Any) -> Rules:
    """Return the rules of a group; the defaults, not saved, if nobody chose."""
    return Rules.objects.filter(space=space).first() or Rules(space=space)


def space_of(page: MinutesPage) -> Space:
    """Return the space in which minutes lie."""
    return cast(Space, page.space)  # only the roots of the tree have none


def lock_meeting(page: MinutesPage) -> Meeting:
    """Return the meeting of a page, locked until the transaction ends; it is made for a page that was only filed."""
    locked = Meeting.objects.select_for_update(of=("self",)).select_related("page")
    found: Meeting | None = locked.filter(page=page.pk).first()
    if found is None:
        Meeting.objects.get_or_create(page_id=page.pk, defaults={"state": State.HELD})
        found = locked.get(page=page.pk)
    return found
