"""Keep the text of documents for the search: read in the background, scanned pages after that."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from knowledge.files.models import KnowledgeDocument
from knowledge.importing.extraction import (
    Extraction,
    ExtractionPool,
    Reason,
    extract_bytes,
    extract_file,
)
from knowledge.importing.extraction.confined import conversion
from knowledge.importing.extraction.confined.recognition import (
    Recognition,
    is_available,
    recognise,
    scanned_pages,
)
from knowledge.importing.extraction.languages import guess_language
from knowledge.importing.extraction.limits import MAX_FILE_BYTES
from knowledge.importing.extraction.sniffing import SCANNED_ENDINGS, ending_of
from knowledge.importing.models import ExtractedText
from search.outbox import enqueue

logger = logging.getLogger(__name__)

BACKEND = "files"  # of settings.TASKS
# Queues of their own: a long file keeps nothing else waiting, and a long scan no other file.
READING = "reading"
RECOGNITION = "recognition"


def ensure_extracted(document: KnowledgeDocument) -> ExtractedText:
    """Return the text of the document's present file, reading it if that has not happened yet.

    Reading the same file again does nothing. A file that cannot be read is kept with its reason, so that it is
    named on the page and not tried again. Pages that attach the document are noted for the search.
    """
    kept = ExtractedText.objects.filter(document=document).first()
    file_hash = _hash_of(document)
    if kept is not None and file_hash and kept.file_hash == file_hash:
        return kept
    extraction = _extract(document)
    logger.info(
        "document read id=%d reason=%s pages=%d",
        document.pk, extraction.reason or "", len(extraction.pages),
    )  # fmt: skip
    return keep_extraction(document, extraction, file_hash=file_hash)


@transaction.atomic
def keep_extraction(
    document: KnowledgeDocument,
    extraction: Extraction,
    *,
    file_hash: str,
    is_on_page: bool = False,
) -> ExtractedText:
    """Keep what was read out of the document's present file, and note its pages for the search.

    Args:
        document: Whose text it is.
        extraction: What was read.
        file_hash: Of the file that was read; empty if there is none, so that it is tried again.
        is_on_page: The page that it is attached to says the same: its text is not kept a second time.
    """
    kept, _created = ExtractedText.objects.update_or_create(
        document=document,
        defaults={
            "file_name": document.file.name,
            "file_hash": file_hash,
            "pages": [] if is_on_page else list(extraction.pages),
            "is_on_page": is_on_page,
            "reason": extraction.reason or "",
            "language": extraction.language,
            "is_truncated": extraction.is_truncated,
            "recognised_pages": None,
            "lost": {str(loss): count for loss, count in extraction.lost.items()},
        },
    )
    enqueue("page", document.attached_to.values_list("page_id", flat=True))
    return kept


def has_current_text(document: KnowledgeDocument) -> bool:
    """Tell whether the document's present file has been read; without reading it."""
    return ExtractedText.objects.filter(
        document=document,
        file_name=document.file.name,  # a new file never gets an old one's name
        file_hash=document.file_hash or "not known",
    ).exists()


def keep_apart(documents: Iterable[KnowledgeDocument]) -> None:
    """Have documents read after the transaction whose text stood only on an imported page until now."""
    for document in documents:
        if ExtractedText.objects.filter(document=document, is_on_page=True).delete()[0]:
            transaction.on_commit(partial(read_later, document))


def recognise_later(kept: ExtractedText) -> None:
    """Have the scanned pages of a document recognised in the background, if it has any."""
    if may_be_scanned(kept):
        recognise_document.enqueue(kept.document_id)


def read_later(document: KnowledgeDocument) -> None:
    """Have the document read in the background."""
    read_document.enqueue(document.pk)


@task(backend=BACKEND, queue_name=READING)
def read_document(document_id: int) -> None:
    """Read one document in the background; one that was deleted meanwhile is no error."""
    document = KnowledgeDocument.objects.filter(pk=document_id).first()
    if document is not None:
        recognise_later(ensure_extracted(document))


def may_be_scanned(kept: ExtractedText) -> bool:
    """Tell whether pages have next to no text, nobody tried to recognise any, and that is possible."""
    return (
        kept.recognised_pages is None
        and kept.file_name.lower().endswith(SCANNED_ENDINGS)
        and (kept.reason == Reason.NO_TEXT or (not kept.reason and bool(scanned_pages(kept.pages))))
        and is_available()
    )


@task(backend=BACKEND, queue_name=RECOGNITION)
def recognise_document(document_id: int) -> None:
    """Put text into the scanned pages of one document, minutes for a long one; done once for each file."""
    kept = ExtractedText.objects.filter(document=document_id).select_related("document").first()
    if kept is None or not may_be_scanned(kept):
        return
    try:
        with _opened(kept.document) as file, ExtractionPool() as pool:
            found = recognise(file, kept.pages, pool=pool)
    except OSError:
        return  # the file is gone; a new one is read anew
    _keep_recognition(kept, found)


@transaction.atomic
def _keep_recognition(kept: ExtractedText, found: Recognition) -> None:
    """Keep what was recognised, unless the document got another file meanwhile."""
    values: dict[str, Any] = {"recognised_pages": found.recognised}
    if found.recognised:
        values |= {
            "pages": list(found.pages),
            "reason": "",
            "language": guess_language(found.pages),
            "is_truncated": kept.is_truncated or found.is_truncated,
        }
    same = ExtractedText.objects.filter(pk=kept.pk, file_hash=kept.file_hash)
    if same.update(**values) and found.recognised:
        enqueue("page", kept.document.attached_to.values_list("page_id", flat=True))
    logger.info(
        "document recognised id=%d pages=%d truncated=%s",
        kept.document_id, found.recognised, found.is_truncated,
    )  # fmt: skip


def catch_up(*, older_than: dt.timedelta) -> int:
    """Have all documents read whose turn was lost: a process killed, a queue emptied, a program installed later.

    Args:
        older_than: Leave out what was uploaded since; it is on its way.

    Returns:
        How many documents were queued.
    """
    before = timezone.now() - older_than
    unread = KnowledgeDocument.objects.filter(created_at__lte=before).exclude(
        extracted_text__file_name=F("file")
    )
    scans = ExtractedText.objects.filter(
        reason=Reason.NO_TEXT,
        recognised_pages=None,
        file_name__iregex=rf"({'|'.join(SCANNED_ENDINGS)})$".replace(".", r"\."),
        extracted_at__lte=before,
    )
    old = ExtractedText.objects.filter(reason=Reason.UNSUPPORTED, extracted_at__lte=before)
    readable_now = [kept.pk for kept in old if conversion.is_possible(ending_of(kept.file_name))]
    ExtractedText.objects.filter(pk__in=readable_now).delete()
    queued = unread.count()
    for document in unread.only("pk").iterator():
        read_later(document)
    waiting = list(scans.values_list("document_id", flat=True)) if is_available() else []
    for document_id in waiting:
        recognise_document.enqueue(document_id)
    return queued + len(waiting)


def _hash_of(document: KnowledgeDocument) -> str:
    """Return the hash of the file as it lies there; the stored one may be of an earlier file."""
    try:
        document._set_file_hash()
    except OSError:
        return ""
    return str(document.file_hash)


def _extract(document: KnowledgeDocument) -> Extraction:
    try:
        if document.file.size > MAX_FILE_BYTES:
            return Extraction(reason=Reason.TOO_LARGE)
        if document.is_stored_locally():
            return extract_file(Path(document.file.path), name=document.filename)
        with document.open_file() as file:
            return extract_bytes(file.read(), name=document.filename)
    except OSError:
        return Extraction(reason=Reason.UNREADABLE)


@contextmanager
def _opened(document: KnowledgeDocument) -> Iterator[IO[bytes]]:
    """Open a document's file, a copy on this machine's disk if it lies elsewhere."""
    if document.is_stored_locally():
        with Path(document.file.path).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        with document.open_file() as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy
