"""Tasks: what somebody promised to do, until when, and where it was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.principals import label_of
from accounts.models import Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.tasks.querysets import TaskQuerySet
from web.linked import Linked


class State(models.TextChoices):
    """How far a task is."""

    OPEN = "open", _("open")
    RUNNING = "running", _("in progress")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN_STATES = (State.OPEN, State.RUNNING)


class Task(models.Model):
    """One task. Whoever is charged with it sees it, though its origin may be hidden: the task alone."""

    what = models.CharField(_("task"), max_length=300)
    person = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("person"),
    )
    body = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("organisation"),
        help_text=_("Charged with it until one of its people takes it."),
    )
    charged_as = models.CharField(
        _("charged in the minutes"), max_length=200, blank=True, editable=False
    )
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("space")
    )
    origin = models.ForeignKey(
        KnowledgePage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed in"),
    )
    origin_key = models.UUIDField(null=True, editable=False)
    passage = models.UUIDField(null=True, editable=False)  # in which it stands, perhaps narrowed
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    reference = models.CharField(_("decision"), max_length=60, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    linked: Sequence[Linked] = ()  # where it leads, on pages that ask `web.linked`

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin", "origin_key"],
                condition=Q(origin_key__isnull=False),
                name="one_task_a_line",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "state"], name="task_of_person"),
            models.Index(fields=["space", "state"], name="task_of_space"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def url(self) -> str:
        """Return the address of the task's page."""
        return reverse("tasks:task", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done."""
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        """Tell whether it should have been done by now."""
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_done(self) -> bool:
        """Tell whether it was done."""
        return self.state == State.DONE

    @property
    def who(self) -> str:
        """Name whoever is charged with it."""
        charged = self.person or self.body
        return label_of(charged) if charged else ""


class TaskNote(models.Model):
    """What somebody wrote about a task; its newest is the state of things."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note on a task")
        verbose_name_plural = _("notes on tasks")
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text


class TaskStep(models.Model):
    """One line of a task's checklist."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(_("step"), max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step of a task")
        verbose_name_plural = _("steps of tasks")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text


class HandOver(models.Model):
    """A task that somebody wants to give to somebody else, who accepts or declines."""

    class Answer(models.TextChoices):
        """What came of it."""

        WAITING = "waiting", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="hand_overs")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    offered_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hand-over of a task")
        verbose_name_plural = _("hand-overs of tasks")
        ordering: ClassVar = ["offered_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(answer="waiting"), name="one_waiting_hand_over"
            )
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"
