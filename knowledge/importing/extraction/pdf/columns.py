"""Pages whose two columns a program has written line by line: left, right, left, right. Read so, words fall apart."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pypdfium2 as pdfium

_MIN_ROWS = 6  # that both columns have; fewer are a heading or a signature
_MAX_PIECES = 2000  # of a page; more are a drawing
_MIN_GAP = 8.0  # points between the columns
_SAME_PLACE = 3.0  # points by which the right column's lines may begin apart
_MIN_LINE_CHARS = 20  # on average: shorter ones are a table's cells
_MIN_RUNNING_ON = 0.3  # of the lines begin in lower case, as only running text does

_HYPHEN = "\ufffe"  # PDFium's sign for one that parts a word at a line's end

_Box = tuple[float, float, float, float]  # left, bottom, right, top


def text_by_columns(text_page: pdfium.PdfTextPage) -> str | None:
    """Return a page's text with one column after the other; None if it has no such columns.

    Tables are told from columns by what stands in them: running text goes on from line to line.
    """
    count = text_page.count_rects()
    if not 2 * _MIN_ROWS <= count <= _MAX_PIECES:
        return None
    boxes = [text_page.get_rect(index) for index in range(count)]
    pairs = [(left, right) for left, right in pairwise(boxes) if _side_by_side(left, right)]
    begins = Counter(round(right[0] / _SAME_PLACE) for _left, right in pairs)
    if not begins or begins.most_common(1)[0][1] < _MIN_ROWS:
        return None
    begin = begins.most_common(1)[0][0] * _SAME_PLACE
    rows = [pair for pair in pairs if abs(pair[1][0] - begin) <= _SAME_PLACE]
    gutter = min(right[0] for _left, right in rows) - 1
    bottom = min(min(left[1], right[1]) for left, right in rows)
    top = max(max(left[3], right[3]) for left, right in rows)
    inside = [box for box in boxes if box[1] >= bottom and box[3] <= top]
    if any(box[0] < gutter < box[2] for box in inside) or _is_wider_than_two(begins, rows):
        return None
    parts = _parts(text_page, gutter, bottom=bottom, top=top)
    if parts is None or not (_runs_on(parts[_LEFT]) and _runs_on(parts[_RIGHT])):
        return None
    return "\n".join(part for part in parts if part.strip())


_ABOVE, _LEFT, _RIGHT, _BELOW = range(4)


def _parts(
    text_page: pdfium.PdfTextPage, gutter: float, *, bottom: float, top: float
) -> list[str] | None:
    """Return the texts above, left, right and below; None if PDFium counts letters otherwise than it gives them."""
    text = text_page.get_text_range()
    if len(text) != text_page.count_chars():
        return None
    parts: list[list[str]] = [[], [], [], []]
    here = _ABOVE
    for index, letter in enumerate(text):
        if not letter.isspace():
            left, low, right, high = text_page.get_charbox(index)
            middle = (low + high) / 2
            before = here
            if low or high:  # what PDFium adds by itself stands nowhere
                side = _LEFT if (left + right) / 2 < gutter else _RIGHT
                here = _ABOVE if middle > top else _BELOW if middle < bottom else side
            if here != before and parts[here] and parts[here][-1] != _HYPHEN:
                parts[here].append("\n")
        parts[here].append(letter)
    return ["\n".join(line.strip(" ") for line in "".join(part).split("\n")) for part in parts]


def _side_by_side(left: _Box, right: _Box) -> bool:
    """Tell whether two pieces stand on one line with a gap between them."""
    height = min(left[3] - left[1], right[3] - right[1])
    apart = abs((left[1] + left[3]) - (right[1] + right[3])) / 2
    return apart <= height and right[0] - left[2] >= _MIN_GAP


def _is_wider_than_two(begins: Counter[int], rows: list[tuple[_Box, _Box]]) -> bool:
    """Tell whether further columns begin at other places, as those of a table do."""
    most = begins.most_common(1)[0][0]
    others = sum(count for place, count in begins.items() if abs(place - most) > 1)
    return others * 2 > len(rows)


def _runs_on(text: str) -> bool:
    lines = [line for line in text.replace(_HYPHEN, "\n").splitlines() if line.strip()]
    if len(lines) < _MIN_ROWS or sum(map(len, lines)) < _MIN_LINE_CHARS * len(lines):
        return False
    return sum(line.strip()[0].islower() for line in lines) >= _MIN_RUNNING_ON * len(lines)
