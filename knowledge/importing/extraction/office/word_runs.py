"""The text of one paragraph of a DOCX: runs, fields, boxes to tick, links, marks of notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape

from lxml import etree

from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.formulas import formula_text
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.packages import COMPATIBILITY, ID, Relation, chosen
from knowledge.importing.extraction.office.word_styles import Styles, W, is_on, value
from knowledge.importing.extraction.symbols import box, symbol, text_in_font

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BREAKS = {"br": "<br/>", "cr": "<br/>", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_DRAWINGS = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_NO_TEXT = frozenset(
    f"{W}{name}"
    for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt", "commentReference")
)
_COUNTERS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*(?:TOC|INDEX|TOA)\b", re.IGNORECASE)
_ADDRESS = re.compile(r'\s*HYPERLINK\s+"([^"]+)"', re.IGNORECASE)
_ON = frozenset({"1", "true", "on"})
_TAGS = re.compile(r"<[^>]*>")


@dataclass(slots=True)
class _Field:
    """A field that has begun and not ended yet."""

    start: int
    paragraph: int
    data: Element | None
    instruction: str = ""
    is_in_result: bool = False


class Inline:
    """Reads the paragraphs of one part; fields may reach over several of them."""

    def __init__(
        self, styles: Styles, relations: Mapping[str, Relation], *, is_margin: bool = False
    ) -> None:
        self._styles = styles
        self._relations = relations
        self._is_margin = is_margin
        self._parts: list[str] = []
        self._fields: list[_Field] = []
        self._boxes: list[Element] = []
        self._style = ""
        self._paragraph = 0
        self._was_in_contents = False
        self.notes: dict[str, dict[str, str]] = {"footnote": {}, "endnote": {}}
        self.text = ""
        self.images = 0
        self.hidden = 0

    def html_of(self, element: Element, *, style: str = "") -> str:
        """Return the inline HTML of a paragraph; what hangs on it waits for `take_boxes`."""
        self._parts = []
        self._style = style
        self._paragraph += 1
        self._was_in_contents = self._has_contents()
        self._children(element)
        html = "".join(self._parts)
        for mark in ("strong", "em"):
            html = html.replace(f"</{mark}><{mark}>", "")
        self.text = squeeze(unescape(_TAGS.sub("", html.replace("<br/>", " "))))
        return html.strip() if self.text else ""

    def take_boxes(self) -> list[Element]:
        """Return text boxes, diagrams and charts of the last paragraph."""
        boxes, self._boxes = self._boxes, []
        return boxes

    @property
    def is_in_contents(self) -> bool:
        """Tell whether the last paragraph is part of a table of contents or an index."""
        return self._was_in_contents or self._has_contents()

    def _has_contents(self) -> bool:
        return any(
            field.is_in_result and _CONTENTS.match(field.instruction) for field in self._fields
        )

    def _children(self, element: Element) -> None:
        for child in element.iterchildren(etree.Element):
            self._child(child)

    def _child(self, element: Element) -> None:
        tag = element.tag
        if tag in _NO_TEXT:
            return
        if tag == f"{W}r":
            self._run(element)
        elif tag == f"{W}hyperlink":
            relation = self._relations.get(element.get(ID) or "")
            start = len(self._parts)
            self._children(element)
            if relation is not None and relation.is_external:
                self._link(relation.target, start)
        elif tag == f"{W}sdt":
            self._control(element)
        elif tag == f"{W}fldSimple":
            if not (self._is_margin and _COUNTERS.match(element.get(f"{W}instr") or "")):
                self._children(element)
        elif tag == f"{_MATH}oMath":
            self._add(f" {formula_text(element)} ")
        elif tag == f"{COMPATIBILITY}AlternateContent":
            version = chosen(element)
            if version is not None:
                self._children(version)
        elif tag in _DRAWINGS:
            self._drawing(element)
        else:
            self._children(element)

    def _run(self, run: Element) -> None:
        properties = run.find(f"{W}rPr")
        if self._is_hidden(properties):
            self.hidden += bool("".join(run.itertext(f"{W}t")).strip())
            for child in run.iterchildren(f"{W}fldChar", f"{W}instrText"):
                self._field_part(child)
            return
        start = len(self._parts)
        for child in run.iterchildren(etree.Element):
            self._run_child(child, properties)
        inner = "".join(self._parts[start:])
        if not inner.strip() or "<a " in inner:
            return
        for mark, name in (("em", "i"), ("strong", "b")):
            if self._is_marked(properties, name):
                inner = f"<{mark}>{inner}</{mark}>"
        self._parts[start:] = [inner]

    def _run_child(self, child: Element, properties: Element | None) -> None:
        tag = child.tag
        name = etree.QName(child).localname
        if tag == f"{W}t":
            self._add(text_in_font(_font(properties), child.text or ""))
        elif tag in {f"{W}fldChar", f"{W}instrText"}:
            self._field_part(child)
        elif tag == f"{W}sym":
            code = child.get(f"{W}char") or "0"
            self._add(symbol(child.get(f"{W}font") or "", _hexadecimal(code)))
        elif tag.startswith(W) and name in _BREAKS:
            if self._is_shown():
                self._parts.append(_BREAKS[name])
        elif name in {"footnoteReference", "endnoteReference"}:
            marks = self.notes[name.removesuffix("Reference")]
            count = sum(map(len, self.notes.values()))
            mark = marks.setdefault(child.get(f"{W}id") or "", str(count + 1))
            self._add(f" [{mark}]")
        else:
            self._child(child)

    def _is_marked(self, properties: Element | None, name: str) -> bool:
        direct = is_on(properties, name)
        if direct is not None:
            return direct
        style = value(properties, "rStyle")
        return bool(style) and self._styles.switch(name, style)

    def _is_hidden(self, properties: Element | None) -> bool:
        direct = is_on(properties, "vanish")
        if direct is not None:
            return direct
        style = value(properties, "rStyle")
        return self._styles.switch("vanish", *([style] if style else []), self._style)

    def _add(self, text: str) -> None:
        if self._is_shown():
            self._parts.append(escape(text, quote=False).replace("\n", " "))

    def _link(self, address: str, start: int) -> None:
        inner = "".join(self._parts[start:])
        if _TAGS.sub("", inner).strip():
            self._parts[start:] = [f'<a href="{escape(address)}">{inner}</a>']

    # --- fields ---------------------------------------------------------------------------------

    def _is_shown(self) -> bool:
        """Tell whether what comes now is a result of fields or outside of any, and no page number of a margin."""
        return all(
            field.is_in_result and not (self._is_margin and _COUNTERS.match(field.instruction))
            for field in self._fields
        )

    def _field_part(self, element: Element) -> None:
        if element.tag == f"{W}instrText":
            if self._fields:
                self._fields[-1].instruction += element.text or ""
            return
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            data = element.find(f"{W}ffData")
            self._fields.append(_Field(len(self._parts), self._paragraph, data))
        elif kind == "separate" and self._fields:
            self._fields[-1].is_in_result = True
        elif kind == "end" and self._fields:
            self._end_field(self._fields.pop())

    def _end_field(self, field: _Field) -> None:
        is_here = field.paragraph == self._paragraph
        if field.data is not None and is_here and (shown := _form_value(field.data)):
            self._parts[field.start :] = []
            self._add(shown)
        elif _CONTENTS.match(field.instruction) and is_here:
            self._parts[field.start :] = []
        elif (address := _ADDRESS.match(field.instruction)) and is_here and self._is_shown():
            self._link(address.group(1), field.start)

    def _control(self, element: Element) -> None:
        """Add what a content control shows; a box to tick by its state, an empty field by nothing."""
        properties = element.find(f"{W}sdtPr")
        content = element.find(f"{W}sdtContent")
        if properties is not None:
            if (ticked := properties.find(f"{_W14}checkbox")) is not None:
                state = ticked.find(f"{_W14}checked")
                on = state is not None and state.get(f"{_W14}val") in _ON
                self._add(box(is_ticked=on))
                return
            if is_on(properties, "showingPlcHdr"):
                return  # »Klicken Sie hier, um Text einzugeben.«
        if content is not None:
            self._children(content)

    def _drawing(self, element: Element) -> None:
        """Keep text boxes and diagrams for later, count pictures, descend into what an old drawing holds."""
        if any((one.get("hidden") or "0") in _ON for one in element.iter("{*}docPr")):
            self.hidden += 1
            return
        texts = [
            box
            for box in element.iter(f"{W}txbxContent")
            if all(above is element or above.tag != box.tag for above in box.iterancestors())
        ]
        self._boxes += texts
        graphic = [
            one for one in element.iter("{*}relIds", "{*}chart") if one.get(ID) or one.attrib
        ]
        self._boxes += graphic
        if not texts and not graphic:
            self.images += 1


def _form_value(data: Element) -> str:
    """Return what a field of an old form shows if its result doesn't: a box, the chosen entry of a list."""
    ticked = data.find(f"{W}checkBox")
    if ticked is not None:
        state = is_on(ticked, "checked")
        return box(is_ticked=bool(is_on(ticked, "default") if state is None else state))
    chooser = data.find(f"{W}ddList")
    if chooser is None:
        return ""
    entries = [one.get(f"{W}val") or "" for one in chooser.iterchildren(f"{W}listEntry")]
    index = value(chooser, "result") or value(chooser, "default") or "0"
    return entries[int(index)] if index.isdigit() and int(index) < len(entries) else ""


def _font(properties: Element | None) -> str:
    """Return the font that a run names, or nothing."""
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
