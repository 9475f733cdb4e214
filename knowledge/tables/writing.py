"""Tables as CSV and XLSX."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from audit.export import BYTE_ORDER_MARK, safe_cell

Value = str | int | Decimal | dt.date | None
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_NAME = 31  # of a sheet, as Excel allows
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_DAY = "DD.MM.YYYY"


def file_of(
    ending: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]
) -> bytes:
    """Return a table as a file.

    Args:
        ending: `csv` or `xlsx`.
        title: Name of the sheet; a CSV has none.
        columns: The first line.
        rows: As many values each as there are columns; None is an empty cell.

    Raises:
        KeyError: For another ending.
    """
    return {"csv": _csv, "xlsx": _xlsx}[ending](title, columns, rows)


def written(value: Value) -> str:
    """Return a value as it is written in German, harmless in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return safe_cell(value) if isinstance(value, str) else str(value)


def _csv(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_cell(one) for one in columns])
    writer.writerows([written(one) for one in row] for row in rows)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.translate(_NOT_IN_A_NAME).strip()[:_LONGEST_NAME] or "1")
    sheet.freeze_panes = "A2"
    head = [_cell(sheet, one) for one in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, one) for one in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, str):
        value = safe_cell(ILLEGAL_CHARACTERS_RE.sub("", value))
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, dt.date):
        cell.number_format = _DAY
    return cell
