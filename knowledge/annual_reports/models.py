"""A year's report: chosen sections and entries, what was marked in it, and what is kept of it once it is frozen."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import Space
from accounts.models import User
from knowledge.annual_reports.querysets import ReportQuerySet
from knowledge.files.models import KnowledgeDocument
from knowledge.measures.models import Entry, MeasurePage


class Stage(models.TextChoices):
    """How far a report is."""

    DRAFT = "draft", pgettext_lazy("report", "being written")
    WAITING = "waiting", pgettext_lazy("report", "waits for approval")
    FROZEN = "frozen", pgettext_lazy("report", "frozen")


class Frozen(TypeError):
    """Something tried to change or delete a frozen report; a correction is a new version."""

    def __init__(self) -> None:
        super().__init__("A frozen report is never changed; correct it by a new version.")


KEPT = (
    "space_id", "year", "version", "title", "as_of", "stage", "corrects_id", "correction_reason", "content", "digest",
    "frozen_at",
)  # fmt: skip


class Report(models.Model):
    """One version of the report of a space's measures on a year.

    `content` is its canonical form (`content.canonical`), written when it is handed in for approval; `digest` is the
    SHA-256 over it, written when it is frozen.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="annual_reports")
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    as_of = models.DateField(_("state at"))
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.DRAFT, db_index=True
    )
    corrects = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="+")
    correction_reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    compared_at = models.DateTimeField(null=True)
    compared_digest = models.CharField(max_length=64, blank=True)  # of what was compared
    submitted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(max_length=300, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    content = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering: ClassVar = ["-year", "-version", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["space", "year", "version"], name="one_report_a_version"
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.FROZEN) | ~Q(digest=""), name="frozen_has_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Return the address of the report."""
        return reverse("annual_reports:report", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        """Tell whether it doesn't change any more."""
        return self.stage == Stage.FROZEN

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; what a frozen report says stays as it is.

        Raises:
            Frozen: If it would change.
        """
        if self.pk is not None:
            # unscoped: compares the row with itself, shows nothing
            before = Report.objects.frozen().filter(pk=self.pk).values(*KEPT).first()
            if before and any(getattr(self, name) != value for name, value in before.items()):
                raise Frozen
        super().save(*args, **kwargs)


class PartKind(models.TextChoices):
    """What a section of a report is for; the council paper puts them into its own order."""

    RESOLUTION = "resolution", _("Proposed resolution")
    INTRODUCTION = "introduction", _("Introduction")
    MEASURE = "measure", _("Measure")
    COSTS = "costs", _("Effects on money and staff")
    OUTLOOK = "outlook", _("Outlook")


class Part(models.Model):
    """One section of a report, with its text as it is edited here."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=PartKind.choices)
    measure = models.ForeignKey(
        MeasurePage, on_delete=models.SET_NULL, null=True, related_name="report_parts"
    )
    title = models.CharField(_("heading"), max_length=255)
    reason = models.CharField(_("reason of the assessment"), max_length=300, blank=True)
    text = models.TextField(_("text"), max_length=50000, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("section of a report")
        verbose_name_plural = _("sections of reports")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "measure"], name="one_part_a_measure")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Return the address of its form."""
        return reverse("annual_reports:part", args=[self.pk])

    @property
    def is_measure(self) -> bool:
        """Tell whether it is about a measure."""
        return self.kind == PartKind.MEASURE


class Choice(models.Model):
    """Whether an entry, or a file of a measure, goes into a report, and why."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="choices")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    document = models.ForeignKey(
        KnowledgeDocument, on_delete=models.CASCADE, null=True, related_name="+"
    )
    measure = models.ForeignKey(MeasurePage, on_delete=models.CASCADE, related_name="+")
    is_in = models.BooleanField(_("in the report"), default=False)
    copied = models.TextField(blank=True)  # the words that went into the section's text
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("choice for a report")
        verbose_name_plural = _("choices for reports")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "entry"], name="one_choice_an_entry"),
            models.UniqueConstraint(
                fields=["report", "measure", "document"], name="one_choice_a_file"
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) ^ Q(document__isnull=False),
                name="choice_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.entry_id or self.document_id}"


class Mark(models.Model):
    """A passage of a report that also stands in a text that isn't public; holds words of the report alone."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="marks")
    passage = models.TextField()
    source_kind = models.CharField(max_length=12)  # see `sources`
    source = models.PositiveBigIntegerField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("marked passage")
        verbose_name_plural = _("marked passages")
        ordering: ClassVar = ["part__position", "pk"]

    def __str__(self) -> str:
        return self.passage[:60]


class ReportFile(models.Model):
    """A file that was copied when a report was frozen, or made of it since."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    is_copied = models.BooleanField(
        default=False
    )  # stands in the report; its digest is in the content
    file = models.FileField(upload_to="reports/")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        ordering: ClassVar = ["-is_copied", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "name"], name="one_file_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Making(models.Model):
    """How far the files of a report are that are made in the background."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", pgettext_lazy("files", "waiting")
        RUNNING = "running", pgettext_lazy("files", "being made")
        READY = "ready", pgettext_lazy("files", "made")
        CANCELLED = "cancelled", pgettext_lazy("files", "cancelled")
        FAILED = "failed", pgettext_lazy("files", "failed")

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="making")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("making of a report's files")
        verbose_name_plural = _("making of reports' files")

    def __str__(self) -> str:
        return f"{self.report}: {self.state}"

    @property
    def is_going_on(self) -> bool:
        """Tell whether files are still being made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
