"""The last value of each indicator that the reader may see, for the overview."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.indicators.models import Indicator, Value, plain
from knowledge.indicators.selectors import latest, series_for
from knowledge.overview.tables import Cell, Table


def last_values(user: Person) -> Table:
    """Return a line for each indicator, with the target that was set last; two queries."""
    columns = [_("Indicator"), _("Unit"), _("Good direction"), _("Year"), _("Value"), _("Target")]
    rows = [_row(columns, one, values) for one, values in series_for(user)]
    return Table("indicators", _("Indicators"), columns, rows)


def _row(columns: list[str], indicator: Indicator, values: Sequence[Value]) -> list[Cell]:
    last = latest(values)
    target = next((row.target for row in reversed(values) if row.target is not None), None)
    said = [
        indicator.unit,
        indicator.get_direction_display(),
        last.year if last else None,
        plain(last.value) if last else None,
        plain(target),
    ]
    cells = [Cell(value, "", column) for value, column in zip(said, columns[1:], strict=True)]
    return [Cell(str(indicator), indicator.url, columns[0]), *cells]
