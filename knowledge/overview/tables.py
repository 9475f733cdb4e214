"""The overview's tables of counts, each with its picture; page and files are made of the same rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.measures.models import Assessment, Horizon, State
from knowledge.overview.listing import NONE, OverviewListing
from knowledge.overview.reading import Known, Named
from knowledge.plots.areas import AreaPlot, areas
from knowledge.plots.bars import BarPlot, bars
from knowledge.tables.writing import Value
from knowledge.taxonomy.maps import shown_map
from knowledge.taxonomy.models import District, DistrictMap


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and where it leads; `column` is its head, for narrow screens."""

    value: Value
    url: str = ""
    column: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is written as a date."""
        return isinstance(self.value, dt.date)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the overview.

    Attributes:
        name: In addresses.
        title: What it shows.
        columns: Heads; the first is that of the rows' own heads.
        rows: As many cells as there are columns.
        plot: The picture that says the same; None if there is none.
        note: A sentence on what isn't shown; empty if all is.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    plot: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Dimension:
    """One way to count: `name` is the filter's, `of` returns what a measure is counted under."""

    name: str
    title: Any  # a lazy translation
    of: Callable[[Known], Sequence[Named]]
    order: Sequence[str] = ()  # of the values; without one they are sorted by their words


def _one_of(column: str, choices: Any) -> Callable[[Known], Sequence[Named]]:
    named = {value: [(value, label)] for value, label in choices.choices if value}
    return lambda known: named.get(getattr(known, column), ())


DIMENSIONS = (
    _Dimension("state", gettext_lazy("Measures by state"), _one_of("state", State), State.values),
    _Dimension(
        "assessment",
        gettext_lazy("Measures by assessment"),
        _one_of("assessment", Assessment),
        Assessment.values,
    ),
    _Dimension(
        "horizon", gettext_lazy("Measures by horizon"), _one_of("horizon", Horizon), Horizon.values
    ),
    _Dimension("field", gettext_lazy("Measures by field of action"), lambda one: one.fields),
    _Dimension("org", gettext_lazy("Measures by responsible body"), lambda one: one.bodies),
    _Dimension("district", gettext_lazy("Measures by district"), lambda one: one.districts),
)
# What each table is called in the log.
NAMES: Mapping[str, Any] = {
    **{one.name: one.title for one in DIMENSIONS},
    "late": gettext_lazy("Late"),
    "silent": gettext_lazy("Silent"),
    "steps": gettext_lazy("Milestones"),
    "indicators": gettext_lazy("Indicators"),
}
_ASSESSMENTS = (*Assessment.values, "")


def counts(listing: OverviewListing, measures: Sequence[Known]) -> list[Table]:
    """Return a table for each way to count, with its picture; districts as a map if there is one."""
    tables = [_counted(one, listing, measures) for one in DIMENSIONS]
    chosen, shown = listing.values.get("district"), shown_map()
    if shown is None or chosen == NONE:
        return tables
    return [
        replace(one, plot=_map(one, shown, chosen)) if one.name == "district" else one
        for one in tables
    ]


def _map(table: Table, shown: DistrictMap, chosen: str | None) -> AreaPlot:
    """Return the totals of a table of districts on the map: the chosen district, or all, those without measures too."""
    numbers = {
        one.slug: (one.name, 0) for one in District.objects.all() if chosen in (None, one.slug)
    }
    slugs = {name: slug for slug, (name, _none) in numbers.items()}
    for row in table.rows:
        name = str(row[0].value)
        if name in slugs:
            numbers[slugs[name]] = (name, int(str(row[-1].value)))
    notes = [
        _("Outlines: %(source)s") % {"source": shown.source},
        _("Licence: %(licence)s") % {"licence": shown.licence},
    ]
    return areas(table.name, table.title, shown.outlines, numbers, notes=notes)


def _counted(by: _Dimension, listing: OverviewListing, measures: Sequence[Known]) -> Table:
    counted: Counter[tuple[str, str]] = Counter()
    words: dict[str, Any] = {NONE: gettext_lazy("Not stated")}
    # Of one body or district that the filter chose its row alone: its neighbours would need an address with two bodies,
    # which the list doesn't know.
    chosen = listing.values.get(by.name)
    for one in measures:
        for value, name in by.of(one) or ((NONE, words[NONE]),):
            if chosen in (None, value):
                counted[value, one.assessment] += 1
                words[value] = name
    found = {value for value, _assessment in counted}
    rows = _sorted(by, [(value, capfirst(str(words[value]))) for value in found])
    numbers = [[counted[value, one] for one in _ASSESSMENTS] for value, _words in rows]
    title = str(by.title)
    if by.name == "assessment":
        return _plain(by, title, listing, [(row, sum(of)) for row, of in zip(rows, numbers, strict=True)])  # fmt: skip
    heads = [*(capfirst(str(one.label)) for one in Assessment), _("Not assessed")]
    columns = [_head_of(by), *heads, _("Total")]
    return Table(
        name=by.name,
        title=title,
        columns=columns,
        rows=[_row(by, listing, columns, row, of) for row, of in zip(rows, numbers, strict=True)],
        plot=_plot(by, title, zip(rows, numbers, strict=True), heads),
    )


def _sorted(by: _Dimension, found: Iterable[Named]) -> list[Named]:
    places = {value: number for number, value in enumerate(by.order)}
    return sorted(
        found, key=lambda one: (one[0] == NONE, places.get(one[0], 0), one[1].casefold(), one[0])
    )


def _head_of(by: _Dimension) -> str:
    label = next(one.label for one in OverviewListing.filters if one.name == by.name)
    return str(label)


def _plain(
    by: _Dimension, title: str, listing: OverviewListing, rows: Sequence[tuple[Named, int]]
) -> Table:
    columns = [_head_of(by), _("Total")]
    return Table(
        name=by.name,
        title=title,
        columns=columns,
        rows=[
            [
                Cell(words, column=columns[0]),
                Cell(number, listing.url(**{by.name: value}), columns[1]),
            ]
            for (value, words), number in rows
        ],
        plot=bars(by.name, title, [(words, [number]) for (_value, words), number in rows]),
    )


def _row(
    by: _Dimension,
    listing: OverviewListing,
    columns: Sequence[str],
    row: Named,
    numbers: Sequence[int],
) -> list[Cell]:
    value, words = row
    cells = [Cell(words, column=columns[0])]
    for assessment, number, column in zip(_ASSESSMENTS, numbers, columns[1:], strict=False):
        url = listing.url(**{by.name: value, "assessment": assessment or NONE}) if number else ""
        cells.append(Cell(number, url, column))
    cells.append(Cell(sum(numbers), listing.url(**{by.name: value}), columns[-1]))
    return cells


def _plot(
    by: _Dimension,
    title: str,
    rows: Iterable[tuple[Named, Sequence[int]]],
    parts: Sequence[str],
) -> BarPlot:
    return bars(by.name, title, [(words, of) for (_value, words), of in rows], parts=parts)
