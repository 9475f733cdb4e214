"""PDF: text page by page, headings from the bookmarks or else from the size of the letters.

PDFium reads; pypdf was tried and left out, because it loses the spaces of documents made with TeX (py-pdf/pypdf#3978)
and takes fifteen times as long.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from math import sqrt

import pypdfium2 as pdfium
from pypdfium2 import raw

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.results import (
    Bitmap,
    BlockKind,
    Extraction,
    Reason,
    UnusableFile,
)

# PDFium puts this where a hyphen ends a line, and joins the lines.
_LINE_HYPHEN = "\ufffe"
_JOINED_WORD = re.compile(
    rf"(?<=[a-zäöüß]){_LINE_HYPHEN}(?=[a-zäöüß])(?!(?:und|oder|bzw|sowie|als|bis)\b)"
)
_KEPT_STROKE = re.compile(rf"{_LINE_HYPHEN}(?=(?:und|oder|bzw|sowie|als|bis)\b)")
_BROKEN_WORD = re.compile(
    r"(?<=[a-zäöüß])-[ ]?\n[ ]*(?=[a-zäöüß])(?!(?:und|oder|bzw|sowie|als|bis)\b)"
)
# Old TeX fonts have the dots as a character of their own, before the vowel.
_LOOSE_DOTS = re.compile(r"[ ]?\u00a8[ ]?([aouAOU])")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_LEADERS = re.compile(r"(?:\s*[.…]){4,}\s*\d*$")
_NUMBERING = re.compile(
    r"^(?:kapitel|anhang|teil|abschnitt)?\s*(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)+|[IVX]+)\.?\s+", re.I
)
_FILE_NAME = re.compile(
    r"^\S+\.(?:docx?|odt|pdf|tex|dvi|indd|qxd|rtf|xlsx?|pptx?)$|^(?:untitled|unbenannt)", re.I
)
_MAKER = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel) - )", re.IGNORECASE)
_MIN_LETTERS = limits.SCANNED_LETTERS  # fewer in a whole document are a stamp or a page number
_POINTS_PER_INCH = 72
_EDGE_LINES = 2  # running titles and page numbers stand in the first or last two lines
_EDGE_SHARE = 0.3  # of the pages: left and right ones differ, and chapters have their own
_LARGER = 1.15  # a heading's letters against the text's
_MAX_HEADING_CHARS = 150
_MAX_SIZED_CHARS = 400_000  # beyond it letters are not measured: about 1 s


@dataclass(frozen=True, slots=True)
class _Bookmark:
    level: int
    title: str
    page: int


def read_pdf(data: bytes) -> Extraction:
    """Return the text of each page; running titles are kept out.

    Raises:
        UnusableFile: If it is damaged, needs a password or holds pictures only.
    """
    try:
        document = pdfium.PdfDocument(data)
        page_count = len(document)
    except pdfium.PdfiumError as error:
        needs_password = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise UnusableFile(Reason.ENCRYPTED if needs_password else Reason.BROKEN) from error
    if page_count == 0:
        raise UnusableFile(Reason.BROKEN)
    lines, large, is_truncated = _lines_of_pages(document, page_count)
    letters = sum(character.isalnum() for page in lines for line in page for character in line)
    if letters < _MIN_LETTERS:
        raise UnusableFile(Reason.NO_TEXT)
    lines = _without_running_titles(lines)
    bookmarks = _bookmarks(document)
    collector = _blocks(lines, bookmarks, large)
    blocks = collector.finish()
    found = tuple(block.text for block in blocks if block.kind is BlockKind.HEADING)
    return Extraction(
        format="pdf",
        title=_title(document, lines),
        pages=tuple(joined_words("\n".join(page)) for page in lines),
        headings=found or tuple(bookmark.title for bookmark in bookmarks),
        blocks=blocks,
        is_truncated=is_truncated or collector.is_truncated,
    )


def render_page(data: bytes, index: int) -> Bitmap | None:
    """Return the picture of one page in shades of grey, for text recognition; None if there is no such page.

    Args:
        data: The file.
        index: Of the page, from 0.

    Raises:
        UnusableFile: If the file or this page is damaged.
    """
    try:
        document = pdfium.PdfDocument(data)
        if not 0 <= index < len(document):
            return None
        page = document[index]
        width, height = page.get_size()
        if width < 1 or height < 1:
            raise UnusableFile(Reason.BROKEN)
        scale = min(
            limits.RECOGNISED_DPI / _POINTS_PER_INCH,
            sqrt(limits.MAX_BITMAP_PIXELS / (width * height)),
        )
        drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        rows = bytes(drawn.buffer)
        if drawn.stride != drawn.width:
            starts = range(0, drawn.stride * drawn.height, drawn.stride)
            rows = b"".join(rows[start : start + drawn.width] for start in starts)
        return Bitmap(drawn.width, drawn.height, rows)
    except pdfium.PdfiumError as error:
        raise UnusableFile(Reason.BROKEN) from error


def joined_words(text: str) -> str:
    """Return text of lines with the words together again that a line end parts."""
    return _BROKEN_WORD.sub("", text)


def _lines_of_pages(
    document: pdfium.PdfDocument, page_count: int
) -> tuple[list[list[str]], list[set[str]], bool]:
    """Return the lines of each page, those of them in large letters, and whether pages are missing."""
    pages: list[list[str]] = []
    sizes: list[list[tuple[str, float]]] = []
    chars = failed = 0
    enough_s = time.process_time() + limits.ENOUGH_CPU_S
    is_truncated = page_count > limits.MAX_PAGES
    for number in range(min(page_count, limits.MAX_PAGES)):
        if time.process_time() > enough_s or chars > limits.MAX_TEXT_CHARS:
            is_truncated = True
            break
        text = ""
        measured: list[tuple[str, float]] = []
        try:
            page = document[number]
            text_page = page.get_textpage()
            text = text_page.get_text_range()
            if chars < _MAX_SIZED_CHARS:
                measured = _line_sizes(text_page, len(text))
            text_page.close()
            page.close()
        except pdfium.PdfiumError:  # one damaged page; the others are worth reading
            failed += 1
        chars += len(text)
        pages.append(_lines(text))
        sizes.append(measured)
    if failed and failed == len(pages):
        raise UnusableFile(Reason.BROKEN)
    return pages, _large_lines(sizes), is_truncated


def _lines(text: str) -> list[str]:
    text = _JOINED_WORD.sub("", text)
    text = _KEPT_STROKE.sub("- ", text).replace(_LINE_HYPHEN, "-")
    text = _LOOSE_DOTS.sub(lambda found: f"{found.group(1)}\u0308", text)
    lines = [squeeze(line) for line in clean(text).split("\n")]
    return [line for line in lines if line]


def _line_sizes(text_page: pdfium.PdfTextPage, length: int) -> list[tuple[str, float]]:
    """Return each line with the size of its letters in points; measured at its third character."""
    sizes = []
    line: list[str] = []
    size = 0.0
    for index in range(length):
        character = chr(raw.FPDFText_GetUnicode(text_page, index))
        if character in "\r\n":
            if line:
                sizes.append(("".join(line), size))
            line, size = [], 0.0
            continue
        line.append(character)
        if len(line) <= 3:
            size = max(size, raw.FPDFText_GetFontSize(text_page, index))
    if line:
        sizes.append(("".join(line), size))
    return sizes


def _large_lines(pages: list[list[tuple[str, float]]]) -> list[set[str]]:
    """Return for each page the shapes of lines whose letters are clearly larger than the text's."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line, size in page:
            weights[round(size, 1)] += len(line)
    if not weights:
        return [set() for _page in pages]
    usual = weights.most_common(1)[0][0]
    return [
        {
            _shape(squeeze(line))
            for line, size in page
            if size >= usual * _LARGER
            and len(line) <= _MAX_HEADING_CHARS
            and sum(character.isalpha() for character in line) >= 3
        }
        for page in pages
    ]


def _without_running_titles(pages: list[list[str]]) -> list[list[str]]:
    """Drop first and last lines that recur, digits aside, on many pages or on pages close by."""
    if len(pages) < 4:
        return pages
    edges = [
        {_shape(line) for line in [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]} for page in pages
    ]
    seen = Counter(shape for edge in edges for shape in edge)
    least = max(3, int(len(pages) * _EDGE_SHARE))
    everywhere = {shape for shape, count in seen.items() if count >= least}
    trimmed = []
    for number, page in enumerate(pages):
        # Prefaces and chapters have running titles of their own.
        around = edges[max(0, number - 2) : number] + edges[number + 1 : number + 3]
        nearby = Counter(shape for edge in around for shape in edge)
        close = {shape for shape, count in nearby.items() if count >= 2}
        trimmed.append(_trimmed(page, everywhere | close))
    return trimmed


def _trimmed(page: list[str], recurring: set[str]) -> list[str]:
    first, last = 0, len(page)
    while first < min(_EDGE_LINES, last) and _is_edge(page[first], recurring):
        first += 1
    while last > max(first, len(page) - _EDGE_LINES) and _is_edge(page[last - 1], recurring):
        last -= 1
    # A page of which nothing would be left is a form or a slide that repeats itself.
    return page[first:last] or page


def _is_edge(line: str, recurring: set[str]) -> bool:
    return _shape(line) in recurring or not _DIGITS.sub("", line.lower()).strip(" -–./|")


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line.lower()).replace(" ", "")


def _bookmarks(document: pdfium.PdfDocument) -> list[_Bookmark]:
    """Return the bookmarks, at most four levels deep."""
    found: list[_Bookmark] = []
    try:
        for bookmark in document.get_toc(max_depth=4):
            title = squeeze(bookmark.get_title())
            target = bookmark.get_dest()
            page = target.get_index() if target is not None else None
            if sum(character.isalpha() for character in title) >= 3:
                found.append(_Bookmark(bookmark.level + 1, title, -1 if page is None else page))
            if len(found) >= limits.MAX_BLOCKS:
                break
    except (pdfium.PdfiumError, UnicodeDecodeError, ValueError):
        return []  # damaged bookmarks cost the headings, not the text
    return found


def _blocks(
    pages: list[list[str]], bookmarks: list[_Bookmark], large: list[set[str]]
) -> BlockCollector:
    """Return paragraphs, with a heading where a line says what a bookmark of its page says."""
    collector = BlockCollector()
    paragraph: list[str] = []

    def end_paragraph() -> None:
        collector.text_paragraph(_BROKEN_WORD.sub("", "\n".join(paragraph)))
        paragraph.clear()

    for number, page in enumerate(pages):
        waiting = {
            _title_shape(bookmark.title): bookmark.level
            for bookmark in bookmarks
            if bookmark.page in {number, -1}
        }
        if sum(bool(_LEADERS.search(line)) for line in page) * 2 > len(page):
            continue
        usual = _usual_length(page)
        for line in page:
            if _LEADERS.search(line):
                continue  # the table of contents: on a page its numbers lead nowhere
            level = waiting.pop(_title_shape(line), 0)
            if not bookmarks and _shape(line) in large[number]:
                level = 1
            if level:
                end_paragraph()
                collector.heading(line, level + 1)
                continue
            if line.startswith("•"):
                end_paragraph()
            paragraph.append(line)
            # A line that ends early, with a sentence's end, ends a paragraph: PDF knows no others.
            if len(line) < usual * 0.8 and line[-1] in '.:!?)“"':
                end_paragraph()
    end_paragraph()
    return collector


def _title_shape(line: str) -> str:
    return _NUMBERING.sub("", line).lower().replace(" ", "")


def _usual_length(page: list[str]) -> int:
    lengths = sorted(len(line) for line in page)
    return lengths[len(lengths) * 3 // 4] if lengths else 0


def _title(document: pdfium.PdfDocument, pages: list[list[str]]) -> str:
    title = _MAKER.sub("", squeeze(document.get_metadata_value("Title")))
    if len(title) > 3 and not _FILE_NAME.search(title):
        return title[:255]
    first = next((line for page in pages for line in page), "")
    return first if 4 <= len(first) <= _MAX_HEADING_CHARS else ""
