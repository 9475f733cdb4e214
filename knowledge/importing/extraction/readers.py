"""One entry for all formats; runs inside the confined process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from knowledge.importing.extraction import limits, mail, office, plain
from knowledge.importing.extraction.collecting import BlockCollector, headings_of, plain_text
from knowledge.importing.extraction.languages import guess_language
from knowledge.importing.extraction.markup import read_html
from knowledge.importing.extraction.open_document import OpenDocument
from knowledge.importing.extraction.portable_document import read_pdf
from knowledge.importing.extraction.results import Extraction, Reason, UnusableFile
from knowledge.importing.extraction.sniffing import recognise


def read(data: bytes, *, name: str) -> Extraction:
    """Return what `data` holds; a file that cannot be read gives an extraction with its reason.

    Raises:
        MemoryError: If the process has not enough of it.
        RecursionError: If the content is nested too deeply.
    """
    try:
        file_format = recognise(data, name=name)
        extraction = _READERS[file_format](data)
    except UnusableFile as problem:
        return Extraction(reason=problem.reason)
    if not any(page.strip() for page in extraction.pages):
        return Extraction(format=file_format, reason=Reason.NO_TEXT)
    return replace(
        extraction,
        format=file_format,
        title=extraction.title[:255],
        language=guess_language(extraction.pages),
    )


def _whole(title: str, collector: BlockCollector) -> Extraction:
    """Return the extraction of a format without pages."""
    blocks = collector.finish()
    return Extraction(
        title=title,
        pages=(plain_text(blocks)[: limits.MAX_TEXT_CHARS],),
        headings=headings_of(blocks),
        blocks=blocks,
        skipped_images=collector.skipped_images,
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
        is_truncated=len(blocks) > limits.MAX_BLOCKS
        or any(collector.is_truncated for collector in collectors),
    )


def _read_odt(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _whole(document.title(), document.text())


def _read_odp(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _paged(document.title(), document.slides())


def _read_ods(data: bytes) -> Extraction:
    document = OpenDocument(data)
    return _paged(document.title(), document.sheets())


_READERS: dict[str, Callable[[bytes], Extraction]] = {
    "pdf": read_pdf,
    "docx": lambda data: _whole(*office.read_docx(data)),
    "pptx": lambda data: _paged(*office.read_pptx(data)),
    "xlsx": lambda data: _paged(*office.read_xlsx(data)),
    "odt": _read_odt,
    "odp": _read_odp,
    "ods": _read_ods,
    "html": lambda data: _whole(*read_html(data)),
    "md": lambda data: _whole(*plain.read_markdown(data)),
    "txt": lambda data: _whole(*plain.read_text(data)),
    "csv": lambda data: _whole("", plain.read_csv(data)),
    "eml": lambda data: _whole(*mail.read_eml(data)),
    "msg": lambda data: _whole(*mail.read_msg(data)),
}
