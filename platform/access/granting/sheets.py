"""A sheet: rows in which a choice, an end date and a reason can be changed, any number of them at once.

Each row carries what it said when it was shown. So a row that was not touched is never written, and one that somebody
else has changed meanwhile is noticed, while the changes to other rows stay as they were typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from access.principals import Principal, key_of, principal_of
from access.selectors import Holding
from web.days import end_of, iso_day

NOTHING = "0"  # the choice that takes away
_DAY = forms.DateField(required=False)
_REASON = forms.CharField(max_length=300, required=False)


@dataclass(frozen=True, slots=True)
class Triple:
    """What a row says: choice, last day in ISO format or nothing, reason."""

    choice: str = NOTHING
    day: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return "|".join((self.choice, self.day, self.reason))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it is shown.

    Attributes:
        key: Names the principal (`access.granting.forms.key_of`).
        label: Its name.
        now: What is stored.
        typed: What stands in the fields.
        people: How many active people that are; None if that says nothing.
        facts: What else is known, such as who gave it.
        error: What is wrong with what was typed.
    """

    key: str
    label: str
    now: Triple = field(default_factory=Triple)
    typed: Triple = field(default_factory=Triple)
    people: int | None = None
    facts: tuple[str, ...] = ()
    error: str = ""

    @property
    def was(self) -> str:
        """What the row carries along to tell whether it was touched or changed by somebody else."""
        return str(self.now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row asks for; no choice takes away."""

    principal: Any
    choice: str | None
    until: dt.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows, what those that were touched ask for, and the values that repeat it after a confirmation."""

    rows: tuple[SheetRow, ...]
    wanted: tuple[Wanted, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[SheetRow, ...]:
        """Rows in which something is wrong."""
        return tuple(row for row in self.rows if row.error)


def row_of(holding: Holding, *, choice: str, facts: Sequence[str] = ()) -> SheetRow:
    """Return the row of a principal's grant, its fields filled with what is stored."""
    if holding.principal is None:
        raise ValueError("A platform role has no principal and can't be changed in a sheet.")
    now = Triple(choice, iso_day(holding.until), " ".join(holding.reason.split()))
    return SheetRow(
        key=key_of(holding.principal),
        label=holding.label,
        now=now,
        typed=now,
        people=holding.people,
        facts=tuple(facts),
    )


def read_sheet(data: QueryDict, rows: Sequence[SheetRow], *, choices: Mapping[str, str]) -> Sheet:
    """Return what was typed into the sheet.

    Args:
        data: The form: `rows` with the keys of its rows, and for each key `-choice`, `-until`, `-reason` and `-was`.
        rows: What is stored now.
        choices: Values that may be chosen, with their names.
    """
    stored = {row.key: row for row in rows}
    wanted: list[Wanted] = []
    hidden: dict[str, str] = {}
    for key in dict.fromkeys(data.get("rows", "").split()):
        typed = _typed(data, key)
        was = data.get(f"{key}-was", "")
        if str(typed) == was:
            continue
        principal = principal_of(key)
        if principal is None:
            continue  # gone, or never there: nothing can be written for it
        row = stored.get(key) or SheetRow(key=key, label=str(principal))
        row, one = _judged(row, principal, typed, was=was, choices=choices)
        stored[key] = row
        if one is not None:
            wanted.append(one)
            hidden |= _repeated(row)
    hidden["rows"] = " ".join(key_of(one.principal) for one in wanted)
    return Sheet(rows=tuple(stored.values()), wanted=tuple(wanted), hidden=hidden)


def _typed(data: QueryDict, key: str) -> Triple:
    return Triple(
        choice=data.get(f"{key}-choice", NOTHING),
        day=data.get(f"{key}-until", "").strip(),
        reason=" ".join(data.get(f"{key}-reason", "").split()),
    )


def _judged(
    row: SheetRow, principal: Principal, typed: Triple, *, was: str, choices: Mapping[str, str]
) -> tuple[SheetRow, Wanted | None]:
    """Return the row with what was typed or what is wrong with it, and what it asks for if nothing is."""
    if was != str(row.now):
        # The fields show what is stored now; what was typed was typed about something else.
        return replace(row, error=_changed_meanwhile()), None
    row = replace(row, typed=typed)
    if typed.choice not in {*choices, NOTHING}:
        return replace(row, error=_("Choose one of the columns.")), None
    try:
        day = _DAY.clean(typed.day)
        reason = _REASON.clean(typed.reason)
    except forms.ValidationError as error:
        return replace(row, error=" ".join(error.messages)), None
    taken = typed.choice == NOTHING
    until = end_of(day) if day and not taken else None
    if until is not None and until <= timezone.now():
        return replace(row, error=_("This day lies in the past. Choose a later one.")), None
    return row, Wanted(principal, None if taken else typed.choice, until, reason)


def _changed_meanwhile() -> str:
    return _(
        "Somebody else has changed this row in the meantime. It shows what is stored now; "
        "your entry for it was not saved."
    )


def _repeated(row: SheetRow) -> dict[str, str]:
    return {
        f"{row.key}-choice": row.typed.choice,
        f"{row.key}-until": row.typed.day,
        f"{row.key}-reason": row.typed.reason,
        f"{row.key}-was": row.was,
    }


def sheet_for(
    row: SheetRow, typed: Triple, principal: Principal, *, choices: Mapping[str, str]
) -> Sheet:
    """Return a sheet in which one row asks for `typed`, as another form has already checked."""
    data = QueryDict(mutable=True)
    data.update({"rows": row.key, **_repeated(replace(row, typed=typed))})
    return read_sheet(data, [row], choices=choices)
