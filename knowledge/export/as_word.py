"""Write a sheet as DOCX: real headings, lists, head rows, links; pictures with their text; marked on each sheet."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from PIL import Image, UnidentifiedImageError

from knowledge.export.sheets import (
    SVG,
    Block,
    Box,
    Figure,
    Heading,
    Items,
    Letterhead,
    Paragraph,
    Picture,
    Preformatted,
    Rule,
    Run,
    Runs,
    Sheet,
    Table,
    sound_headings,
)

_FONT = "Fira Sans"  # Word takes another sans serif where it is missing
_MONOSPACED = "Consolas"
_WIDTH_CM = 16.5  # of the text: A4 less its margins
_HEIGHT_CM = 20.0
_DEEPEST_LIST = 3  # Word's own styles end there
_LINK = RGBColor(0x00, 0x3B, 0x7A)
_DPI = 150


def word_of(sheet: Sheet) -> bytes:
    """Return the sheet as DOCX."""
    document: Any = docx.Document()
    _Writer(document, sheet).write()
    out = BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """Writes one document."""

    def __init__(self, document: Any, sheet: Sheet) -> None:
        self._document, self._sheet = document, sheet

    def write(self) -> None:
        """Write everything."""
        _set_properties(self._document, self._sheet)
        _set_styles(self._document, self._sheet.language)
        _set_paper(self._document, self._sheet.letterhead)
        if self._sheet.letterhead.logo is not None:
            self._picture(self._sheet.letterhead.logo, "", height_cm=1.2)
        for block in sound_headings(self._sheet.blocks):
            self._block(block)

    def _block(self, block: Block, *, style: str | None = None, level: int = 1) -> None:
        match block:
            case Heading():
                self._runs(self._document.add_heading(level=block.level), block.runs)
            case Paragraph():
                self._runs(self._document.add_paragraph(style=style), block.runs)
            case Preformatted():
                self._runs(
                    self._document.add_paragraph(style=style), [Run(block.text, is_code=True)]
                )
            case Rule():
                _border(self._document.add_paragraph(), "bottom")
            case Items():
                self._list(block, level)
            case Box():
                self._box(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)

    def _list(self, block: Items, level: int) -> None:
        depth = min(level, _DEEPEST_LIST)
        name = "List Number" if block.is_ordered else "List Bullet"
        style = name if depth == 1 else f"{name} {depth}"
        following = "List Continue" if depth == 1 else f"List Continue {depth}"
        number = _new_numbering(self._document, style) if block.is_ordered else None
        for item in block.items:
            for place, one in enumerate(item):
                self._block(one, style=following if place else style, level=level + 1)
                if place == 0 and number is not None and isinstance(one, Paragraph):
                    _numbered(self._document.paragraphs[-1], number)

    def _box(self, block: Box) -> None:
        for one in block.blocks:
            before = len(self._document.paragraphs)
            self._block(one)
            for paragraph in self._document.paragraphs[before:]:
                _border(paragraph, "left")
                paragraph.paragraph_format.left_indent = Cm(0.5)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._document.add_paragraph(block.caption, style="Caption")
        table = self._document.add_table(len(block.rows), block.width)
        table.style = "Table Grid"
        free = [[True] * block.width for _row in block.rows]
        cells = [list(row.cells) for row in table.rows]
        for number, row in enumerate(block.rows):
            column = 0
            for cell in row:
                while column < block.width and not free[number][column]:
                    column += 1
                across, down = min(cell.columns, block.width - column), cell.rows
                for line in range(number, min(number + down, len(cells))):
                    free[line][column : column + across] = [False] * across
                target = cells[number][column]
                if across > 1 or down > 1:
                    end = min(number + down, len(cells)) - 1
                    target = target.merge(cells[end][column + across - 1])
                self._runs(target.paragraphs[0], cell.runs, bold=cell.is_head)
                column += across
        for line in table.rows[: block.head_rows]:
            _repeat_on_each_page(line)
        self._document.add_paragraph()

    def _figure(self, figure: Figure) -> None:
        picture = self._sheet.pictures.get(figure.picture)
        if picture is not None:
            self._picture(picture, figure.alternative_text)
        if figure.caption:
            self._runs(self._document.add_paragraph(style="Caption"), figure.caption)

    def _picture(self, picture: Picture, words: str, height_cm: float = _HEIGHT_CM) -> None:
        usable = _usable(picture)
        if usable is None:
            return
        content, width, height = usable
        scale = min(1.0, _WIDTH_CM * _DPI / 2.54 / width, height_cm * _DPI / 2.54 / height)
        run = self._document.add_paragraph().add_run()
        run.add_picture(BytesIO(content), width=Cm(width * scale / _DPI * 2.54))
        described = run._r.xpath(".//wp:docPr")[0]
        described.set("descr", words)
        described.set("name", "")

    def _runs(self, paragraph: Any, runs: Runs, *, bold: bool = False) -> None:
        for run in runs:
            if run.text == "\n":
                paragraph.add_run().add_break()
            elif run.href:
                _link(paragraph, run)
            else:
                _styled(paragraph.add_run(run.text), run, bold=bold)


def _usable(picture: Picture) -> tuple[bytes, int, int] | None:
    """Return a picture in a format that Word reads, with its size in pixels; None if it is none.

    Word's own way with SVG needs a PNG beside it anyway.
    """
    if picture.media_type == SVG:
        # A library that most files don't need.
        from knowledge.export.rasterising import drawn

        picture = drawn(picture)
    try:
        with Image.open(BytesIO(picture.content)) as image:
            if image.format in {"PNG", "JPEG", "GIF"}:
                return picture.content, *image.size
            out = BytesIO()
            image.save(out, "PNG")
            return out.getvalue(), *image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None


def _set_properties(document: Any, sheet: Sheet) -> None:
    properties = document.core_properties
    properties.title, properties.language = sheet.title, sheet.language
    properties.author = properties.last_modified_by = sheet.letterhead.issuer
    properties.comments = ""


def _set_styles(document: Any, language: str) -> None:
    for style in document.styles:
        properties = style.element.find(qn("w:rPr"))
        if properties is None:
            continue
        for fonts in properties.iterfind(qn("w:rFonts")):
            properties.remove(fonts)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    for level in range(1, 7):
        style = document.styles[f"Heading {level}"]
        style.font.name, style.font.bold, style.font.italic = _FONT, True, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.size = Pt({1: 18, 2: 14, 3: 12}.get(level, 10.5))
    document.styles["Caption"].font.color.rgb = RGBColor(0x33, 0x33, 0x33)
    for defaults in document.styles.element.iter(qn("w:rPrDefault")):
        spoken = defaults.find(qn("w:rPr")).find(qn("w:lang"))
        spoken.set(qn("w:val"), language)


def _set_paper(document: Any, head: Letterhead) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    _margin_line(section.header, f"{head.issuer}\t{head.mark}")
    line = _margin_line(section.footer, f"{head.retrieved}\t{head.words.page} ")
    _field(line, "PAGE")
    line.add_run(f" {head.words.of} ")
    _field(line, "NUMPAGES")


def _margin_line(part: Any, text: str) -> Any:
    """Write what stands at the edge of each sheet, its second half at the right."""
    line = part.paragraphs[0]
    line.text = text
    line.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    line.style.font.size = Pt(8.5)
    line.style.paragraph_format.tab_stops.clear_all()
    return line


def _field(line: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    line._p.append(field)


def _new_numbering(document: Any, style: str) -> int:
    """Return a new list of Word's that counts from 1: all lists of one style would be counted through."""
    numbering = document.part.numbering_part.element
    pattern = document.styles[style].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(pattern).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    found: int = number.numId
    return found


def _numbered(paragraph: Any, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = number
    properties.get_or_add_ilvl().val = 0


def _border(paragraph: Any, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    attributes: Mapping[str, str] = {"val": "single", "sz": "12", "space": "8", "color": "003B7A"}
    for name, value in attributes.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _repeat_on_each_page(row: Any) -> None:
    head = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(head)


def _link(paragraph: Any, run: Run) -> None:
    relation = paragraph.part.relate_to(run.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    paragraph._p.append(link)
    inner = paragraph.add_run(run.text)
    _styled(inner, run)
    inner.font.color.rgb, inner.font.underline = _LINK, True
    link.append(inner._r)


def _styled(written: Any, run: Run, *, bold: bool = False) -> None:
    if run.is_bold or bold:
        written.bold = True
    if run.is_italic:
        written.italic = True
    if run.is_code:
        written.font.name = _MONOSPACED
