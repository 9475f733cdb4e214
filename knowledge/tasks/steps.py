"""The checklist of a task: whoever works on it adds lines and ticks them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from knowledge.tasks.models import Task, TaskStep
from knowledge.tasks.services import locked, may_work_on

MOST = 50  # lines of one checklist


@transaction.atomic
def keep_steps(task: Task, *, actor: User, done: Collection[int], new: Iterable[str]) -> None:
    """Tick what is done, untick what isn't, and add lines, as many as there is room for.

    Args:
        task: The task.
        actor: Who works on it.
        done: Primary keys of the lines that are done; those of other tasks count for nothing.
        new: Further lines; empty ones count for nothing.

    Raises:
        PermissionDenied: If the actor may not work on it.
    """
    task = locked(task)
    if not may_work_on(actor, task):
        raise PermissionDenied
    ticked = task.steps.filter(pk__in=done, done_at=None).update(done_at=timezone.now())
    ticked += task.steps.exclude(pk__in=done).exclude(done_at=None).update(done_at=None)
    lines = [text for line in new if (text := line.strip()[:200])][: MOST - task.steps.count()]
    TaskStep.objects.bulk_create(TaskStep(task=task, text=text) for text in lines)
    if ticked or lines:
        record("task.steps", actor=actor, obj=task)
