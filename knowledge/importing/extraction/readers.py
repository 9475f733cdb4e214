"""One entry for all formats; runs inside the confined process."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from knowledge.importing.extraction import limits, plain
from knowledge.importing.extraction.collecting import BlockCollector, headings_of, plain_text
from knowledge.importing.extraction.dates import day_in_head
from knowledge.importing.extraction.languages import guess_language
from knowledge.importing.extraction.mails.calendars import read_calendar
from knowledge.importing.extraction.mails.letters import Letter
from knowledge.importing.extraction.mails.mail import read_eml
from knowledge.importing.extraction.mails.outlook import read_message
from knowledge.importing.extraction.mails.sealed import signed_content
from knowledge.importing.extraction.markup import read_html
from knowledge.importing.extraction.office.old_office import is_encrypted
from knowledge.importing.extraction.office.open_document import OpenDocument
from knowledge.importing.extraction.office.packages import OfficePackage
from knowledge.importing.extraction.office.slides import Presentation
from knowledge.importing.extraction.office.word import WordDocument
from knowledge.importing.extraction.office.workbook import Workbook
from knowledge.importing.extraction.pdf.document import read_pdf
from knowledge.importing.extraction.pictures import read_picture_file
from knowledge.importing.extraction.results import (
    Dated,
    DateSource,
    Extraction,
    Loss,
    Reason,
    UnusableFile,
)
from knowledge.importing.extraction.sniffing import (
    CONVERTIBLE,
    PICTURES,
    READABLE,
    ending_of,
    recognise,
)
from knowledge.importing.extraction.titles import best_title, cut_at_word


def read(data: bytes, *, name: str) -> Extraction:
    """Return what `data` holds; a file that cannot be read gives an extraction with its reason.

    Raises:
        MemoryError: If the process has not enough of it.
        RecursionError: If the content is nested too deeply.
    """
    try:
        file_format = recognise(data, name=name)
        if file_format == "p7m":
            return _read_signed(data, name=name)
        if file_format in CONVERTIBLE:
            reason = Reason.ENCRYPTED if is_encrypted(data, file_format) else Reason.UNSUPPORTED
            return Extraction(format=file_format, reason=reason)
        extraction = _READERS[file_format](data)
    except UnusableFile as problem:
        return Extraction(reason=problem.reason)
    if not any(page.strip() for page in extraction.pages):
        return replace(extraction, format=file_format, pages=(), blocks=(), reason=Reason.NO_TEXT)
    head = day_in_head(f"{extraction.title}\n{extraction.pages[0]}")
    return replace(
        extraction,
        format=file_format,
        title=cut_at_word(extraction.title),
        dated=extraction.dated or (Dated(head, DateSource.TEXT) if head else None),
        language=guess_language(extraction.pages),
    )


def _read_signed(data: bytes, *, name: str) -> Extraction:
    """Return what a file holds that is wrapped up in a signature: a mail, or a document by the name in the middle."""
    content = signed_content(data)
    if content is None:
        return Extraction(reason=Reason.ENCRYPTED)
    inner = name.rpartition(".")[0]
    return read(content, name=inner if ending_of(inner) in READABLE else f"{inner}.eml")


def _whole(title: str, collector: BlockCollector) -> Extraction:
    """Return the extraction of a format without pages."""
    blocks = collector.finish()
    return Extraction(
        title=title,
        pages=(plain_text(blocks)[: limits.MAX_TEXT_CHARS],),
        headings=headings_of(blocks),
        blocks=blocks,
        lost=_counted(collector.lost),
        is_truncated=collector.is_truncated,
    )


def _paged(title: str, collectors: list[BlockCollector]) -> Extraction:
    """Return the extraction of a format whose parts are slides or sheets."""
    parts = [collector.finish() for collector in collectors]
    blocks = tuple(block for part in parts for block in part)
    return Extraction(
        title=title,
        pages=tuple(plain_text(part) for part in parts),
        headings=headings_of(blocks),
        blocks=blocks[: limits.MAX_BLOCKS],
        lost=_counted(sum((collector.lost for collector in collectors), Counter())),
        is_truncated=len(blocks) > limits.MAX_BLOCKS
        or any(collector.is_truncated for collector in collectors),
    )


def _counted(lost: Counter[Loss]) -> dict[Loss, int]:
    return {loss: count for loss, count in lost.items() if count > 0}


def _read_docx(data: bytes) -> Extraction:
    document = WordDocument(data)
    guess, collector = document.read()
    return _described(_whole(guess, collector), document.package)


def _read_pptx(data: bytes) -> Extraction:
    document = Presentation(data)
    return _described(_paged_by_first_title(document.slides()), document.package)


def _read_xlsx(data: bytes) -> Extraction:
    document = Workbook(data)
    return _described(_paged("", document.sheets()), document.package)


def _paged_by_first_title(slides: list[BlockCollector]) -> Extraction:
    """Return slides under what stands on the first one that is shown: a person calls the whole by that."""
    extraction = _paged("", slides)
    return replace(extraction, title=next(iter(extraction.headings), ""))


def _read_letter(letter: Letter) -> Extraction:
    dated = Dated(letter.day, DateSource.MAIL) if letter.day else None
    return replace(_whole(letter.subject, letter.collect()), dated=dated)


def _described(extraction: Extraction, document: OfficePackage | OpenDocument) -> Extraction:
    """Add what a file's properties say: the better title, its day."""
    return replace(
        extraction,
        title=best_title(document.title(), guess=extraction.title, pages=extraction.pages),
        dated=_dated(document.changed_on()),
    )


def _dated(day: dt.date | None) -> Dated | None:
    return Dated(day, DateSource.PROPERTIES) if day else None


def _read_odt(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _described(_whole("", document.text()), document)


def _read_odp(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _described(_paged_by_first_title(document.slides()), document)


def _read_ods(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _described(_paged("", document.sheets()), document)


_READERS: dict[str, Callable[[bytes], Extraction]] = {
    "pdf": read_pdf,
    "docx": _read_docx,
    "pptx": _read_pptx,
    "xlsx": _read_xlsx,
    "odt": _read_odt,
    "odp": _read_odp,
    "ods": _read_ods,
    "html": lambda data: _whole(*read_html(data)),
    "md": lambda data: _whole(*plain.read_markdown(data)),
    "txt": lambda data: _whole(*plain.read_text(data)),
    "csv": lambda data: _whole("", plain.read_csv(data)),
    **dict.fromkeys(PICTURES, read_picture_file),
    **dict.fromkeys(("ics", "vcf"), lambda data: _read_letter(read_calendar(data))),
    "eml": lambda data: _read_letter(read_eml(data)),
    "msg": lambda data: _read_letter(read_message(data)),
}
