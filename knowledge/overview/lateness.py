"""What is late, what is silent, and the year's milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from knowledge.measures.models import Assessment
from knowledge.overview.reading import Known
from knowledge.overview.tables import Cell, Table
from knowledge.plots.timeline import How, Mark, timeline

SHOWN = 20  # rows on the page; files have all
DRAWN = 30  # measures of the timeline


def late(measures: Sequence[Known], *, most: int | None = None) -> Table:
    """Return the overdue milestones of measures that go on, the longest overdue first.

    Args:
        measures: Those that are looked at.
        most: List this many; a sentence says how many there are more. None lists all.
    """
    columns = [_("Measure"), _("Milestone"), _("Due on"), _("Days late"), _("Assessment")]
    steps = [(one, step) for one in measures for step in one.steps if step.how is How.LATE]
    steps.sort(key=lambda pair: (pair[1].day, pair[0].pk, pair[1].pk))
    today, assessments = timezone.localdate(), dict(Assessment.choices)
    rows = [
        _row(columns, one, [step.title, step.day, (today - step.day).days,
                            str(assessments.get(one.assessment, ""))])
        for one, step in steps[:most]
    ]  # fmt: skip
    return Table("late", _("Late"), columns, rows, note=_more(len(steps) - len(rows)))


def silent(measures: Sequence[Known], *, most: int | None = None) -> Table:
    """Return the measures of which nothing was heard for long, the longest silent first; `most` as in `late`."""
    columns = [_("Measure"), _("Last news"), _("Days"), _("Responsible")]
    found = [(one, one.silent_since) for one in measures if one.silent_since]
    found.sort(key=lambda one: (one[1], one[0].pk))
    today = timezone.localdate()
    rows = [
        _row(columns, one, [day, (today - day).days, ", ".join(name for _slug, name in one.bodies)])
        for one, day in found[:most]
    ]
    return Table("silent", _("Silent"), columns, rows, note=_more(len(found) - len(rows)))


def years(measures: Sequence[Known]) -> list[int]:
    """Return the years with milestones, and this one, the latest first."""
    found = {step.day.year for measure in measures for step in measure.steps}
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
        if (steps := [step for step in one.steps if step.day.year == year])
    ]
    shown, words = by_measure[:most], _words()
    rows = [
        _row(columns, one, [step.title, step.day, words[step.how]])
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


def _more(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(count)s more stands in the list and in the file.",
        "%(count)s more stand in the list and in the file.",
        number,
    ) % {"count": number}


def _left_out(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(count)s more measure isn’t shown here; choose fewer with the filters. The file has all.",
        "%(count)s more measures aren’t shown here; choose fewer with the filters. The file has all.",
        number,
    ) % {"count": number}


def _words() -> Mapping[How, str]:
    return {
        How.REACHED: pgettext("milestone", "reached"),
        How.DUE: pgettext("milestone", "due"),
        How.LATE: pgettext("milestone", "late"),
    }


def _row(columns: Sequence[str], known: Known, values: Sequence[str | int | dt.date]) -> list[Cell]:
    named = Cell(known.label, known.url, columns[0])
    return [named, *(Cell(value, "", column) for value, column in zip(values, columns[1:], strict=True))]  # fmt: skip
