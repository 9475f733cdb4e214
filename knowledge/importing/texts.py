"""Keep the text of documents for the search."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.db import transaction
from django_tasks import task

from knowledge.files.models import KnowledgeDocument
from knowledge.importing.extraction import Extraction, Reason, extract_bytes, extract_file
from knowledge.importing.extraction.limits import MAX_FILE_BYTES
from knowledge.importing.models import ExtractedText
from search.outbox import enqueue

logger = logging.getLogger(__name__)


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


def read_later(document: KnowledgeDocument) -> None:
    """Have the document read by the worker; at once where there is none."""
    read_document.enqueue(document.pk)


@task()
def read_document(document_id: int) -> None:
    """Read one document in the background; one that was deleted meanwhile is no error."""
    document = KnowledgeDocument.objects.filter(pk=document_id).first()
    if document is not None:
        ensure_extracted(document)


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
