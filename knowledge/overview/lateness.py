"""What is late, what is silent, and the year's milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from knowledge.measures.models import ENDED, Milestone
from knowledge.overview.reading import Known
from knowledge.overview.tables import Cell, Table
from knowledge.plots.timeline import How, Mark, timeline

SHOWN = 20  # rows on the page; files have all
DRAWN = 30  # measures of the timeline


@dataclass(frozen=True, slots=True)
class _Step:
    """One milestone of a measure with the day that it stands for."""

    known: Known
    milestone: Milestone
    day: dt.date
    how: How


def late(measures: Sequence[Known]) -> Table:
    """Return the overdue milestones of measures that go on, the longest overdue first."""
    columns = [_("Measure"), _("Milestone"), _("Due on"), _("Days late"), _("Assessment")]
    steps = [one for measure in measures for one in _steps(measure) if one.how is How.LATE]
    steps.sort(key=lambda one: (one.day, one.known.page.pk, one.milestone.pk))
    today = timezone.localdate()
    values = [
        (one.known, [one.milestone.title, one.day, (today - one.day).days,
                     one.known.page.get_assessment_display()])
        for one in steps
    ]  # fmt: skip
    return Table("late", _("Late"), columns, [_row(columns, known, of) for known, of in values])


def silent(measures: Sequence[Known]) -> Table:
    """Return the measures of which nothing was heard for long, the longest silent first."""
    columns = [_("Measure"), _("Last news"), _("Days"), _("Responsible")]
    found = [(one, one.silent_since) for one in measures if one.silent_since]
    found.sort(key=lambda one: (one[1], one[0].page.pk))
    today = timezone.localdate()
    rows = [
        _row(columns, one, [day, (today - day).days, ", ".join(name for _slug, name in one.bodies)])
        for one, day in found
    ]
    return Table("silent", _("Silent"), columns, rows)


def years(measures: Sequence[Known]) -> list[int]:
    """Return the years with milestones, and this one, the latest first."""
    found = {one.day.year for measure in measures for one in _steps(measure)}
    return sorted(found | {timezone.localdate().year}, reverse=True)


def of_year(measures: Sequence[Known], year: int, *, most: int | None = None) -> Table:
    """Return the milestones of a year by measure, with their picture.

    Args:
        measures: In the order in which they are shown.
        year: Which one.
        most: Draw and list this many measures; a sentence says how many are left out. None shows all and draws nothing.
    """
    columns = [_("Measure"), _("Milestone"), _("Date"), _("How it stands")]
    by_measure = [
        (one, steps)
        for one in measures
        if (steps := [step for step in _steps(one) if step.day.year == year])
    ]
    shown = by_measure if most is None else by_measure[:most]
    rows = [
        _row(columns, one, [step.milestone.title, step.day, _words_of(step.how)])
        for one, steps in shown
        for step in steps
    ]
    title = _("Milestones in %(year)s") % {"year": year}
    table = Table("steps", title, columns, rows)
    if most is None or not shown:
        return table
    left_out = len(by_measure) - len(shown)
    plot = timeline(
        "steps",
        title,
        [(one.label, [Mark(step.day, step.how) for step in steps]) for one, steps in shown],
        first=dt.date(year, 1, 1),
        last=dt.date(year, 12, 31),
        today=timezone.localdate(),
    )
    return replace(table, plot=plot, note=_left_out(left_out))


def shortened(table: Table) -> Table:
    """Return the first rows of a table, with a sentence on how many there are more."""
    left_out = len(table.rows) - SHOWN
    if left_out <= 0:
        return table
    note = ngettext(
        "%(count)s more stands in the list and in the file.",
        "%(count)s more stand in the list and in the file.",
        left_out,
    )
    return replace(table, rows=table.rows[:SHOWN], note=note % {"count": left_out})


def _left_out(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(count)s more measure isn’t shown here; choose fewer with the filters. The file has all.",
        "%(count)s more measures aren’t shown here; choose fewer with the filters. The file has all.",
        number,
    ) % {"count": number}


def _steps(known: Known) -> Iterator[_Step]:
    """Yield the milestones that say something: what is open in a measure that has ended doesn't."""
    today, has_ended = timezone.localdate(), known.page.state in ENDED
    for one in known.milestones:
        if one.done_on:
            yield _Step(known, one, one.done_on, How.REACHED)
        elif not has_ended:
            yield _Step(known, one, one.due_on, How.LATE if one.due_on < today else How.DUE)


def _words_of(how: How) -> str:
    return {
        How.REACHED: pgettext("milestone", "reached"),
        How.DUE: pgettext("milestone", "due"),
        How.LATE: pgettext("milestone", "late"),
    }[how]


def _row(columns: Sequence[str], known: Known, values: Sequence[str | int | dt.date]) -> list[Cell]:
    named = Cell(known.label, known.page.url, columns[0])
    return [named, *(Cell(value, "", column) for value, column in zip(values, columns[1:], strict=True))]  # fmt: skip
