"""What people have put on the pages of a PDF: filled fields, ticks, stamps, remarks in sight."""

from __future__ import annotations

import contextlib
import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.results import Loss
from knowledge.importing.extraction.symbols import box

_HIDDEN = 0x02 | 0x20  # flags of an annotation: hidden, not on screen
_SHOWN = frozenset({raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP})
_REMARKS = frozenset(
    {
        raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET,
    }
)  # fmt: skip
_TICKS = frozenset({raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON})
_VALUES = frozenset(
    {raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
)
_LABEL_GAP = 60.0  # points between a box and its label at most
_SAME_LINE = 3.0  # points by which a field may be higher or lower than its label
_MAX_ON_PAGE = 2000
_MAX_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something on a page that its text does not have."""

    text: str
    is_tick: bool
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class _Letter:
    index: int
    middle: float
    height: float


class Annotations:
    """Reads the annotations of one document; must be made before its pages are opened."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self.lost: Counter[Loss] = Counter()
        self._form = None
        with contextlib.suppress(pdfium.PdfiumError):
            document.init_forms()
        if document.formenv is not None:
            self._form = document.formenv.raw

    def with_marks(self, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, text: str) -> str:
        """Return a page's text with each value after its label, each tick before its own."""
        count = raw.FPDFPage_GetAnnotCount(page.raw)
        marks = list(self._marks(page, text_page, min(count, _MAX_ON_PAGE))) if count > 0 else []
        if not marks:
            return text
        letters = _letters(text_page, text)
        places: dict[int, list[str]] = {}
        alone: list[str] = []
        for mark in marks:
            place = _place(mark, letters)
            if place is None:
                alone.append(f"\n{mark.text}")
            else:
                is_before = mark.is_tick and text[place : place + 1].strip() != ""
                places.setdefault(place, []).append(
                    f"{mark.text} " if is_before else f" {mark.text} "
                )
        parts, start = [], 0
        for place in sorted(places):
            parts += [text[start:place], *places[place]]
            start = place
        return "".join([*parts, text[start:], *alone])

    def _marks(
        self, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, count: int
    ) -> Iterator[_Mark]:
        for index in range(count):
            annotation = raw.FPDFPage_GetAnnot(page.raw, index)
            if not annotation:
                continue
            try:
                said = self._said(annotation, text_page)
                area = raw.FS_RECTF()
                if said and raw.FPDFAnnot_GetRect(annotation, area):
                    text, is_tick = said
                    yield _Mark(text, is_tick, area.left, area.bottom, area.right, area.top)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)

    def _said(
        self, annotation: raw.FPDF_ANNOTATION, text_page: pdfium.PdfTextPage
    ) -> tuple[str, bool] | None:
        """Return what an annotation shows, and whether it is a box to tick; None if it shows nothing."""
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            return None
        if kind in _REMARKS:
            self.lost[Loss.COMMENTS] += bool(_string(annotation, b"Contents"))
        elif kind in _SHOWN:
            text = _string(annotation, b"Contents") or _drawn_text(annotation, text_page)
            return (text, False) if text else None
        elif kind == raw.FPDF_ANNOT_WIDGET and self._form is not None:
            field = raw.FPDFAnnot_GetFormFieldType(self._form, annotation)
            if field in _TICKS:
                return box(is_ticked=bool(raw.FPDFAnnot_IsChecked(self._form, annotation))), True
            if field in _VALUES and (value := self._value(annotation)):
                return value, False
        return None

    def _value(self, annotation: raw.FPDF_ANNOTATION) -> str:
        return _read(
            lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(
                self._form, annotation, buffer, size
            )
        )


def _string(annotation: raw.FPDF_ANNOTATION, key: bytes) -> str:
    return _read(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _read(call) -> str:  # type: ignore[no-untyped-def]  # pypdfium2's functions have no types
    """Return a text that PDFium writes into a buffer, in UTF-16 with an end."""
    size = int(call(None, 0))
    if not 2 < size <= _MAX_CHARS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return squeeze(buffer.raw[: size - 2].decode("utf-16-le", "replace"))


def _drawn_text(annotation: raw.FPDF_ANNOTATION, text_page: pdfium.PdfTextPage) -> str:
    """Return the words of a stamp's own drawing."""
    words = []
    for index in range(min(raw.FPDFAnnot_GetObjectCount(annotation), _MAX_ON_PAGE)):
        drawn = raw.FPDFAnnot_GetObject(annotation, index)
        if drawn and raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_TEXT:
            words.append(
                _read(
                    lambda buffer, size, drawn=drawn: raw.FPDFTextObj_GetText(
                        drawn, text_page.raw, buffer, size
                    )
                )
            )
    return squeeze(" ".join(words))


def _letters(text_page: pdfium.PdfTextPage, text: str) -> list[_Letter]:
    """Return where the letters of a page stand; none if its text isn't letter by letter what PDFium counts."""
    count = text_page.count_chars()
    if count != len(text) or count > _MAX_CHARS:
        return []
    letters = []
    for index in range(count):
        if text[index].isspace():
            continue
        left, bottom, right, top = text_page.get_charbox(index)
        letters.append(_Letter(index, (left + right) / 2, (bottom + top) / 2))
    return letters


def _place(mark: _Mark, letters: list[_Letter]) -> int | None:
    """Return where in the text a mark belongs; None if no label is near."""
    line = [
        letter
        for letter in letters
        if mark.bottom - _SAME_LINE <= letter.height <= mark.top + _SAME_LINE
    ]
    after = [letter for letter in line if letter.middle > (mark.left + mark.right) / 2]
    before = [letter for letter in line if letter.middle < mark.left + _SAME_LINE]
    if mark.is_tick and after:
        nearest = min(after, key=lambda letter: letter.middle)
        if nearest.middle - mark.right <= _LABEL_GAP:
            return nearest.index
    if before:
        return max(before, key=lambda letter: letter.middle).index + 1
    above = [
        letter
        for letter in letters
        if letter.height > mark.top and mark.left - _LABEL_GAP <= letter.middle <= mark.right
    ]
    if not above:
        return None
    lowest = min(letter.height for letter in above)
    return max(letter.index for letter in above if letter.height - lowest <= _SAME_LINE) + 1
