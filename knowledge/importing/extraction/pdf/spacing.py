"""Words set with space between their letters: PDFium takes the last letter's space for one between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw

# Shares of a letter's width, and of the space between the letters before.
_SPACED = 0.15
_AS_BEFORE = 1.3
_SPACE = 32


def with_whole_words(text_page: pdfium.PdfTextPage, text: str) -> str:
    """Return a page's text without the spaces that stand inside of words.

    Args:
        text_page: The page, which says where each letter stands.
        text: Its text, in whatever order.
    """
    inside = set(_spaces_inside(text_page))
    if not inside:
        return text
    for apart, whole in set(_words(text_page, inside)):
        literal = whole.replace("\\", r"\\")
        text = re.sub(rf"(?<!\S){re.escape(apart)}(?!\S)", literal, text)
    return text


def _spaces_inside(text_page: pdfium.PdfTextPage) -> Iterator[int]:
    """Yield the spaces that PDFium made up and that are no wider than those between the letters before."""
    for index in range(2, text_page.count_chars() - 1):
        if raw.FPDFText_GetUnicode(text_page, index) != _SPACE:
            continue
        if raw.FPDFText_IsGenerated(text_page, index) != 1:
            continue
        before, last = _letter(text_page, index - 2), _letter(text_page, index - 1)
        if before is None or last is None:
            continue
        usual = last.left - before.right
        if usual <= _SPACED * (last.right - last.left):
            continue
        following = _letter(text_page, index + 1)
        if following is not None and 0 < following.left - last.right <= usual * _AS_BEFORE:
            yield index


def _letter(text_page: pdfium.PdfTextPage, index: int) -> raw.FS_RECTF | None:
    if chr(raw.FPDFText_GetUnicode(text_page, index)).isspace():
        return None
    box = raw.FS_RECTF()
    return box if raw.FPDFText_GetLooseCharBox(text_page, index, box) else None


def _words(text_page: pdfium.PdfTextPage, inside: set[int]) -> Iterator[tuple[str, str]]:
    """Yield what has such spaces as PDFium writes it, and without them."""
    apart: list[str] = []
    whole: list[str] = []
    for index in range(text_page.count_chars() + 1):
        code = raw.FPDFText_GetUnicode(text_page, index) if index < text_page.count_chars() else 0
        character = chr(code)
        if index in inside:
            apart.append(character)
        elif character.isspace() or not code:
            if len(apart) > len(whole):
                yield "".join(apart), "".join(whole)
            apart, whole = [], []
        else:
            apart.append(character)
            whole.append(character)
