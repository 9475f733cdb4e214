"""PPTX: the slides that are shown, in the order of the presentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.drawings import A, drawing_texts, paragraph_text
from knowledge.importing.extraction.office.lists import Item, list_html
from knowledge.importing.extraction.office.numbering import Marker, formatted
from knowledge.importing.extraction.office.packages import COMPATIBILITY, ID, OfficePackage, chosen
from knowledge.importing.extraction.results import Loss

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_OFF = frozenset({"0", "false"})
_ON = frozenset({"1", "true"})
_TITLES = frozenset({"title", "ctrTitle"})
_CHANGING = frozenset({"sldNum", "dt"})  # placeholders that a program fills on each slide
_NUMBER_STYLES = (
    ("arabic", "decimal"), ("alphaLc", "lowerLetter"), ("alphaUc", "upperLetter"),
    ("romanLc", "lowerRoman"), ("romanUc", "upperRoman"),
)  # fmt: skip
NOTES = "Notizen"


class Presentation:
    """One PPTX file."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnusableFile: If it is damaged, encrypted or too much.
        """
        self.package = OfficePackage(data)
        self._main = self.package.main_part("ppt/presentation.xml")
        self._footers: set[str] = set()

    def slides(self) -> list[BlockCollector]:
        """Return the content of each slide; that of a hidden one is empty, so that the others keep their numbers."""
        return [self._slide(name) for name in self._parts()]

    def _parts(self) -> list[str]:
        relations = self.package.relations(self._main)
        listed = [
            relations[key].target
            for slide in self.package.xml(self._main).iter(f"{_P}sldId")
            if (key := slide.get(ID) or "") in relations
        ]
        names = [name for name in listed if name in self.package.names]
        return names or _numbered(self.package.names)

    def _slide(self, name: str) -> BlockCollector:
        out = BlockCollector()
        root = self.package.xml(name)
        if (root.get("show") or "1") in _OFF:
            out.lost[Loss.HIDDEN_SLIDES] = 1
            return out
        shapes = list(self._shapes(root.find(f"{_P}cSld/{_P}spTree"), out))
        shapes.sort(key=lambda shape: _kind(shape) not in _TITLES)
        for shape in shapes:
            self._read(shape, name, out)
        self._add_master(root, name, out)
        for notes in self.package.related(name, "notesSlide"):
            self._add_notes(notes, out)
        for kind, tag in (("comments", f"{_P}cm"), ("comments", "{*}cmLst/{*}cm")):
            for comments in self.package.related(name, kind):
                out.lost[Loss.COMMENTS] += len(comments.findall(tag))
        return out

    def _add_master(self, slide: Element, name: str, out: BlockCollector) -> None:
        """Add once what layout and master show on the slide, beside what they keep place for."""
        root, part = slide, name
        for kind in ("slideLayout", "slideMaster"):
            parts = [
                one.target for one in self.package.relations(part).values() if one.kind == kind
            ]
            if (root.get("showMasterSp") or "1") in _OFF or not self.package.names.issuperset(
                parts
            ):
                return
            for part in parts[:1]:
                root = self.package.xml(part)
                unseen = BlockCollector()  # a logo is no loss on each slide
                for shape in self._shapes(root.find(f"{_P}cSld/{_P}spTree"), unseen):
                    if shape.tag == f"{_P}sp" and not _kind(shape):
                        self._once(shape, out)

    def _once(self, shape: Element, out: BlockCollector) -> None:
        text = squeeze(" ".join(paragraph_text(one) for one in shape.iter(f"{A}p")))
        if text not in self._footers:
            self._footers.add(text)
            out.text_paragraph(text)

    def _shapes(self, tree: Element | None, out: BlockCollector) -> Iterator[Element]:
        """Yield shapes and tables, also those in groups, without hidden ones."""
        for child in () if tree is None else tree.iterchildren(etree.Element):
            named = child.find(f"./*/{_P}cNvPr")
            if named is not None and (named.get("hidden") or "0") in _ON:
                out.lost[Loss.HIDDEN_TEXT] += 1
            elif child.tag == f"{_P}grpSp":
                yield from self._shapes(child, out)
            elif child.tag == f"{COMPATIBILITY}AlternateContent":
                yield from self._shapes(chosen(child), out)
            elif child.tag == f"{_P}pic":
                out.lost[Loss.IMAGES] += 1
            elif child.tag in {f"{_P}sp", f"{_P}graphicFrame"}:
                yield child

    def _read(self, shape: Element, part: str, out: BlockCollector) -> None:
        if shape.tag == f"{_P}graphicFrame":
            self._frame(shape, part, out)
            return
        kind = _kind(shape)
        paragraphs = list(shape.iter(f"{A}p"))
        if kind in _CHANGING:
            return
        if kind in _TITLES:
            out.heading(" ".join(paragraph_text(one) for one in paragraphs), 2)
        elif kind in {"ftr", "hdr"}:
            self._once(shape, out)
        else:
            _add_text(paragraphs, out, is_list=kind in {"body", "obj"})

    def _frame(self, frame: Element, part: str, out: BlockCollector) -> None:
        table = frame.find(f".//{A}tbl")
        if table is not None:
            _add_table(table, out)
        for drawing in frame.iter("{*}relIds", "{*}chart"):
            for text in drawing_texts(drawing, self.package, part):
                out.text_paragraph(text)
        out.lost[Loss.EMBEDDED] += len(frame.findall(f".//{_P}oleObj"))

    def _add_notes(self, notes: Element, out: BlockCollector) -> None:
        texts = [
            paragraph_text(paragraph)
            for shape in notes.iter(f"{_P}sp")
            if _kind(shape) == "body"
            for paragraph in shape.iter(f"{A}p")
        ]
        if any(texts):
            out.paragraph(f"<strong>{NOTES}</strong>")
            for text in texts:
                out.text_paragraph(text)


def _kind(shape: Element) -> str:
    """Return the kind of a placeholder, `obj` for one of no special kind, nothing for other shapes."""
    place = shape.find(f"./*/{_P}nvPr/{_P}ph")
    return "" if place is None else place.get("type") or "obj"


def _numbered(names: frozenset[str]) -> list[str]:
    found = {
        int(match.group(1)): name
        for name in names
        if (match := re.fullmatch(r"ppt/slides/slide(\d{1,5})\.xml", name))
    }
    return [found[number] for number in sorted(found)]


def _add_text(paragraphs: list[Element], out: BlockCollector, *, is_list: bool) -> None:
    """Add paragraphs; what has bullets or numbers becomes a list."""
    items: list[Item] = []
    counts: dict[int, int] = {}
    for paragraph in paragraphs:
        html = escape(paragraph_text(paragraph), quote=False).replace("\n", "<br/>")
        if not html:
            continue
        properties = paragraph.find(f"{A}pPr")
        level = _level(properties)
        number = None if properties is None else properties.find(f"{A}buAutoNum")
        counts = {
            deep: count for deep, count in counts.items() if deep < level + bool(number is not None)
        }
        if number is not None:
            start = number.get("startAt") or "1"
            first = int(start) if start.isdigit() and len(start) < 6 else 1
            counts[level] = counts.get(level, first - 1) + 1
            items.append(Item(level, _marker(number.get("type") or "", counts[level]), html))
        elif _has_bullet(properties, is_list=is_list and len(paragraphs) > 1):
            items.append(Item(level, Marker(), html))
        else:
            out.html(list_html(items))
            items = []
            out.paragraph(html)
    out.html(list_html(items))


def _has_bullet(properties: Element | None, *, is_list: bool) -> bool:
    if properties is not None:
        if properties.find(f"{A}buNone") is not None:
            return False
        if properties.find(f"{A}buChar") is not None or properties.find(f"{A}buBlip") is not None:
            return True
    return is_list


def _level(properties: Element | None) -> int:
    level = "0" if properties is None else properties.get("lvl") or "0"
    return min(int(level), 8) if level.isascii() and level.isdigit() else 0


def _marker(kind: str, count: int) -> Marker:
    style = next((ours for theirs, ours in _NUMBER_STYLES if kind.startswith(theirs)), "decimal")
    text = formatted(count, style)
    end = ")" if "Paren" in kind else "" if kind.endswith("Plain") else "."
    start = "(" if kind.endswith("ParenBoth") else ""
    return Marker(f"{start}{text}{end}", count, is_plain=kind in {"arabicPeriod", "arabicPlain"})


def _add_table(table: Element, out: BlockCollector) -> None:
    """Add a table; cells that are merged downwards are said again in each row."""
    rows: list[list[str]] = []
    for row in table.iterchildren(f"{A}tr"):
        cells: list[str] = []
        for index, cell in enumerate(row.iterchildren(f"{A}tc")):
            text = "\n".join(paragraph_text(one) for one in cell.iter(f"{A}p"))
            if (cell.get("vMerge") or "0") in _ON and rows and index < len(rows[-1]):
                text = rows[-1][index]
            cells.append(text)
        rows.append(cells)
        if len(rows) > limits.MAX_PARTS:
            break
    properties = table.find(f"{A}tblPr")
    has_header = properties is not None and (properties.get("firstRow") or "0") in _ON
    out.table(rows, has_header=has_header)
