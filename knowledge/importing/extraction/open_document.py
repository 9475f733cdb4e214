"""ODT, ODS and ODP: read from their XML."""

from __future__ import annotations

from html import escape

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.archives import Element, OfficeArchive
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.results import Reason, UnusableFile

_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}


def _name(prefixed: str) -> str:
    prefix, local = prefixed.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


_P, _H, _LIST, _TABLE = (_name(tag) for tag in ("text:p", "text:h", "text:list", "table:table"))
_ITEM, _ROW, _LINK = (_name(tag) for tag in ("text:list-item", "table:table-row", "text:a"))
_SPAN, _FRAME, _PAGE = (_name(tag) for tag in ("text:span", "draw:frame", "draw:page"))
_CELL, _COVERED = _name("table:table-cell"), _name("table:covered-table-cell")
_HREF, _LEVEL, _STYLE = (
    _name(attribute) for attribute in ("xlink:href", "text:outline-level", "text:style-name")
)
_REPEATED, _ROWS_REPEATED, _COUNT = (
    _name(attribute)
    for attribute in ("table:number-columns-repeated", "table:number-rows-repeated", "text:c")
)
# Notes stay out of the running text, changes and the table of contents say nothing of their own.
_SKIPPED = frozenset(
    _name(tag)
    for tag in (
        "text:tracked-changes", "text:table-of-content", "text:alphabetical-index", "text:sequence-decls",
        "text:note", "office:annotation", "office:forms", "text:bibliography", "draw:image",
    )
)  # fmt: skip


class OpenDocument:
    """One OpenDocument file."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnusableFile: If it is damaged, encrypted or too much.
        """
        self._archive = OfficeArchive(data)
        if self._is_encrypted():
            raise UnusableFile(Reason.ENCRYPTED)
        root = self._archive.xml("content.xml")
        self._styles = _marks_by_style(root)
        self._title_styles = _title_styles(root)
        self._shift = 0
        body = root.find("office:body", _NAMESPACES)
        if body is None or not len(body):
            raise UnusableFile(Reason.BROKEN)
        self._body = body[0]

    def title(self) -> str:
        """Return the title in the file's properties, or nothing."""
        if "meta.xml" not in self._archive.names:
            return ""
        return squeeze(self._archive.xml("meta.xml").findtext(".//dc:title", "", _NAMESPACES) or "")

    def text(self) -> BlockCollector:
        """Return the content of a text document."""
        collector = BlockCollector()
        self._walk(self._body, collector, depth=0)
        collector.skipped_images = sum(
            name.startswith("Pictures/") and not name.endswith("/") for name in self._archive.names
        )
        return collector

    def slides(self) -> list[BlockCollector]:
        """Return the content of each slide of a presentation."""
        slides = []
        for page in self._body.iter(_PAGE):
            collector = BlockCollector()
            self._walk(page, collector, depth=0)
            slides.append(collector)
        return slides

    def sheets(self) -> list[BlockCollector]:
        """Return one table a sheet, under the sheet's name."""
        sheets = []
        for table in self._body.iterchildren(_TABLE):
            collector = BlockCollector()
            collector.heading(table.get(_name("table:name")) or "", 2)
            collector.table(self._rows(table), has_header=True)
            sheets.append(collector)
        return sheets

    def _is_encrypted(self) -> bool:
        if "META-INF/manifest.xml" not in self._archive.names:
            return False
        data = self._archive.read("META-INF/manifest.xml")
        return b"encryption-data" in data

    def _walk(self, element: Element, out: BlockCollector, *, depth: int) -> None:
        if depth > limits.MAX_DEPTH:
            out.text_paragraph("".join(element.itertext()))
            return
        for child in element.iterchildren(etree.Element):
            if child.tag in _SKIPPED:
                continue
            if child.tag == _H:
                level = child.get(_LEVEL) or "1"
                number = int(level) if level.isascii() and level.isdigit() else 1
                out.heading(_plain(child), number + self._shift)
            elif child.tag == _P:
                self._paragraph(child, out)
            elif child.tag == _LIST:
                out.html(self._list_html(child, depth=depth))
            elif child.tag == _TABLE:
                rows = self._rows(child)
                has_header = child.find("table:table-header-rows", _NAMESPACES) is not None
                out.table(rows, has_header=has_header or len(rows) > 2)
            else:
                self._walk(child, out, depth=depth + 1)

    def _paragraph(self, paragraph: Element, out: BlockCollector) -> None:
        if paragraph.get(_STYLE) in self._title_styles and _plain(paragraph):
            out.heading(_plain(paragraph), 1)
            self._shift = 1
            return
        out.paragraph(self._inline(paragraph, depth=0))
        for frame in paragraph.iter(_FRAME):  # text boxes hang on a paragraph
            self._walk(frame, out, depth=limits.MAX_DEPTH - 20)

    def _list_html(self, element: Element, *, depth: int) -> str:
        if depth > limits.MAX_DEPTH:
            return ""
        items = []
        for item in element.iterchildren(_ITEM):
            parts = [self._inline(part, depth=depth) for part in item if part.tag != _LIST]
            nested = [self._list_html(part, depth=depth + 1) for part in item if part.tag == _LIST]
            inner = "<br/>".join(part for part in parts if part) + "".join(nested)
            if inner:
                items.append(f"<li>{inner}</li>")
        # Whether a list is numbered is in a chain of list styles; bullets never mislead.
        return f"<ul>{''.join(items)}</ul>" if items else ""

    def _inline(self, element: Element, *, depth: int) -> str:
        parts = [_escaped(element.text)]
        for child in element:
            tag = child.tag
            if (
                isinstance(tag, str)
                and tag not in _SKIPPED
                and tag != _FRAME
                and depth < limits.MAX_DEPTH
            ):
                parts.append(self._inline_child(child, depth=depth + 1))
            parts.append(_escaped(child.tail))
        return " ".join("".join(parts).split(" ")).strip() if depth == 0 else "".join(parts)

    def _inline_child(self, child: Element, *, depth: int) -> str:
        tag = child.tag
        if tag == _name("text:line-break"):
            return "<br/>"
        if tag in {_name("text:s"), _name("text:tab")}:
            return " "
        inner = self._inline(child, depth=depth)
        if not inner.strip():
            return inner
        if tag == _LINK and child.get(_HREF):
            return f'<a href="{escape(child.get(_HREF))}">{inner}</a>'
        if tag == _SPAN:
            for mark in self._styles.get(child.get(_STYLE) or "", ()):
                inner = f"<{mark}>{inner}</{mark}>"
        return inner

    def _rows(self, table: Element) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in table.iter(_ROW):
            if len(rows) > limits.MAX_TABLE_ROWS:
                break
            cells: list[str] = []
            for cell in row.iterchildren(_CELL, _COVERED):
                text = " ".join(_plain(part) for part in cell.iter(_P, _H))
                # Empty cells at the end are repeated up to the last column there can be.
                cells += [text] * min(_number(cell, _REPEATED), limits.MAX_TABLE_COLUMNS + 1)
            if any(cells):
                rows += [cells] * min(_number(row, _ROWS_REPEATED), 3)
        return rows


def _marks_by_style(root: Element) -> dict[str, tuple[str, ...]]:
    """Return which automatic styles mean bold or italic."""
    marks = {}
    for style in root.iterfind("office:automatic-styles/style:style", _NAMESPACES):
        properties = style.find("style:text-properties", _NAMESPACES)
        if properties is None:
            continue
        found = []
        if properties.get(_name("fo:font-weight")) == "bold":
            found.append("strong")
        if properties.get(_name("fo:font-style")) == "italic":
            found.append("em")
        marks[style.get(_name("style:name"))] = tuple(found)
    return marks


def _title_styles(root: Element) -> frozenset[str]:
    """Return the styles of a document's title: that style itself, and automatic ones that build on it."""
    automatic = root.iterfind("office:automatic-styles/style:style", _NAMESPACES)
    return frozenset({"Title"}).union(
        style.get(_name("style:name"))
        for style in automatic
        if style.get(_name("style:parent-style-name")) == "Title"
    )


def _plain(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag in {_name("text:tab"), _name("text:line-break"), _name("text:s")}:
            parts.append(" ")
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            parts.append("".join(child.itertext()))
        parts.append(child.tail or "")
    return squeeze("".join(parts))


def _escaped(text: str | None) -> str:
    return escape(text or "", quote=False).replace("\n", " ")


def _number(element: Element, attribute: str) -> int:
    value = element.get(attribute) or "1"
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 8 else 1
