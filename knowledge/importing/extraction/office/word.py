"""DOCX: what Word shows and prints, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.collecting import (
    BlockCollector,
    is_counter,
    plain_text,
    squeeze,
)
from knowledge.importing.extraction.markup import read_html
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.drawings import drawing_texts
from knowledge.importing.extraction.office.lists import Item, list_html, numbered
from knowledge.importing.extraction.office.numbering import Marker, Numbering
from knowledge.importing.extraction.office.packages import COMPATIBILITY, ID, OfficePackage, chosen
from knowledge.importing.extraction.office.word_runs import Inline
from knowledge.importing.extraction.office.word_styles import Styles, W, half_points, is_on, value
from knowledge.importing.extraction.results import Loss, Reason, UnusableFile
from knowledge.importing.extraction.title_guess import TitleGuess

_CONTAINERS = frozenset(
    f"{W}{name}" for name in ("body", "ins", "moveTo", "customXml", "smartTag", "sdtContent")
)
_REMOVED = frozenset(f"{W}{name}" for name in ("del", "moveFrom"))
_CHANGES = (*_REMOVED, f"{W}ins", f"{W}moveTo")
_LONG_CELL_CHARS = 8000  # beyond it a cell holds a page's layout, not a value
_SHORT_CELL_CHARS = 60  # of a head
_MAX_HEADING_CHARS = 250  # a longer »heading« is a paragraph with a wrong style


class WordDocument:
    """One DOCX file."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnusableFile: If it is damaged, encrypted or too much.
        """
        self.package = OfficePackage(data)
        self._part = self.package.main_part("word/document.xml")
        body = self.package.xml(self._part).find(f"{W}body")
        if body is None:
            raise UnusableFile(Reason.BROKEN)
        self._body = body
        self._styles = Styles(self._first("styles"))
        self._numbering = Numbering(self._first("numbering"))
        self._guess = TitleGuess()

    def read(self) -> tuple[str, BlockCollector]:
        """Return a title for a document without heading, and the content."""
        out = BlockCollector()
        story = _Story(self, self._part)
        story.blocks(self._body, out)
        story.add_notes(out)
        self._add_margins(out)
        out.lost[Loss.IMAGES] = max(
            story.inline.images, sum("/media/" in name for name in self.package.names)
        )
        out.lost[Loss.COMMENTS] = sum(
            len(list(root.iterchildren(f"{W}comment")))
            for root in self.package.related(self._part, "comments")
        )
        out.lost[Loss.CHANGES] = sum(1 for _change in self._body.iter(*_CHANGES))
        out.lost[Loss.HIDDEN_TEXT] = story.inline.hidden
        return self._guess.title, out

    @property
    def styles(self) -> Styles:
        """The document's styles."""
        return self._styles

    @property
    def numbering(self) -> Numbering:
        """The document's lists."""
        return self._numbering

    @property
    def guess(self) -> TitleGuess:
        """What looks like the document's title without being a heading."""
        return self._guess

    def _first(self, kind: str) -> Element | None:
        return next(iter(self.package.related(self._part, kind)), None)

    def _add_margins(self, out: BlockCollector) -> None:
        """Add what stands in headers and footers, each text once, page numbers left out."""
        seen: set[str] = set()
        relations = self.package.relations(self._part).values()
        for relation in relations:
            if (
                relation.kind not in {"header", "footer"}
                or relation.target not in self.package.names
            ):
                continue
            margin = BlockCollector()
            story = _Story(self, relation.target, is_margin=True)
            story.blocks(self.package.xml(relation.target), margin)
            for line in plain_text(margin.finish()).split("\n"):
                if line not in seen and any(map(str.isalpha, line)) and not is_counter(line):
                    seen.add(line)
                    out.text_paragraph(line)


class _Story:
    """Reads one part that holds text: the body, a header, the notes."""

    def __init__(self, document: WordDocument, part: str, *, is_margin: bool = False) -> None:
        self._document = document
        self._part = part
        self._relations = document.package.relations(part)
        self.inline = Inline(document.styles, self._relations, is_margin=is_margin)
        self._items: list[Item] = []
        self._shift = 0
        self._in_cell = 0

    def blocks(self, container: Element, out: BlockCollector) -> None:
        """Add the blocks of a container."""
        for child in container.iterchildren(etree.Element):
            self._block(child, out)
        self._end_list(out)

    def _block(self, element: Element, out: BlockCollector) -> None:
        tag = element.tag
        if tag == f"{W}p":
            self._paragraph(element, out)
        elif tag == f"{W}tbl":
            self._end_list(out)
            self._table(element, out)
        elif tag == f"{W}sdt":
            self._control(element, out)
        elif tag in _CONTAINERS:
            for child in element.iterchildren(etree.Element):
                self._block(child, out)
        elif tag == f"{COMPATIBILITY}AlternateContent":
            version = chosen(element)
            for child in () if version is None else version.iterchildren(etree.Element):
                self._block(child, out)
        elif tag == f"{W}altChunk":
            self._end_list(out)
            self._foreign(element, out)
        elif tag.endswith("}oMathPara"):
            out.paragraph(self.inline.html_of(element))

    def _control(self, element: Element, out: BlockCollector) -> None:
        """Add what a content control around blocks holds; tables of contents say nothing of their own."""
        gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        content = element.find(f"{W}sdtContent")
        if content is None or "table of contents" in value_of(gallery).lower():
            return
        self._block(content, out)

    def _foreign(self, element: Element, out: BlockCollector) -> None:
        """Add a piece in HTML, which some converters put into a document as it is."""
        relation = self._relations.get(element.get(ID) or "")
        package = self._document.package
        if relation is None or relation.target not in package.names:
            return
        data = package.read(relation.target)
        if data.lstrip()[:1] == b"<":
            out.extend(read_html(data)[1].finish())
        else:
            out.lost[Loss.EMBEDDED] += 1

    def _paragraph(self, element: Element, out: BlockCollector) -> None:
        properties = element.find(f"{W}pPr")
        style = value(properties, "pStyle")
        styles = self._document.styles
        html = self.inline.html_of(element, style=style)
        marker = self._marker(properties, style, html)
        boxes = self.inline.take_boxes()
        level = styles.heading_level(style, properties)
        if self.inline.is_in_contents or styles.is_contents(style):
            return
        if level and not self._in_cell and 0 < len(self.inline.text) <= _MAX_HEADING_CHARS:
            self._end_list(out)
            self._heading(level, marker, out)
        elif marker is not None and html:
            self._items.append(Item(*marker, html))
        elif html:
            self._end_list(out)
            self._guess_title(element, style, out)
            out.paragraph(html)
        self._add_boxes(boxes, out)

    def _add_boxes(self, boxes: list[Element], out: BlockCollector) -> None:
        """Add text boxes, diagrams and the like, which hang on a paragraph, after it."""
        if not boxes:
            return
        self._end_list(out)
        for box in boxes:
            if box.tag == f"{W}txbxContent":
                self.blocks(box, out)
            else:
                for text in drawing_texts(box, self._document.package, self._part):
                    out.text_paragraph(text)

    def _heading(self, level: int, marker: tuple[int, Marker] | None, out: BlockCollector) -> None:
        text = self.inline.text
        if level == -1:
            self._shift = 1
            out.heading(text, 1)
            return
        number = marker[1].text if marker else ""
        out.heading(f"{number} {text}".strip(), level + self._shift)

    def _marker(
        self, properties: Element | None, style: str, html: str
    ) -> tuple[int, Marker] | None:
        """Return level and marker of a paragraph in a list, counting it."""
        numbering = self._document.numbering
        direct = None if properties is None else properties.find(f"{W}numPr")
        key, level = value(direct, "numId"), value(direct, "ilvl")
        if not key:
            inherited = self._document.styles.numbering(style)
            if inherited is None:
                return None
            key, own_level, found_style = inherited
            bound = numbering.of_style(found_style)
            level = level or own_level or (str(bound[1]) if bound else "0")
        index = int(level) if level.isascii() and level.isdigit() and len(level) < 3 else 0
        if key == "0" or not html.strip():  # Word numbers empty paragraphs, but nobody reads them
            return None
        marker = numbering.next(key, index)
        return None if marker is None else (index, marker)

    def _end_list(self, out: BlockCollector) -> None:
        items, self._items = self._items, []
        if not items:
            return
        if self._in_cell:
            for item in items:
                out.paragraph(numbered(item))
        else:
            out.html(list_html(items))

    def _guess_title(self, element: Element, style: str, out: BlockCollector) -> None:
        """Let a bold or large line at the beginning be the title of a document without headings."""
        if self._in_cell or self._document.guess.is_settled:
            return
        runs = [run for run in element.iter(f"{W}r") if run.find(f"{W}t") is not None]
        styles = self._document.styles
        sizes, is_bold = [], bool(runs)
        for run in runs:
            properties = run.find(f"{W}rPr")
            size = None if properties is None else properties.find(f"{W}sz")
            sizes.append(styles.size(style) if size is None else half_points(size))
            bold = is_on(properties, "b")
            is_bold &= styles.switch("b", style) if bold is None else bold
        self._document.guess.look(
            self.inline.text, size=max(sizes, default=0), usual=styles.size(""), is_bold=is_bold
        )

    # --- tables ---------------------------------------------------------------------------------

    def _table(self, element: Element, out: BlockCollector) -> None:
        rows = list(self._rows(element))
        self._in_cell += 1
        read = [[self._cell(cell) for cell in cells] for _row, cells in rows]
        self._in_cell -= 1
        texts = _spread(rows, read)
        used = {index for row in texts for index, text in enumerate(row) if text}
        is_layout = len(used) < 2 or any(
            len(text) > _LONG_CELL_CHARS for row in texts for text in row
        )
        if len(rows) == 1:
            is_layout |= any(cell.find(f".//{W}tbl") is not None for cell in rows[0][1])
        if is_layout and not self._in_cell:
            for _row, cells in rows:
                for cell in cells:
                    self.blocks(cell, out)
        else:
            out.table(texts, has_header=self._has_header(element, rows, texts))

    def _cell(self, cell: Element) -> str:
        """Return what a cell says, a line a paragraph, item or row of an inner table."""
        inner = BlockCollector()
        self.blocks(cell, inner)
        return plain_text(inner.finish())

    def _rows(self, table: Element) -> Iterator[tuple[Element, list[Element]]]:
        """Yield the rows that are shown with their cells, through content controls and the like."""
        for row in _through(table, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            if is_on(properties, "hidden"):
                self.inline.hidden += 1
                continue
            yield row, list(_through(row, "tc"))

    def _has_header(
        self, table: Element, rows: list[tuple[Element, list[Element]]], texts: list[list[str]]
    ) -> bool:
        """Tell whether the first row is a head: it recurs on each page, is set off by the style, or reads like one."""
        if len(rows) < 2:
            return False
        row = rows[0][0].find(f"{W}trPr")
        if is_on(row, "tblHeader"):
            return True
        first = [text for text in texts[0] if text]
        is_short = all(len(text) <= _SHORT_CELL_CHARS and "\n" not in text for text in first)
        if not is_short or len(first) < len(rows[0][1]):
            return False
        properties = table.find(f"{W}tblPr")
        look = None if properties is None else properties.find(f"{W}tblLook")
        styled = not self._document.styles.is_plain_table(value(properties, "tblStyle"))
        if (styled and _marks_first_row(look)) or value(row, "cnfStyle").startswith("1"):
            return True
        has_figures = any(map(str.isdigit, "".join(first)))
        return _is_bold(rows[0][0]) or (len(first) > 2 and len(rows) > 2 and not has_figures)

    # --- notes ----------------------------------------------------------------------------------

    def add_notes(self, out: BlockCollector) -> None:
        """Add footnotes and endnotes under the marks that the text has."""
        for kind in ("footnote", "endnote"):
            marks = self.inline.notes[kind]
            for root in self._document.package.related(self._part, f"{kind}s") if marks else ():
                self._add_notes_of(root, kind, marks, out)

    def _add_notes_of(
        self, root: Element, kind: str, marks: dict[str, str], out: BlockCollector
    ) -> None:
        texts = {one.get(f"{W}id") or "": one for one in root.iterchildren(f"{W}{kind}")}
        for key, mark in marks.items():
            if key in texts:
                inner = BlockCollector()
                self.blocks(texts[key], inner)
                text = plain_text(inner.finish()).replace("\n", " ")
                out.paragraph(f"[{mark}] {escape(text, quote=False)}")


def value_of(element: Element | None) -> str:
    """Return an element's own value, or nothing."""
    return "" if element is None else element.get(f"{W}val") or ""


def _through(element: Element, name: str) -> Iterator[Element]:
    """Yield rows or cells, also those inside content controls and inserted by tracked changes."""
    for child in element.iterchildren(etree.Element):
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in _CONTAINERS or child.tag == f"{W}sdt":
            yield from _through(child, name)


def _spread(rows: list[tuple[Element, list[Element]]], read: list[list[str]]) -> list[list[str]]:
    """Return cells by columns: wide ones leave columns empty, high ones are said again in each row."""
    spread: list[list[str]] = []
    above: dict[int, str] = {}
    for (row, cells), texts in zip(rows, read, strict=True):
        line = [""] * _count(row.find(f"{W}trPr"), "gridBefore", least=0)
        reaching: dict[int, str] = {}
        for cell, text in zip(cells, texts, strict=True):
            properties = cell.find(f"{W}tcPr")
            merge = None if properties is None else properties.find(f"{W}vMerge")
            if merge is not None:
                if (merge.get(f"{W}val") or "continue") == "continue":
                    text = text or above.get(len(line), "")
                reaching[len(line)] = text
            line += [text] + [""] * (_count(properties, "gridSpan", least=1) - 1)
        above = reaching
        spread.append(line)
    return spread


def _count(properties: Element | None, name: str, *, least: int) -> int:
    text = value(properties, name)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else least
    return max(least, min(number, limits.MAX_SPAN))


def _marks_first_row(look: Element | None) -> bool:
    if look is None:
        return False
    if first := look.get(f"{W}firstRow"):
        return first in {"1", "true", "on"}
    try:
        return bool(int(look.get(f"{W}val") or "0", 16) & 0x20)
    except ValueError:
        return False


def _is_bold(row: Element) -> bool:
    runs = [run for run in row.iter(f"{W}r") if squeeze(run.findtext(f"{W}t") or "")]
    return bool(runs) and all(is_on(run.find(f"{W}rPr"), "b") for run in runs)
