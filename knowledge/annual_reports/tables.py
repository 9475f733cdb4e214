"""The figures of a report: each a table, some with a drawing that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from knowledge.indicators.models import Indicator, plain
from knowledge.indicators.selectors import plot_of
from knowledge.measures.models import Assessment, State
from knowledge.plots.bars import bars
from knowledge.plots.drawn import svg_of
from knowledge.tables.writing import written

Rows = list[list[str]]
Figure = dict[str, Any]


def figures_of(content: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Figure]:
    """Return the tables of a report; those that would be empty are left out.

    Args:
        content: What the report says, with its sections.
        before: The content of the report it is compared with; None if there is none.
    """
    measures = _measures(content)
    figures = [
        _counted(
            "states", _("Measures by state"), _("State"), State.choices, measures, "state"
        ),
        _counted(
            "assessments", _("Measures by assessment"), _("Assessment"), Assessment.choices, measures, "assessment"
        ),
        _money(measures),
        _compared(measures, before),
    ]  # fmt: skip
    return [one for one in figures if one["rows"]]


def _measures(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in content["parts"] if one["kind"] == "measure"]


def _counted(
    name: str,
    title: str,
    label: str,
    choices: Iterable[tuple[str, Any]],
    measures: Sequence[Mapping[str, Any]],
    of: str,
) -> Figure:
    counts = Counter(one[of] for one in measures)
    rows = [(str(words), counts[value]) for value, words in choices if counts[value]]
    if counts[""] and rows:
        rows.append((_("not stated"), counts[""]))
    return {
        "name": name,
        "title": title,
        "columns": [label, _("Number")],
        "rows": [[words, str(count)] for words, count in rows],
        "drawing": svg_of(bars(name, title, [(words, (count,)) for words, count in rows]))
        if rows
        else "",
    }


def _money(measures: Sequence[Mapping[str, Any]]) -> Figure:
    rows: Rows = []
    for one in measures:
        for need in one["needs"]:
            decided = [need["outcome_label"], need["deciding_body"], german_day(need["decided_on"])]
            rows.append(
                [
                    str(one["number"] or ""), one["title"], need["purpose"],
                    german_number(need["amount"]), need["kind_label"], str(need["from_year"] or ""),
                    ", ".join(filter(None, decided)), need["paper"],
                ]
            )  # fmt: skip
    columns = [
        pgettext("measure", "No."), _("Measure"), _("What for"), _("Amount"), _("Kind"), _("From the year"),
        _("Decision"), _("Paper"),
    ]  # fmt: skip
    title = _("Money, staff and decisions")
    return {"name": "needs", "title": title, "columns": columns, "rows": rows, "drawing": ""}


def _compared(measures: Sequence[Mapping[str, Any]], before: Mapping[str, Any] | None) -> Figure:
    """Hold each measure against the earlier report, by its number in the platform."""
    if before is None:
        return {"name": "compared", "title": "", "columns": [], "rows": [], "drawing": ""}
    earlier = {one["key"]: one for one in _measures(before) if one["key"] is not None}
    rows: Rows = []
    for one in measures:
        last = earlier.pop(one["key"], None)
        was = _stood(last) if last else _("not in that report")
        rows.append([str(one["number"] or ""), one["title"], was, _stood(one)])
    for gone in earlier.values():
        rows.append(
            [str(gone["number"] or ""), gone["title"], _stood(gone), _("not in this report")]
        )
    return {
        "name": "compared",
        "title": _("Compared with the report of %(year)s") % {"year": before["year"]},
        "columns": [
            pgettext("measure", "No."), _("Measure"), _("Then (%(year)s)") % {"year": before["year"]}, _("Now"),
        ],
        "rows": rows,
        "drawing": "",
    }  # fmt: skip


def indicator_figure(indicator: Indicator) -> Figure:
    """Return the yearly values of an indicator with their picture; a gap stays a gap, a break is marked."""
    values = list(indicator.values.all())
    rows = [
        [
            str(one.year), written(plain(one.value)), written(plain(one.target)),
            ", ".join(filter(None, (_("break in the series") if one.is_break else "", one.note))),
        ]
        for one in values
    ]  # fmt: skip
    return {
        "name": f"indicator-{indicator.pk}",
        "title": f"{indicator} ({indicator.unit})",
        "columns": [_("Year"), _("Value"), _("Target"), _("Note")],
        "rows": rows,
        "drawing": svg_of(plot_of(indicator, values)),
    }


def _stood(measure: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (measure["state_label"], measure["assessment_label"])))


def german_number(amount: str) -> str:
    """Write an amount the German way: 1.234,50."""
    if not amount:
        return ""
    whole, _point, cents = f"{Decimal(amount):,.2f}".partition(".")
    return f"{whole.replace(',', '.')},{cents}".removesuffix(",00")


def german_day(iso: str) -> str:
    """Write a day the German way: 05.03.2026."""
    return ".".join(reversed(iso.split("-"))) if iso else ""
