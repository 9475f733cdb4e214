"""Limit how many lines of one kind are written in an hour, so that nobody fills the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.models import Entry, Log

WINDOW = dt.timedelta(hours=1)
REFUSALS_AN_HOUR = 60  # of one person; who follows stale links meets a handful
FAILURES_AN_HOUR = 20  # sign-ins as one person, or with unknown names from one network; axes stops after 8 in a row

REFUSAL = "denied.object"
MISSING = "denied.missing"
MANY_REFUSALS = "denied.many"


def refusal_to_record(actor: User, reference: tuple[str, str]) -> str | None:
    """Return the action to record a refusal under, None if this hour has enough of them.

    Args:
        actor: Who was refused.
        reference: Model and primary key of what was refused.
    """
    recent = _recent(actor=actor, group="denied")
    object_type, object_id = reference
    if recent.filter(object_type=object_type, object_id=object_id).exists():
        return None
    count = recent.count()
    if count < REFUSALS_AN_HOUR:
        return REFUSAL
    return MANY_REFUSALS if count == REFUSALS_AN_HOUR else None


def failure_is_recorded(action: str, **where: Any) -> bool:
    """Tell whether to record one more failed sign-in, given the lines of that action in the last hour.

    Args:
        action: Name of the action.
        where: Columns that the lines have in common, such as `object_id`.
    """
    return _recent(action=action, **where).count() < FAILURES_AN_HOUR


def was_read_lately(action: str, actor: User, reference: tuple[str, str]) -> bool:
    """Tell whether a line of the last hour already records this read; files are fetched again and again."""
    object_type, object_id = reference
    read = {"action": action, "actor": actor, "object_type": object_type, "object_id": object_id}
    lately = Entry.objects.filter(log=Log.READS, at__gt=timezone.now() - WINDOW, **read)
    return lately.exists()


def _recent(**where: Any) -> QuerySet[Entry]:
    return Entry.objects.filter(log=Log.CHANGES, at__gt=timezone.now() - WINDOW, **where)
