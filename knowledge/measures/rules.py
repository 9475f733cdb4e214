"""What can't be true of a measure at the same time: state, assessment and milestones are held against each other here.

Every service that changes one of the three asks `check`; so no form, import or bulk change contradicts itself in
silence. An overdue milestone only proposes "delayed": a person decides, and says why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge.measures.models import ENDED, NOT_WELL, Assessment, Milestone, Outcome, State

FIRST_YEAR, LAST_YEAR = 1990, 2100  # a year beyond is a slip of the keyboard
_NUMBER = re.compile(r"m?\s*(\d{1,4})", re.IGNORECASE)


def number_typed(typed: str) -> int | None:
    """Return the number of a measure that somebody typed, such as "M 12" or "12"; None if it is none."""
    found = _NUMBER.fullmatch(typed)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a measure stands."""

    state: str
    assessment: str = ""
    reason: str = ""


def check(standing: Standing, milestones: Iterable[Milestone]) -> None:
    """Refuse what contradicts itself.

    Args:
        standing: State, assessment and its reason, as they are to be.
        milestones: All of the measure, as they are to be.

    Raises:
        ValidationError: By field (`state`, `assessment`, `reason`), with a sentence that says what to do.
    """
    rows = list(milestones)
    _check_assessment(standing, [one for one in rows if one.is_overdue])
    _check_state(standing, rows)


def _check_assessment(standing: Standing, overdue: Sequence[Milestone]) -> None:
    if standing.assessment and standing.state in ENDED:
        raise ValidationError(
            {"assessment": _("A measure that was carried out or dropped is neither on track nor delayed. Leave the "
                             "assessment empty, or choose another state.")}
        )  # fmt: skip
    if standing.assessment in NOT_WELL and not standing.reason:
        raise ValidationError({"reason": _("Say in one sentence why it is delayed or stalled.")})
    if standing.assessment == Assessment.ON_TRACK and overdue and not standing.reason:
        first = overdue[0]
        raise ValidationError(
            {"reason": _("“%(milestone)s” was due on %(day)s and isn’t reached. Choose “delayed”, give the milestone "
                         "another date, or say in one sentence why the measure is on track all the same.")
             % {"milestone": first.title, "day": _day(first.due_on)}}
        )  # fmt: skip


def _check_state(standing: Standing, milestones: Sequence[Milestone]) -> None:
    still_open = [one for one in milestones if one.done_on is None]
    reached = [one for one in milestones if one.done_on is not None]
    if standing.state == State.DONE and still_open:
        raise ValidationError(
            {"state": _("“%(milestone)s” (due on %(day)s) isn’t reached yet. Note when it was reached, take it out, or "
                        "choose “being carried out”.")
             % {"milestone": still_open[0].title, "day": _day(still_open[0].due_on)}}
        )  # fmt: skip
    if standing.state == State.NOT_STARTED and reached:
        raise ValidationError(
            {"state": _("“%(milestone)s” is reached already, so the measure has begun. Choose “in planning” or “being "
                        "carried out”.") % {"milestone": reached[0].title}}
        )  # fmt: skip


def check_milestone(milestone: Milestone) -> None:
    """Refuse days that don't fit together.

    Raises:
        ValidationError: By field.
    """
    starts, due, done = milestone.starts_on, milestone.due_on, milestone.done_on
    for name, day in (("starts_on", starts), ("due_on", due), ("done_on", done)):
        check_day(name, day)
    if starts and due < starts:
        raise ValidationError(
            {"due_on": _("The milestone would be due (%(due)s) before it begins (%(begin)s). Correct one of the two.")
             % {"due": _day(due), "begin": _day(starts)}}
        )  # fmt: skip
    if done and done > timezone.localdate():
        raise ValidationError(
            {"done_on": _("This day is still to come. Note the day once the milestone is reached.")}
        )
    if done and starts and done < starts:
        raise ValidationError(
            {
                "done_on": _(
                    "The milestone can’t be reached before it begins. Correct one of the two."
                )
            }
        )


def check_day(field: str, day: dt.date | None) -> None:
    """Refuse a day in a year that nobody can mean.

    Raises:
        ValidationError: For the field.
    """
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError({field: odd_year(day.year)})


def odd_year(year: Any) -> str:
    """Return the sentence on a year that nobody can mean."""
    return _(
        "The year %(year)s can’t be meant. Write the day like 15.03.2027; nothing was saved."
    ) % {"year": year}


def proposal(standing: Standing, milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the overdue milestone that speaks for "delayed"; None if there is nothing to decide."""
    if standing.state in ENDED or standing.assessment in NOT_WELL:
        return None
    overdue = [one for one in milestones if one.is_overdue]
    return min(overdue, key=lambda one: one.due_on, default=None)


def _day(day: dt.date) -> str:
    return date_format(day, "j. F Y")


def check_need(need: Any) -> None:
    """Refuse amounts and decisions that can't be meant.

    Raises:
        ValidationError: By field.
    """
    if need.amount <= 0:
        raise ValidationError({"amount": _("Write how much is needed, as a number above zero.")})
    if need.from_year is not None and not FIRST_YEAR <= need.from_year <= LAST_YEAR:
        raise ValidationError({"from_year": odd_year(need.from_year)})
    check_day("decided_on", need.decided_on)
    is_decided = need.outcome in (Outcome.GRANTED, Outcome.PARTLY, Outcome.REFUSED)
    if is_decided and need.decided_on is None:
        raise ValidationError({"decided_on": _("Say on which day it was decided.")})
    if is_decided and need.decided_on > timezone.localdate():
        raise ValidationError(
            {"decided_on": _("This day is still to come. Note the outcome once it was decided.")}
        )
    if not is_decided and need.decided_on is not None:
        raise ValidationError(
            {
                "outcome": _(
                    "There is a day of the decision, but no outcome. Choose one, or leave the day empty."
                )
            }
        )
