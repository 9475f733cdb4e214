"""What happens with a measure over the years: milestones, dated entries, who answers for a body, what was changed.

The page says what the measure is; what lives on is a row, so that no old version of the page brings it back.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.handling import Classification
from accounts.models import Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models.pages import MeasurePage
from knowledge.measures.models.vocabulary import Assessment, Horizon, NeedKind, Outcome, State
from knowledge.measures.querysets import EntryQuerySet, MilestoneQuerySet


class Milestone(models.Model):
    """A step by which one sees how far a measure is; there are no percentages."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), db_index=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_on = models.DateField(null=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def pk_text(self) -> str:
        """Return the number as names of forms have it."""
        return str(self.pk)

    @property
    def is_overdue(self) -> bool:
        """Tell whether it should have been reached by now."""
        return self.done_on is None and self.due_on < timezone.localdate()


class Entry(models.Model):
    """What happened with a measure on a day, and what comes next; `access.audience` may narrow it by its key."""

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="entries")
    happened_on = models.DateField(_("date"), db_index=True)
    text = models.TextField(_("what happened"), max_length=5000)
    next_step = models.TextField(_("next step"), max_length=1000, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    body = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measure_entries",
        verbose_name=_("by"),
    )
    evidence = models.TextField(_("evidence"), max_length=1000, blank=True)
    # Where it comes from: minutes or a paper, and there the line of a decision with its number.
    origin = models.ForeignKey(
        KnowledgePage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin_key = models.UUIDField(null=True, editable=False)
    reference = models.CharField(_("decision"), max_length=60, blank=True)
    classification = models.CharField(
        _("handling"),
        max_length=12,
        choices=Classification.choices,
        default=Classification.INTERNAL,
    )
    written_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering: ClassVar = ["-happened_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["measure", "-happened_on"], name="entry_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.happened_on:%d.%m.%Y}"

    @property
    def pk_text(self) -> str:
        """Return the number as names of forms have it."""
        return str(self.pk)

    @property
    def handling(self) -> Classification:
        """Return how it must be handled: a confidential page makes everything on it confidential."""
        if self.measure.classification == Classification.CONFIDENTIAL:
            return Classification.CONFIDENTIAL
        return Classification(self.classification)


class Contact(models.Model):
    """Who answers for a responsible body when this measure is asked about."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="body_contacts")
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="measure_contacts", verbose_name=_("contact")
    )

    class Meta:
        verbose_name = _("contact for a measure")
        verbose_name_plural = _("contacts for measures")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.person} ({self.body})"


class Subject(models.TextChoices):
    """What of a measure was changed."""

    STATE = "state", _("State")
    ASSESSMENT = "assessment", _("Assessment")
    MILESTONE = "milestone", _("Milestone")
    NEED = "need", _("Need")
    OUTCOME = "outcome", _("Decision on the need")


_CHOICES: dict[str, type[models.TextChoices]] = {
    Subject.STATE: State,
    Subject.ASSESSMENT: Assessment,
    Subject.OUTCOME: Outcome,
}


class Change(models.Model):
    """One value of a measure before and after: each number, date and state has its history."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="changes")
    subject = models.CharField(_("what"), max_length=12, choices=Subject.choices)
    row = models.PositiveBigIntegerField(null=True)  # of the milestone or need
    about = models.CharField(max_length=300, blank=True)  # its title, or the reason given
    before = models.CharField(_("before"), max_length=300, blank=True)
    after = models.CharField(_("after"), max_length=300, blank=True)
    changed_on = models.DateField(_("date"), db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of a measure")
        verbose_name_plural = _("changes of measures")
        ordering: ClassVar = ["-changed_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["measure", "subject", "-changed_on"], name="change_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.before} → {self.after}"

    @property
    def shown_before(self) -> str:
        """Return the value before, in words."""
        return self._in_words(self.before)

    @property
    def shown_after(self) -> str:
        """Return the value after, in words."""
        return self._in_words(self.after)

    def _in_words(self, value: str) -> str:
        """Name a stored choice; a need is stored as kind and amount."""
        kind, _space, amount = value.partition(" ")
        if self.subject == Subject.NEED and kind in NeedKind.values:
            return f"{amount.replace('.', ',')} {NeedKind(kind).label}"
        choices = _CHOICES.get(self.subject)
        return str(choices(value).label) if choices and value in choices.values else value


class SilentAfter(models.Model):
    """After how many days without news a measure of one horizon counts as silent; 90 where there is no row."""

    horizon = models.CharField(max_length=12, choices=Horizon.choices, blank=True, unique=True)
    days = models.PositiveSmallIntegerField(_("days"), default=90)

    class Meta:
        verbose_name = _("patience with silent measures")
        verbose_name_plural = _("patience with silent measures")

    def __str__(self) -> str:
        return f"{self.get_horizon_display()}: {self.days}"


class SilenceReminder(models.Model):
    """When a person was last reminded that a measure is silent."""

    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reminded_on = models.DateField()

    class Meta:
        verbose_name = _("reminder of a silent measure")
        verbose_name_plural = _("reminders of silent measures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "person"], name="one_silence_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.reminded_on}"
