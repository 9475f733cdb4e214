"""XLSX: the sheets, rows and columns that are shown, numbers as their formats show them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.collecting import BlockCollector
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.drawings import A, paragraph_text
from knowledge.importing.extraction.office.number_formats import built_in, is_date, shown
from knowledge.importing.extraction.office.packages import ID, OfficePackage
from knowledge.importing.extraction.results import Loss, Reason, UnusableFile

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"^([A-Z]{1,3})\d*$")
_ON = frozenset({"1", "true"})
_MAX_EMPTY_CELLS = 200  # in a row before one with content: beyond it columns are not kept apart


@dataclass(slots=True)
class _Formats:
    """Codes by the number that a cell names."""

    codes: list[str] = field(default_factory=list)
    is_1904: bool = False

    def of(self, style: str) -> str:
        """Return the code of a cell's style; empty for the general one."""
        return self.codes[int(style)] if style.isdigit() and int(style) < len(self.codes) else ""

    def shows_nothing(self, style: str) -> bool:
        """Tell whether a format hides whatever stands in its cells."""
        return self.of(style).replace(" ", "") == ";;;"

    def shown(self, value: str, style: str) -> str:
        """Return a number of a cell as its format shows it."""
        try:
            return shown(float(value), self.of(style), is_1904=self.is_1904)
        except (ValueError, OverflowError):
            return value


class Workbook:
    """One XLSX file."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnusableFile: If it is damaged, encrypted or too much.
        """
        self.package = OfficePackage(data)
        self._main = self.package.main_part("xl/workbook.xml")
        self._root = self.package.xml(self._main)
        self._strings = self._shared_strings()
        self._formats = self._read_formats()

    def sheets(self) -> list[BlockCollector]:
        """Return one table a sheet, under the sheet's name; a hidden one is left out."""
        sheets = []
        relations = self.package.relations(self._main)
        for sheet in self._root.iter(f"{_S}sheet"):
            relation = relations.get(sheet.get(ID) or "")
            if relation is None or relation.kind != "worksheet":
                continue
            out = BlockCollector()
            sheets.append(out)
            if (sheet.get("state") or "visible") != "visible":
                out.lost[Loss.HIDDEN_SHEETS] = 1
            elif relation.target in self.package.names:
                out.heading(sheet.get("name") or "", 2)
                out.table(self._rows(relation.target, out), has_header=True)
                self._add_surroundings(relation.target, out)
        return sheets

    def _add_surroundings(self, part: str, out: BlockCollector) -> None:
        """Add the words of text boxes; count pictures and comments."""
        for drawing in self.package.related(part, "drawing"):
            out.lost[Loss.IMAGES] += len(list(drawing.iter("{*}pic")))
            for paragraph in drawing.iter(f"{A}p"):
                out.text_paragraph(paragraph_text(paragraph))
        for comments in self.package.related(part, "comments"):
            out.lost[Loss.COMMENTS] += len(list(comments.iter(f"{_S}comment")))

    def _shared_strings(self) -> list[str]:
        return [
            _string(item)
            for root in self.package.related(self._main, "sharedStrings")
            for item in root.iter(f"{_S}si")
        ]

    def _read_formats(self) -> _Formats:
        settings = self._root.find(f"{_S}workbookPr")
        formats = _Formats(is_1904=settings is not None and settings.get("date1904") in _ON)
        for root in self.package.related(self._main, "styles"):
            own = {
                one.get("numFmtId"): one.get("formatCode") or "" for one in root.iter(f"{_S}numFmt")
            }
            for cell in root.iterfind(f"{_S}cellXfs/{_S}xf"):
                number = cell.get("numFmtId") or "0"
                code = own.get(number)
                if code is None:
                    code = built_in(int(number)) if number.isdigit() else ""
                formats.codes.append(code)
        return formats

    def _rows(self, part: str, out: BlockCollector) -> Iterator[list[str]]:
        """Yield the cells of each row that is shown, one row in memory at a time.

        Raises:
            UnusableFile: If the sheet is damaged.
        """
        hidden_columns: set[int] = set()
        try:
            for element in _elements(self.package.plain_part(part)):
                if element.tag == f"{_S}col":
                    if _is_hidden(element, "width"):
                        hidden_columns |= _columns(element)
                elif _is_hidden(element, "ht"):
                    out.lost[Loss.HIDDEN_ROWS] += any(
                        True for _v in element.iter(f"{_S}v", f"{_S}t")
                    )
                else:
                    yield self._cells(element, hidden_columns)
                element.clear()
        except etree.XMLSyntaxError as error:
            raise UnusableFile(Reason.BROKEN) from error

    def _cells(self, row: Element, hidden_columns: set[int]) -> list[str]:
        cells: list[str] = []
        column = -1
        for cell in row.iterchildren(f"{_S}c"):
            column = _column_index(cell.get("r") or "", usual=column + 1)
            text = "" if column in hidden_columns else self._text(cell)
            if text:
                cells += [""] * min(column - len(cells), _MAX_EMPTY_CELLS)
                cells.append(text)
        return cells

    def _text(self, cell: Element) -> str:
        kind = cell.get("t") or "n"
        if self._formats.shows_nothing(cell.get("s") or ""):
            return ""
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return "" if inline is None else _string(inline)
        value: str = cell.findtext(f"{_S}v") or ""
        if kind == "s":
            index = int(value) if value.isascii() and value.isdigit() else -1
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "WAHR" if value in _ON else "FALSCH"
        if kind == "d":
            return self._iso_date(value, cell.get("s") or "")
        if kind == "n" and value:
            return self._formats.shown(value, cell.get("s") or "")
        return value

    def _iso_date(self, value: str, style: str) -> str:
        try:
            moment = dt.datetime.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            return value
        serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)  # noqa: DTZ001 - cells know no time zone
        code = self._formats.of(style)
        return shown(serial, code if is_date(code) else "dd.mm.yyyy")


def _elements(data: bytes) -> Iterator[Element]:
    """Yield columns and rows while the sheet is parsed."""
    for _event, element in etree.iterparse(
        io.BytesIO(data),
        tag=(f"{_S}col", f"{_S}row"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    ):
        yield element
        while element.getprevious() is not None:  # or the emptied rows before it stay in memory
            del element.getparent()[0]


def _is_hidden(element: Element, size: str) -> bool:
    """Tell whether a row or column is hidden, or so low or narrow that nobody sees it."""
    return element.get("hidden") in _ON or (element.get(size) or "1").strip("0.") == ""


def _string(item: Element) -> str:
    """Return the text of a string, without the readings that Japanese puts above it."""
    return "".join(
        text.text or "" for text in item.iter(f"{_S}t") if text.getparent().tag != f"{_S}rPh"
    )


def _columns(element: Element) -> set[int]:
    first, last = element.get("min") or "", element.get("max") or ""
    if not (first.isdigit() and last.isdigit()):
        return set()
    return set(range(int(first) - 1, min(int(last), limits.MAX_SHEET_COLUMNS)))


def _column_index(reference: str, *, usual: int) -> int:
    """Return a column's index by a cell's reference; cells without one stand side by side."""
    found = _COLUMN.match(reference)
    if found is None:
        return usual
    index = 0
    for letter in found.group(1):
        index = index * 26 + ord(letter) - ord("A") + 1
    return min(index, limits.MAX_SHEET_COLUMNS) - 1
