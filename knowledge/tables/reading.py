"""Tables that people send: CSV and XLSX as offices write them, read into lines of text in German spelling.

Numbers and days of a spreadsheet are written as people write them ("12,5", "05.03.2026"), so that one way of
understanding does for both forms.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from knowledge.tables.writing import written

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
_MOST_COLUMNS = 60
_MOST_UNPACKED = 100_000_000
_LONGEST_CELL = 10_000
_SEPARATORS = ";\t,"
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(,\d+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y")
FIRST_YEAR, LAST_YEAR = 1990, 2100


class NotRead(Exception):
    """A table can't be read, or a cell can't be understood; its text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its head, and the lines below with their numbers in the file."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def sheet_of(data: bytes) -> Sheet:
    """Read a table; what form it has is seen from its content.

    Raises:
        NotRead: If it is too large, no table, or empty.
    """
    if len(data) > MOST_BYTES:
        raise NotRead(_("The file is larger than 10 MB. Nothing was read; send it in parts."))
    found = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    lines: list[tuple[int, list[str]]] = []
    for number, cells in found:
        if any(cells):
            lines.append((number, cells))
        if len(lines) > MOST_ROWS + 1:
            raise NotRead(
                _("The table has more than 20,000 lines. Nothing was read; send it in parts.")
            )
    if len(lines) < 2:
        raise NotRead(
            _(
                "The file has no lines below a head. Nothing was read; begin with an export and fill it."
            )
        )
    (_number, head), rows = lines[0], lines[1:]
    while head and not head[-1]:
        head.pop()
    return Sheet(head, rows)


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [_cleaned(cell) for cell in cells[:_MOST_COLUMNS]]
    except csv.Error:
        raise NotRead(
            _(
                "The file is no table that can be read: line %(line)s. Nothing was read; save it as CSV or "
                "XLSX once more."
            )
            % {"line": reader.line_num}
        ) from None


def _decoded(data: bytes) -> str:
    if b"\0" in data[:4] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotRead(_("The file is no text. Nothing was read; save it as CSV or XLSX."))


def _xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED:
                raise NotRead(_("The file is too large once it is unpacked. Nothing was read."))
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_written(one) for one in row[:_MOST_COLUMNS]]
    except NotRead:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it meet
        raise NotRead(
            _(
                "The file is no Excel table that can be read. Nothing was read; save it once more as XLSX or CSV."
            )
        ) from error


def _written(value: Any) -> str:
    """Return a cell of a spreadsheet as people would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return written(Decimal(int(number)) if number == number.to_integral_value() else number)
    if isinstance(value, dt.datetime):
        value = value.date()
    return written(value) if isinstance(value, dt.date) else _cleaned(str(value))


def _cleaned(cell: str) -> str:
    """Return a cell's text; the apostrophe that made it harmless when it was written is taken off again."""
    text = cell.replace("\0", "").replace("\r\n", "\n").strip()[:_LONGEST_CELL]
    if text.startswith("'") and text[1:].lstrip(" ").startswith(_FORMULA_STARTS):
        return text[1:]
    return text


def decimal_of(text: str) -> Decimal | None:
    """Understand a German number, such as "1.234,5"; None for an empty text.

    Raises:
        NotRead: With a sentence, for everything else: "12.5" may mean two things.
    """
    typed = text.replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if not typed:
        return None
    if not (_GROUPED.fullmatch(typed) or _PLAIN.fullmatch(typed)) or len(typed) > 20:
        raise NotRead(
            _("“%(text)s” is no number. Write it with a comma, such as 1.234,5.")
            % {"text": text[:40]}
        )
    try:
        return Decimal(typed.replace(".", "").replace(",", "."))
    except InvalidOperation:  # pragma: no cover  the patterns let through what Decimal reads
        raise NotRead(_("“%(text)s” is no number.") % {"text": text[:40]}) from None


def day_of(text: str) -> dt.date | None:
    """Understand a day, such as "05.03.2026"; None for an empty text.

    Raises:
        NotRead: With a sentence, for everything else.
    """
    if not text:
        return None
    for form in _DAYS:
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
        _check_year(day.year)
        return day
    raise NotRead(_("“%(text)s” is no day. Write it like 15.03.2027.") % {"text": text[:40]})


def year_of(text: str) -> int:
    """Understand a year.

    Raises:
        NotRead: With a sentence, for everything else.
    """
    if not re.fullmatch(r"\d{1,6}", text):
        raise NotRead(_("“%(text)s” is no year. Write it like 2026.") % {"text": text[:40]})
    return _check_year(int(text))


def _check_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotRead(_("The year %(year)s can’t be meant.") % {"year": year})
    return year


def choice_of(text: str, choices: Sequence[tuple[str, Any]]) -> str:
    """Understand one of several words, in any case; "" for an empty text.

    Raises:
        NotRead: With a sentence that names them.
    """
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return ""
    for value, label in choices:
        if wanted in (str(label).casefold(), value.casefold()):
            return value
    words = ", ".join(str(label) for value, label in choices if value)
    raise NotRead(
        _("“%(text)s” isn’t known here. Choose one of: %(words)s.")
        % {"text": text[:40], "words": words}
    )


def flag_of(text: str) -> bool:
    """Understand yes and no; an empty text is no.

    Raises:
        NotRead: With a sentence, for everything else.
    """
    return choice_of(text, [("1", _("yes")), ("0", _("no"))]) == "1"
