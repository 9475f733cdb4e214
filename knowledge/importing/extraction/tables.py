"""Tables of HTML: which ones hold data, and their cells with spans filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from knowledge.importing.extraction import limits

# Any: lxml ships no types; an Element is walked by its documented attributes.
Element = Any

_LAYOUT = ("pre", "h1", "h2", "h3", "h4", "h5", "h6", "form")
_LONG_CELL_CHARS = 1500  # beyond it a cell holds a page's layout, not a value
_LONG_DATA_CHARS = 8000  # in a table with heads, which is none for layout


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text."""

    rows: list[list[str]]
    has_header: bool
    caption: str


def read_table(element: Element, *, text_of: Callable[[Element], str]) -> Table | None:
    """Return a table's cells, or None if it only arranges content.

    Args:
        element: The `table` element.
        text_of: Turns a cell into text.
    """
    if any(True for _found in element.iter(*_LAYOUT)):
        return None
    found_rows = [row for row in element.iter("tr") if _table_of(row) is element]
    if _is_frame(element, found_rows):
        return None
    if max((len(row) for row in found_rows), default=0) < 2 or len(found_rows) < 2:
        return None
    longest = _LONG_CELL_CHARS if element.find(".//th") is None else _LONG_DATA_CHARS
    rows: list[list[str]] = []
    reaching_down: dict[int, tuple[int, str]] = {}
    for row in found_rows:
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill_from_above(cells, reaching_down)
            text = text_of(cell)
            if len(text) > longest:
                return None
            height = _span(cell, "rowspan")
            for offset in range(_span(cell, "colspan")):
                if height > 1:
                    reaching_down[len(cells)] = (height - 1, text if offset == 0 else "")
                cells.append(text if offset == 0 else "")
        _fill_from_above(cells, reaching_down)
        rows.append(cells)
    if sum(any(cells) for cells in zip_longest(*rows, fillvalue="")) < 2:
        return None  # a boxed remark
    first = found_rows[0]
    has_header = first.getparent().tag == "thead" or all(cell.tag == "th" for cell in first)
    caption = element.find("caption")
    return Table(
        rows=rows,
        has_header=has_header,
        caption="" if caption is None else text_of(caption),
    )


def _table_of(row: Element) -> Element:
    return next(parent for parent in row.iterancestors() if parent.tag in {"table", "html"})


def _is_frame(table: Element, rows: list[Element]) -> bool:
    """Tell whether a table only puts other tables in their places: half of its cells or more hold one."""
    if table.find(".//table") is None:
        return False
    cells = [cell for row in rows for cell in row.iterchildren("td", "th")]
    return sum(cell.find(".//table") is not None for cell in cells) * 2 >= len(cells)


def _fill_from_above(cells: list[str], reaching_down: dict[int, tuple[int, str]]) -> None:
    """Repeat cells of earlier rows that reach into this one, up to the next free column."""
    while len(cells) in reaching_down and len(cells) <= limits.MAX_TABLE_COLUMNS:
        column = len(cells)
        left, text = reaching_down.pop(column)
        if left > 1:
            reaching_down[column] = (left - 1, text)
        cells.append(text)


def _span(cell: Element, attribute: str) -> int:
    value = (cell.get(attribute) or "1").strip()
    return (
        max(1, min(int(value), limits.MAX_TABLE_COLUMNS))
        if value.isascii() and value.isdigit()
        else 1
    )
