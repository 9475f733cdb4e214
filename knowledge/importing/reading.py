"""Reads the files of a folder ahead of the writing: two at a time, in order, a few in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.utils.translation import gettext as _

from knowledge.importing.extraction import Extraction, ExtractionPool, Reason
from knowledge.importing.extraction.limits import MAX_FILE_BYTES
from knowledge.importing.extraction.results import Dated, DateSource
from knowledge.importing.extraction.sentences import sentence_for
from knowledge.importing.sources import SourceDocument, SourceFile, title_and_blocks

# What is not worth a page, or cannot be attached to one.
_REFUSED = (Reason.EMPTY, Reason.TOO_LARGE, Reason.UNREADABLE)
READERS = 2  # processes; beside them the writing side is busy
READ_AHEAD = 12  # files


@dataclass(frozen=True, slots=True)
class FileReading:
    """What is known of one file before it is written.

    Attributes:
        source_path: Its place in the folder.
        document: What its page is made of; None if it is unchanged or has a problem.
        is_unchanged: Its content is what an earlier run imported.
        is_known: An earlier run imported it.
        problem: Why it cannot be imported, as a sentence.
    """

    source_path: str
    document: SourceDocument | None = None
    is_unchanged: bool = False
    is_known: bool = False
    problem: str = ""


def read_files(files: Iterable[SourceFile], *, known: Mapping[str, str]) -> Iterator[FileReading]:
    """Yield the reading of each file, in order.

    Args:
        files: To be read.
        known: Hash by path, of files that earlier runs imported.
    """
    seen: set[str] = set()
    with ExtractionPool(READERS) as pool, ThreadPoolExecutor(READERS) as threads:
        waiting: deque[Future[FileReading]] = deque()
        for file in files:
            if file.source_path in seen:
                waiting.append(
                    _at_once(
                        threads,
                        file,
                        _(
                            "Another file has the same name, spelt with other characters. Rename one of the two."
                        ),
                    )
                )
            else:
                seen.add(file.source_path)
                waiting.append(threads.submit(_read, file, pool, known.get(file.source_path)))
            if len(waiting) >= READ_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _at_once(threads: ThreadPoolExecutor, file: SourceFile, problem: str) -> Future[FileReading]:
    return threads.submit(FileReading, file.source_path, problem=problem)


def _read(file: SourceFile, pool: ExtractionPool, known_hash: str | None) -> FileReading:
    name = file.source_path.rsplit("/", 1)[-1]
    is_known = known_hash is not None
    if file.size_bytes > MAX_FILE_BYTES:
        return _refused(file, Reason.TOO_LARGE, name)
    try:
        content_hash = file.content_hash()
        if content_hash == known_hash:
            return FileReading(file.source_path, is_unchanged=True, is_known=True)
        with file.path.open("rb") as content:
            extraction = pool.extract(content, name=name)
    except OSError:
        return _refused(file, Reason.UNREADABLE, name)
    if extraction.reason in _REFUSED:
        return _refused(file, extraction.reason, name)
    return FileReading(
        file.source_path,
        document=_document(file, content_hash, extraction),
        is_known=is_known,
    )


def _refused(file: SourceFile, reason: Reason, name: str) -> FileReading:
    return FileReading(file.source_path, problem=sentence_for(reason, name=name))


def _document(file: SourceFile, content_hash: str, extraction: Extraction) -> SourceDocument:
    title, blocks = title_and_blocks(extraction, source_path=file.source_path)
    return SourceDocument(
        source_path=file.source_path,
        content_hash=content_hash,
        title=title,
        blocks=blocks,
        file=file.path,
        extraction=extraction.without_blocks(),
        dated=extraction.dated or Dated(file.changed_on, DateSource.FILE),
    )
