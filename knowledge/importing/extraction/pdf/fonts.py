"""Fonts that hide their letters: names of glyphs such as `f_i`, as TeX uses them, without a table of characters.

PDFium takes the code of such a glyph for a letter: »definiert« becomes »deVniert«. The table that is missing
(ToUnicode) is put in, and the file is read once more.
"""

from __future__ import annotations

import io
import re

import pikepdf

# A capital or a sign of no alphabet inside a word: what a hidden ligature looks like.
_SUSPICIOUS = re.compile(
    r"[a-zäöüß][A-Z\x01-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff][a-zäöüß]"
    r"|(?<=\s)[\x01-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff][a-zäöüß]{2}"
)
_MIN_SUSPICIOUS = 2  # words such as GmbH or »LehrerInnen« occur anywhere
_LETTER_NAMES = {
    "germandbls": "ß", "adieresis": "ä", "odieresis": "ö", "udieresis": "ü", "hyphen": "-", "longs": "s",
    "dotlessj": "j", "dotlessi": "i",
}  # fmt: skip
_WHOLE_NAMES = {"ff": "ff", "fi": "fi", "fl": "fl", "ffi": "ffi", "ffl": "ffl"}
_IN_PROGRAM = re.compile(rb"dup\s+(\d{1,3})\s*/([A-Za-z0-9_.]+)\s+put")
_PROGRAM_HEAD_BYTES = 65_536
_MAX_FONTS = 2000


def hides_letters(text: str) -> bool:
    """Tell whether a text looks as if ligatures were read as other letters."""
    return len(_SUSPICIOUS.findall(text)) >= _MIN_SUSPICIOUS


def with_letters(data: bytes) -> bytes | None:
    """Return a PDF with tables of characters for ligatures whose glyphs say by their names what they are.

    None if there is nothing to mend, or the file cannot be rewritten.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            mended = sum(_mend(document, font) for font in _fonts(document))
            if not mended:
                return None
            buffer = io.BytesIO()
            document.save(buffer)
            return buffer.getvalue()
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        return None  # read as it is


def _fonts(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    found = [
        one
        for one in document.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
    ]
    return found[:_MAX_FONTS]


def _mend(document: pikepdf.Pdf, font: pikepdf.Dictionary) -> bool:
    if "/ToUnicode" in font or font.get("/Subtype") not in {"/Type1", "/MMType1", "/TrueType"}:
        return False
    letters = {
        code: text
        for code, name in _glyphs(font).items()
        if (text := _letters_of(name)) and code < 256
    }
    if letters:
        font["/ToUnicode"] = document.make_stream(_table(letters))
    return bool(letters)


def _glyphs(font: pikepdf.Dictionary) -> dict[int, str]:
    """Return the names of glyphs by their codes, from the font's program and from what the PDF changes of it."""
    glyphs: dict[int, str] = {}
    descriptor = font.get("/FontDescriptor")
    program = None if descriptor is None else descriptor.get("/FontFile")
    if program is not None:
        head = program.read_bytes()[:_PROGRAM_HEAD_BYTES]
        glyphs = {int(code): name.decode() for code, name in _IN_PROGRAM.findall(head)}
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Dictionary):
        code = 0
        for one in encoding.get("/Differences", []):
            if isinstance(one, int):
                code = one
            else:
                glyphs[code] = str(one)[1:]
                code += 1
    return glyphs


def _letters_of(name: str) -> str:
    """Return the letters of a ligature by its name, such as `f_f_i` or `f_i.liga`; empty for other glyphs."""
    stem = name.partition(".")[0]
    if stem in _WHOLE_NAMES:
        return _WHOLE_NAMES[stem]
    parts = stem.split("_")
    letters = [part if len(part) == 1 else _LETTER_NAMES.get(part, "") for part in parts]
    return "".join(letters) if len(parts) > 1 and all(letters) else ""


def _table(letters: dict[int, str]) -> bytes:
    rows = "\n".join(
        f"<{code:02X}> <{text.encode('utf-16-be').hex()}>"
        for code, text in sorted(letters.items())[:100]
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{min(len(letters), 100)} beginbfchar\n{rows}\nendbfchar\nendcmap end end"
    ).encode()
