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
from knowledge.importing.extraction.dates import day_of_stamp
from knowledge.importing.extraction.pdf.annotations import Annotations
from knowledge.importing.extraction.pdf.columns import text_by_columns
from knowledge.importing.extraction.pdf.edges import shape, without_running_titles
from knowledge.importing.extraction.pdf.fonts import hides_letters, with_letters
from knowledge.importing.extraction.pdf.spacing import with_whole_words
from knowledge.importing.extraction.results import (
    Bitmap,
    BlockKind,
    Dated,
    DateSource,
    Extraction,
    Loss,
    Reason,
    UnusableFile,
)
from knowledge.importing.extraction.title_guess import TitleGuess, is_letterhead
from knowledge.importing.extraction.titles import usable_title

# PDFium puts this where a hyphen ends a line, and joins the lines.
_LINE_HYPHEN = "\ufffe"
_STROKES = "-\u2010\u00ad"  # at a line's end: hyphens of either kind, soft ones
_JOINED_WORD = re.compile(
    rf"(?<=[a-zäöüß]){_LINE_HYPHEN}(?=[a-zäöüß])(?!(?:und|oder|bzw|sowie|als|bis)\b)"
)
_KEPT_STROKE = re.compile(rf"{_LINE_HYPHEN}(?=(?:und|oder|bzw|sowie|als|bis)\b)")
_BROKEN_WORD = re.compile(
    rf"(?<=[a-zäöüß])[{_STROKES}][ ]?\r?\n[ ]*(?=[a-zäöüß])(?!(?:und|oder|bzw|sowie|als|bis)\b)"
)
# Old TeX fonts have the dots as a character of their own, before the vowel.
_LOOSE_DOTS = re.compile(r"[ ]?\u00a8[ ]?([aouAOU])")
_END_STROKE = re.compile(r"\u2010(?=[ ]?(?:\n|$))")  # the others are typed like this
_SENTENCE_END = re.compile(r"(?<=[a-zäöüß]{4})[.!?]\s+(?=[A-ZÄÖÜ])")
_LEADERS = re.compile(r"(?:\s*[.…]){4,}\s*\d*$")
_NUMBERING = re.compile(
    r"^(?:kapitel|anhang|teil|abschnitt)?\s*(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)+|[IVX]+)\.?\s+", re.I
)
_MIN_LETTERS = limits.SCANNED_LETTERS  # fewer in a whole document are a stamp or a page number
_PAGES_LOOKED_AT = 3
_POINTS_PER_INCH = 72
_LARGER = 1.15  # a heading's letters against the text's
_MAX_HEADING_CHARS = 150
_MIN_TITLE_CHARS = 4
_TITLE_LINES = 8  # from the top in which the title of a document without large letters stands
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
    lines, sizes, is_truncated, lost = _lines_of_pages(document, page_count)
    if hides_letters("\n".join(line for page in lines for line in page)[:_MAX_SIZED_CHARS]):
        mended = with_letters(data)
        if mended is not None:
            document = pdfium.PdfDocument(mended)
            lines, sizes, is_truncated, lost = _lines_of_pages(document, page_count)
    lines = [_cleaned(page) for page in lines]
    letters = sum(character.isalnum() for page in lines for line in page for character in line)
    if letters == 0 or (letters < _MIN_LETTERS and _has_pictures(document)):
        raise UnusableFile(Reason.NO_TEXT)
    lines = without_running_titles(lines)
    bookmarks = _bookmarks(document)
    collector = _blocks(lines, bookmarks, _large_lines(sizes))
    blocks = collector.finish()
    found = tuple(block.text for block in blocks if block.kind is BlockKind.HEADING)
    return Extraction(
        format="pdf",
        title=_title(document, lines, sizes),
        lost={loss: count for loss, count in lost.items() if count},
        dated=_dated(document),
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
    return _END_STROKE.sub("-", _BROKEN_WORD.sub("", text))


def _has_pictures(document: pdfium.PdfDocument) -> bool:
    """Tell whether the first pages hold pictures: beside a few letters, these may be scanned text."""
    for number in range(min(len(document), _PAGES_LOOKED_AT)):
        if any(True for _one in document[number].get_objects((raw.FPDF_PAGEOBJ_IMAGE,))):
            return True
    return False


_Sizes = list[list[tuple[str, float]]]


def _lines_of_pages(
    document: pdfium.PdfDocument, page_count: int
) -> tuple[list[list[str]], _Sizes, bool, Counter[Loss]]:
    """Return the lines of each page, the sizes of their letters, whether pages are missing, and what is left out."""
    pages: list[list[str]] = []
    sizes: _Sizes = []
    annotations = Annotations(document)
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
            text = text_by_columns(text_page) or text_page.get_text_range()
            if chars < _MAX_SIZED_CHARS:
                text = with_whole_words(text_page, text)
                measured = _line_sizes(text_page, text_page.count_chars())
            text = annotations.with_marks(page, text_page, text)
            text_page.close()
            page.close()
        except pdfium.PdfiumError:  # one damaged page; the others are worth reading
            failed += 1
        chars += len(text)
        pages.append(text.replace("\r\n", "\n").split("\n"))
        sizes.append(measured)
    if failed and failed == len(pages):
        raise UnusableFile(Reason.BROKEN)
    return pages, sizes, is_truncated, annotations.lost


def _cleaned(page: list[str]) -> list[str]:
    """Return the lines of a page with words together again, without empty ones."""
    text = _BROKEN_WORD.sub("", _JOINED_WORD.sub("", "\n".join(page)))
    text = _END_STROKE.sub("-", text)
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
    usual = _usual_size(pages)
    return [
        {
            shape(squeeze(line))
            for line, size in page
            if size >= usual * _LARGER
            and len(line) <= _MAX_HEADING_CHARS
            and sum(character.isalpha() for character in line) >= 3
        }
        for page in pages
    ]


def _usual_size(pages: _Sizes) -> float:
    """Return the size in which most letters are set; infinite if none was measured."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line, size in page:
            weights[round(size, 1)] += len(line)
    return weights.most_common(1)[0][0] if weights else float("inf")


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
            if not bookmarks and shape(line) in large[number]:
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


def _title(document: pdfium.PdfDocument, pages: list[list[str]], sizes: _Sizes) -> str:
    """Return the title in the properties, else what looks like it on the first page that has text."""
    title = usable_title(squeeze(document.get_metadata_value("Title")))
    if title:
        return title
    first = next((page for page in pages if page), [])
    measured = {squeeze(line): size for page in sizes[:2] for line, size in page}
    usual = _usual_size(sizes)
    guess = TitleGuess()
    for line in first:
        guess.look(line, size=measured.get(line, 0), usual=usual)
    return usable_title(guess.title or _first_phrase(first))


def _first_phrase(page: list[str]) -> str:
    """Return the first line that is neither the head of a letter nor the middle of a sentence."""
    for index, line in enumerate(page[:_TITLE_LINES]):
        following = page[index + 1][:1] if index + 1 < len(page) else ""
        sentence, *rest = _SENTENCE_END.split(line, maxsplit=1)
        if rest:
            return sentence
        if is_letterhead(line) or not _MIN_TITLE_CHARS <= len(line) <= _MAX_HEADING_CHARS:
            continue
        return "" if following.islower() and line[-1].isalnum() else line
    return ""


def _dated(document: pdfium.PdfDocument) -> Dated | None:
    for key in ("ModDate", "CreationDate"):
        if day := day_of_stamp(document.get_metadata_value(key)):
            return Dated(day, DateSource.PROPERTIES)
    return None
