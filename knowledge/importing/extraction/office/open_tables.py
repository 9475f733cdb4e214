"""Tables of OpenDocument files: the rows that are shown, with repeated, merged and hidden cells resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.collecting import BlockCollector
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.open_styles import name, number
from knowledge.importing.extraction.results import Loss

_ROW, _CELL = name("table:table-row"), name("table:table-cell")
_COVERED = name("table:covered-table-cell")
_MAX_REPEATED = 1000  # rows or columns that say the same
_SHORT_CELL_CHARS = 60  # of a head

TextOf = Callable[[Element], str]


def read_rows(table: Element, out: BlockCollector, *, text_of: TextOf) -> Iterator[list[str]]:
    """Yield the cells of each row that is shown; wide ones leave columns empty, high ones are said again.

    Args:
        table: The table.
        out: Where hidden rows are counted.
        text_of: Returns what a cell says.
    """
    hidden_columns = _hidden_columns(table)
    above: dict[int, tuple[int, str]] = {}
    for row in _rows_of(table):
        cells = _row(row, above, text_of)
        if row.get(name("table:visibility")) in {"collapse", "filter"}:
            out.lost[Loss.HIDDEN_ROWS] += any(cells)
            continue
        if hidden_columns:
            cells = ["" if index in hidden_columns else text for index, text in enumerate(cells)]
        repeated = number(row, name("table:number-rows-repeated"), most=_MAX_REPEATED)
        for _time in range(repeated if any(cells) else 1):
            yield cells


def cells_of(table: Element) -> Iterator[Element]:
    """Yield a table's own cells."""
    for row in _rows_of(table):
        yield from row.iterchildren(_CELL)


def _row(row: Element, above: dict[int, tuple[int, str]], text_of: TextOf) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(_CELL, _COVERED):
        repeated = number(
            cell, name("table:number-columns-repeated"), most=limits.MAX_SHEET_COLUMNS
        )
        text = text_of(cell) if cell.tag == _CELL else ""
        if not text:
            for _time in range(min(repeated, _MAX_REPEATED)):
                left, said = above.pop(len(cells), (0, ""))
                if left > 1:
                    above[len(cells)] = (left - 1, said)
                cells.append(said if left and cell.tag == _COVERED else "")
            continue
        high = number(cell, name("table:number-rows-spanned"), most=limits.MAX_SPAN)
        if high > 1:
            above[len(cells)] = (high - 1, text)
        cells += [text] * min(repeated, _MAX_REPEATED)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _rows_of(table: Element) -> Iterator[Element]:
    """Yield a table's own rows, also those in groups; not those of tables in its cells."""
    for child in table.iterchildren(etree.Element):
        if child.tag == _ROW:
            yield child
        elif child.tag in {
            name(f"table:{kind}") for kind in ("table-rows", "table-header-rows", "table-row-group")
        }:
            yield from _rows_of(child)


def _hidden_columns(table: Element) -> set[int]:
    hidden: set[int] = set()
    index = 0
    for column in table.iter(name("table:table-column")):
        repeated = number(
            column, name("table:number-columns-repeated"), most=limits.MAX_SHEET_COLUMNS
        )
        if column.get(name("table:visibility")) in {"collapse", "filter"}:
            hidden |= set(range(index, min(index + repeated, limits.MAX_SHEET_COLUMNS)))
        index += repeated
    return hidden


def reads_like_head(rows: list[list[str]]) -> bool:
    """Tell whether the first of several rows is short words throughout."""
    first = rows[0] if len(rows) > 2 else []
    return bool(first) and all(
        text and len(text) <= _SHORT_CELL_CHARS and not any(map(str.isdigit, text))
        for text in first
    )
