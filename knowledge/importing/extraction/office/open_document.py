"""ODT, ODS and ODP, also as one flat XML: read from their XML."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from html import escape

from lxml import etree

from knowledge.importing.extraction.collecting import (
    BlockCollector,
    is_counter,
    plain_text,
    squeeze,
)
from knowledge.importing.extraction.dates import day_of_stamp
from knowledge.importing.extraction.office.archives import Element, OfficeArchive, parse_xml
from knowledge.importing.extraction.office.lists import Item, list_html, numbered
from knowledge.importing.extraction.office.numbering import Marker
from knowledge.importing.extraction.office.open_objects import OpenObjects
from knowledge.importing.extraction.office.open_styles import (
    NAMESPACES,
    Count,
    OpenStyles,
    name,
    next_marker,
    number,
)
from knowledge.importing.extraction.office.open_tables import cells_of, read_rows, reads_like_head
from knowledge.importing.extraction.office.slides import NOTES
from knowledge.importing.extraction.results import Loss, Reason, UnusableFile

_P, _H, _LIST, _TABLE = (name(tag) for tag in ("text:p", "text:h", "text:list", "table:table"))
_ITEM, _HEADER_ITEM, _LINK = (name(tag) for tag in ("text:list-item", "text:list-header", "text:a"))
_SPAN, _PAGE = name("text:span"), name("draw:page")
_STYLE, _NOTE, _SECTION = (name(tag) for tag in ("text:style-name", "text:note", "text:section"))
_SPEAKER_NOTES = name("presentation:notes")
_HIDDEN_FLAG = name("text:is-hidden")
# What is not said: changes, contents, forms (shown where their controls stand), remarks (counted).
_SKIPPED = frozenset(
    name(tag)
    for tag in (
        "text:tracked-changes", "text:table-of-content", "text:alphabetical-index", "text:sequence-decls",
        "office:annotation", "office:annotation-end", "office:forms", "text:bibliography", "draw:image",
        "text:ruby-text", "office:binary-data", "table:shapes",
    )
)  # fmt: skip
_PAGE_NUMBERS = frozenset({name("text:page-number"), name("text:page-count")})
_BLANKS = frozenset({name("text:s"), name("text:tab")})
_DRAW = f"{{{NAMESPACES['draw']}}}"
_SPACES = re.compile(r" {2,}")


class OpenDocument:
    """One OpenDocument file."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnusableFile: If it is damaged, encrypted or too much.
        """
        self._archive = OfficeArchive(data) if data.startswith(b"PK") else None
        if self._is_encrypted():
            raise UnusableFile(Reason.ENCRYPTED)
        self._root = parse_xml(data) if self._archive is None else self._archive.xml("content.xml")
        self._styles_root = self._part("styles.xml")
        self._styles = OpenStyles(
            *(root for root in (self._root, self._styles_root) if root is not None)
        )
        body = self._root.find("office:body", NAMESPACES)
        content = None if body is None else next(body.iterchildren(etree.Element), None)
        if content is None:
            raise UnusableFile(Reason.BROKEN)
        self._body = content
        self._objects = OpenObjects(self._root, self._archive)
        self._shift = 0
        self._notes: list[str] = []
        self._boxes: list[Element] = []
        self._outline = Count()
        self._counts: dict[str, Count] = {}
        self._hidden = 0
        self._in_margin = False
        self._in_cell = 0

    def title(self) -> str:
        """Return the title in the file's properties, or nothing."""
        meta = self._part("meta.xml")
        return "" if meta is None else squeeze(meta.findtext(".//dc:title", "", NAMESPACES) or "")

    def changed_on(self) -> dt.date | None:
        """Return the day of the last change in the file's properties."""
        meta = self._part("meta.xml")
        for tag in ("dc:date", "meta:creation-date"):
            stamp = "" if meta is None else meta.findtext(f".//{tag}", "", NAMESPACES)
            if day := day_of_stamp(stamp or ""):
                return day
        return None

    def text(self) -> BlockCollector:
        """Return the content of a text document, notes and margins at its end."""
        out = BlockCollector()
        self._walk(self._body, out)
        for mark, note in enumerate(self._notes, start=1):
            out.paragraph(f"[{mark}] {note}")
        self._add_margins(out)
        out.lost += self._lost()
        return out

    def slides(self) -> list[BlockCollector]:
        """Return the content of each slide; that of a hidden one is empty, so that the others keep their numbers."""
        slides = []
        for page in self._body.iter(_PAGE):
            out = BlockCollector()
            slides.append(out)
            key = page.get(name("draw:style-name"))
            if self._styles.property(key, "drawing-page", "presentation:visibility") == "hidden":
                out.lost[Loss.HIDDEN_SLIDES] = 1
                continue
            self._walk(page, out)
            for notes in page.iterchildren(_SPEAKER_NOTES):
                said = BlockCollector()
                self._walk(notes, said)
                if blocks := said.finish():
                    out.paragraph(f"<strong>{NOTES}</strong>")
                    out.extend(blocks)
        if slides:
            slides[0].lost += self._lost()
        return slides

    def sheets(self) -> list[BlockCollector]:
        """Return one table a sheet, under the sheet's name; a hidden one is left out."""
        sheets = []
        for table in self._body.iterchildren(_TABLE):
            out = BlockCollector()
            sheets.append(out)
            key = table.get(name("table:style-name"))
            if self._styles.property(key, "table", "table:display") == "false":
                out.lost[Loss.HIDDEN_SHEETS] = 1
                continue
            out.heading(table.get(name("table:name")) or "", 2)
            out.table(read_rows(table, out, text_of=self._cell), has_header=True)
            for shapes in table.iterchildren(name("table:shapes")):
                self._walk(shapes, out)
        if sheets:
            sheets[0].lost += self._lost()
        return sheets

    def _part(self, part: str) -> Element | None:
        if self._archive is None:
            return self._root
        return self._archive.xml(part) if part in self._archive.names else None

    def _is_encrypted(self) -> bool:
        manifest = "META-INF/manifest.xml"
        if self._archive is None or manifest not in self._archive.names:
            return False
        return b"encryption-data" in self._archive.read(manifest)

    def _lost(self) -> Counter[Loss]:
        pictures = () if self._archive is None else self._archive.names
        return Counter(
            {
                Loss.IMAGES: sum(
                    part.startswith("Pictures/") and not part.endswith("/") for part in pictures
                ),
                Loss.COMMENTS: len(list(self._body.iter(name("office:annotation")))),
                Loss.CHANGES: len(list(self._body.iter(name("text:changed-region")))),
                Loss.HIDDEN_TEXT: self._hidden,
            }
        )

    def _add_margins(self, out: BlockCollector) -> None:
        """Add what stands in headers and footers, each text once, page numbers left out."""
        masters = (
            None
            if self._styles_root is None
            else self._styles_root.find("office:master-styles", NAMESPACES)
        )
        margin = BlockCollector()
        self._in_margin = True
        for page in () if masters is None else masters:
            for kind in ("header", "footer"):
                for variant in ("", "-left", "-first"):
                    for one in page.iterchildren(name(f"style:{kind}{variant}")):
                        self._walk(one, margin)
        self._in_margin = False
        for line in dict.fromkeys(plain_text(margin.finish()).split("\n")):
            if any(map(str.isalpha, line)) and not is_counter(line):
                out.text_paragraph(line)

    # --- blocks ---------------------------------------------------------------------------------

    def _walk(self, element: Element, out: BlockCollector) -> None:
        for child in element.iterchildren(etree.Element):
            self._block(child, out)

    def _block(self, child: Element, out: BlockCollector) -> None:
        tag = child.tag
        if tag in _SKIPPED or tag == _SPEAKER_NOTES or self._is_hidden_block(child):
            return
        if tag == _H:
            self._heading(child, out)
        elif tag == _P:
            self._paragraph(child, out)
        elif tag == _LIST:
            self._list(child, out)
        elif tag == _TABLE:
            self._table(child, out)
        elif tag == name("draw:control"):
            out.text_paragraph(self._objects.control_text(child))
        elif tag == name("draw:object"):
            out.text_paragraph(self._objects.text_of(child))
        else:
            self._walk(child, out)

    def _is_hidden_block(self, element: Element) -> bool:
        is_hidden = (
            element.tag == _SECTION
            and (element.get(name("text:display")) == "none" or element.get(_HIDDEN_FLAG) == "true")
        ) or element.find("text:hidden-paragraph[@text:is-hidden='true']", NAMESPACES) is not None
        self._hidden += is_hidden
        return is_hidden

    def _heading(self, element: Element, out: BlockCollector) -> None:
        level = number(element, name("text:outline-level"))
        text = self._plain(element)
        if text and element.get(name("text:is-list-header")) != "true":
            marker = next_marker(self._styles.outline, self._outline, max(0, level - 1))
            text = f"{marker.text} {text}".strip()
        out.heading(text, level + self._shift)
        self._add_boxes(out)

    def _paragraph(self, element: Element, out: BlockCollector) -> None:
        html = self._inline(element)
        if self._styles.is_title(element.get(_STYLE)) and not self._in_cell:
            out.heading(self._plain(element), 1)
            self._shift = 1
        else:
            out.paragraph(html)
        self._add_boxes(out)

    def _add_boxes(self, out: BlockCollector) -> None:
        boxes, self._boxes = self._boxes, []
        for shape in boxes:
            self._walk(shape, out)

    def _list(self, element: Element, out: BlockCollector) -> None:
        items: list[Item] = []
        others = BlockCollector()
        self._items(element, "", None, 0, items, others)
        if self._in_cell:
            for item in items:
                out.paragraph(numbered(item))
        else:
            out.html(list_html(items))
        out.extend(others.finish())

    def _items(
        self,
        element: Element,
        style: str,
        count: Count | None,
        level: int,
        items: list[Item],
        others: BlockCollector,
    ) -> None:
        """Gather the items of a list and of those in it; what is no paragraph, such as a heading, goes aside."""
        style = element.get(_STYLE) or style
        count = count or self._count_for(element, style)
        for item in element.iterchildren(_ITEM, _HEADER_ITEM):
            is_first = item.tag == _ITEM
            for part in item.iterchildren(etree.Element):
                if part.tag == _LIST:
                    self._items(part, style, count, level + 1, items, others)
                elif part.tag == _P:
                    marker = Marker()
                    if is_first:
                        start = number(item, name("text:start-value"), usual=-1)
                        levels = self._styles.list_of(style)
                        marker = next_marker(
                            levels, count, level, start=start if start >= 0 else None
                        )
                    html = self._inline(part)
                    if html and (is_first or not items):
                        items.append(Item(min(level, 8), marker, html))
                    elif html:
                        last = items[-1]
                        items[-1] = Item(last.level, last.marker, f"{last.html}<br/>{html}")
                    is_first = False
                    self._add_boxes(others)
                elif part.tag == _H:
                    self._list_heading(part, style, count, level, others)
                else:
                    self._block(part, others)

    def _list_heading(
        self, element: Element, style: str, count: Count, level: int, out: BlockCollector
    ) -> None:
        marker = next_marker(self._styles.list_of(style), count, level)
        rank = number(element, name("text:outline-level"))
        out.heading(f"{marker.text} {self._plain(element)}".strip(), rank + self._shift)

    def _count_for(self, element: Element, style: str) -> Count:
        """Return how far a list has been counted: from the beginning, or on from an earlier one of its style."""
        goes_on = element.get(name("text:continue-numbering")) == "true"
        goes_on |= element.get(name("text:continue-list")) is not None
        key = element.get(name("text:continue-list")) or style
        count = self._counts.get(key) if goes_on else None
        count = count or Count()
        self._counts[style] = count
        if own := element.get(name("xml:id")):
            self._counts[own] = count
        return count

    # --- text -----------------------------------------------------------------------------------

    def _plain(self, element: Element) -> str:
        collector = BlockCollector()
        collector.paragraph(self._inline(element))
        return plain_text(collector.finish()).replace("\n", " ")

    def _inline(self, element: Element) -> str:
        if self._styles.is_hidden_text(element.get(_STYLE)):
            self._hidden += bool("".join(element.itertext()).strip())
            return ""
        return _SPACES.sub(" ", self._inside(element)).strip()

    def _inside(self, element: Element) -> str:
        parts = [_escaped(element.text)]
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                parts.append(self._inline_child(child))
            parts.append(_escaped(child.tail))
        return "".join(parts)

    def _inline_child(self, child: Element) -> str:
        tag = child.tag
        if tag == name("text:line-break"):
            return "<br/>"
        if tag in _BLANKS:
            return " "
        if tag == _NOTE:
            return self._note_mark(child)
        if tag in _PAGE_NUMBERS and self._in_margin:
            return ""
        if child.get(_HIDDEN_FLAG) == "true" or (
            tag == _SPAN and self._styles.is_hidden_text(child.get(_STYLE))
        ):
            self._hidden += 1
            return ""
        if tag.startswith(_DRAW):
            return self._drawing(child)
        inner = self._inside(child)
        if not inner.strip():
            return inner
        if tag == _LINK and child.get(name("xlink:href")):
            return f'<a href="{escape(child.get(name("xlink:href")))}">{inner}</a>'
        if tag == _SPAN:
            for mark in self._styles.marks(child.get(_STYLE)):
                inner = f"<{mark}>{inner}</{mark}>"
        return inner

    def _note_mark(self, note: Element) -> str:
        body = note.find("text:note-body", NAMESPACES)
        texts = [] if body is None else [self._inline(part) for part in body.iter(_P, _H)]
        self._notes.append(" ".join(text for text in texts if text))
        return f" [{len(self._notes)}]"

    def _drawing(self, element: Element) -> str:
        """Return what a formula or a control says; the text of boxes and shapes waits until the paragraph ends."""
        if element.tag == name("draw:control"):
            return escape(self._objects.control_text(element), quote=False)
        for part in element.iter(name("draw:object")):
            text = self._objects.text_of(part)
            return f" {escape(text, quote=False)} " if text else ""
        self._boxes.append(element)
        return ""

    # --- tables ---------------------------------------------------------------------------------

    def _table(self, table: Element, out: BlockCollector) -> None:
        rows = list(read_rows(table, out, text_of=self._cell))
        used = {index for row in rows for index, text in enumerate(row) if text}
        if len(used) < 2 and not self._in_cell:
            for cell in cells_of(table):
                self._walk(cell, out)
            return
        has_header = table.find("table:table-header-rows", NAMESPACES) is not None
        out.table(rows, has_header=has_header or reads_like_head(rows))

    def _cell(self, cell: Element) -> str:
        """Return what a cell says, a line a paragraph, item or row of an inner table."""
        inner = BlockCollector()
        self._in_cell += 1
        self._walk(cell, inner)
        self._in_cell -= 1
        return plain_text(inner.finish())


def _escaped(text: str | None) -> str:
    return escape(text or "", quote=False).replace("\n", " ")
