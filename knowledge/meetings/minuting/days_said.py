"""What is said beside a field about the day that was typed there: how it is understood, or that it is no day yet."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge.meetings.minuting.entry import task_line_in
from knowledge.tasks.days import understood
from knowledge.tasks.lines import taken_apart

WITH_DAYS = frozenset({"due", "resubmit_on", "held_on", "notes"})
"""Fields of the form in which days are typed."""


def said_of(kind: str, typed: str, today: dt.date) -> str:
    """Return what is said beside a field of one of these kinds; empty if nothing is.

    Args:
        kind: Which field it is.
        typed: What stands in it.
        today: From which "Freitag" and "in 2 Wochen" are counted.
    """
    return said_of_lines(typed, today) if kind == "notes" else said_of_day(typed, today)


def said_of_day(typed: str, today: dt.date) -> str:
    """Return a sentence about a day that was typed; empty where it stands as it is understood."""
    typed = typed.strip()
    if not typed:
        return ""
    day = understood(typed, today)
    if day is None:
        return no_day_yet(typed)
    return "" if typed == date_format(day, "d.m.Y") else _understood(day)


def no_day_yet(typed: str) -> str:
    """Say that what was typed is no day, and how one is written."""
    return _("No date yet: “%(typed)s”. Write it like 15.3., Freitag or in 2 Wochen.") % {
        "typed": typed
    }


def said_of_lines(notes: str, today: dt.date) -> str:
    """Return a line about each line of a text that states a task ("A: EDG: Laternen zählen bis 15.3.")."""
    lines = (line for typed in notes.splitlines() if (line := task_line_in(typed)))
    return "\n".join(_of_line(line, today) for line in lines)


def _of_line(line: str, today: dt.date) -> str:
    task = taken_apart(line, today)
    if task.due_on is None:
        return _("“%(task)s”: no date yet") % {"task": task.what}
    return _("“%(task)s”: %(day)s") % {"task": task.what, "day": _understood(task.due_on)}


def _understood(day: dt.date) -> str:
    return date_format(day, "l, j. F Y")
