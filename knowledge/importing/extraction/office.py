"""DOCX, PPTX and XLSX."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import mammoth

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.archives import Element, OfficeArchive
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.markup import read_markup
from knowledge.importing.extraction.results import Reason, UnusableFile

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DUBLIN_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_COLUMN = re.compile(r"^[A-Z]{1,3}")

# Word's German and LibreOffice's own names beside the English ones that mammoth knows.
_STYLES = (
    "\n".join(
        f"p[style-name='{name} {level}'] => h{level}:fresh"
        for name in ("Überschrift", "Heading", "heading", "Titre")
        for level in range(1, 7)
    )
    + """
p[style-name='Title'] => h1.document-title:fresh
p[style-name='Titel'] => h1.document-title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Untertitel'] => p:fresh
"""
)


def read_docx(data: bytes) -> tuple[str, BlockCollector]:
    """Return title and content of a DOCX file.

    Raises:
        UnusableFile: If it is damaged, encrypted or too much.
    """
    archive = OfficeArchive(data)
    archive.refuse_entities()
    images = sum(name.startswith("word/media/") for name in archive.names)
    try:
        html: str = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _image: {"src": ""}),
        ).value
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        # mammoth lets every kind of error of zipfile, its XML reader and its own through.
        raise UnusableFile(Reason.BROKEN) from error
    _html_title, collector = read_markup(html or "<p></p>")
    collector.skipped_images = max(collector.skipped_images, images)
    return core_title(archive), collector


def core_title(archive: OfficeArchive) -> str:
    """Return the title in the file's properties, or nothing."""
    if "docProps/core.xml" not in archive.names:
        return ""
    try:
        found = archive.xml("docProps/core.xml").findtext(_DUBLIN_CORE_TITLE)
    except UnusableFile:
        return ""
    return squeeze(found or "")


def read_pptx(data: bytes) -> tuple[str, list[BlockCollector]]:
    """Return the title of a presentation and the content of each slide, in order of their numbers.

    Raises:
        UnusableFile: If it is damaged, encrypted or too much.
    """
    archive = OfficeArchive(data)
    slides = []
    for name in _numbered(archive, "ppt/slides/slide"):
        collector = BlockCollector()
        for shape in archive.xml(name).iter(f"{_PRESENTATION}sp"):
            _read_shape(shape, collector)
        slides.append(collector)
    return core_title(archive), slides


def _read_shape(shape: Element, collector: BlockCollector) -> None:
    place = shape.find(f".//{_PRESENTATION}nvPr/{_PRESENTATION}ph")
    is_title = place is not None and place.get("type") in {"title", "ctrTitle"}
    texts = [
        "".join(run.text or "" for run in paragraph.iter(f"{_DRAWING}t"))
        for paragraph in shape.iter(f"{_DRAWING}p")
    ]
    if is_title:
        collector.heading(" ".join(texts), 2)
    else:
        for text in texts:
            collector.text_paragraph(text)


def _numbered(archive: OfficeArchive, start: str) -> list[str]:
    numbered = [
        (int(found.group(1)), name)
        for name in archive.names
        if (found := re.fullmatch(re.escape(start) + r"(\d{1,5})\.xml", name))
    ]
    return [name for _number, name in sorted(numbered)]


def read_xlsx(data: bytes) -> tuple[str, list[BlockCollector]]:
    """Return the title of a workbook and one table a sheet, under the sheet's name.

    Raises:
        UnusableFile: If it is damaged, encrypted or too much.
    """
    archive = OfficeArchive(data)
    strings = _shared_strings(archive)
    sheets = []
    for name, part in _sheet_parts(archive):
        collector = BlockCollector()
        collector.heading(name, 2)
        collector.table(list(_rows(archive.xml(part), strings)), has_header=True)
        sheets.append(collector)
    return core_title(archive), sheets


def _sheet_parts(archive: OfficeArchive) -> Iterator[tuple[str, str]]:
    targets: dict[str, str] = {}
    for relation in archive.xml("xl/_rels/workbook.xml.rels"):
        targets[relation.get("Id") or ""] = (relation.get("Target") or "").removeprefix("/xl/")
    for sheet in archive.xml("xl/workbook.xml").iter(f"{_SHEET}sheet"):
        part = "xl/" + targets.get(sheet.get(_RELATION) or "", "")
        if part in archive.names and sheet.get("state") not in {"hidden", "veryHidden"}:
            yield sheet.get("name") or "", part


def _shared_strings(archive: OfficeArchive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    return [
        "".join(text.text or "" for text in item.iter(f"{_SHEET}t"))
        for item in archive.xml("xl/sharedStrings.xml").iter(f"{_SHEET}si")
    ]


def _rows(sheet: Element, strings: list[str]) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter(f"{_SHEET}row")):
        if number > limits.MAX_TABLE_ROWS * 20:
            return
        cells: list[str] = []
        for cell in row.iter(f"{_SHEET}c"):
            column = _column_index(cell.get("r") or "")
            if column > limits.MAX_TABLE_COLUMNS:
                break
            cells += [""] * (column - len(cells))
            cells.append(_cell_text(cell, strings))
        yield cells


def _column_index(reference: str) -> int:
    found = _COLUMN.match(reference)
    index = 0
    for letter in found.group() if found else "":
        index = index * 26 + ord(letter) - ord("A") + 1
    return max(0, index - 1)


def _cell_text(cell: Element, strings: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_SHEET}t"))
    value: Any = cell.findtext(f"{_SHEET}v") or ""  # Any: lxml ships no types
    if kind == "s":
        index = int(value) if value.isascii() and value.isdigit() else -1
        return strings[index] if 0 <= index < len(strings) else ""
    return str(value)
