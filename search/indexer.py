"""Bring the engine up to date with the outbox.

An installation runs one drain at a time. Two could overwrite a newer state of an object with an older one, and would
gain little because the engine stores in bulk. Everything is idempotent: a killed drain leaves its rows, and the next
one does them again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from search import conf, locks
from search.documents import SearchDocument
from search.engines import get_engine
from search.engines.base import EngineUnavailable, SearchEngine
from search.models import OutboxEntry
from search.passages.texts import forget_texts, keep_texts, kept_keys
from search.registry import make_key, sources, split_key
from search.words.house import house_words

logger = logging.getLogger(__name__)

DRAIN_LOCK = "drain"


@dataclass(slots=True)
class DrainReport:
    """The result of a drain.

    Attributes:
        rows: Outbox rows that are done.
        stored: Documents given to the engine.
        deleted: Documents that the engine was told to forget.
        failed: Objects that could not be read or stored; they are tried again later.
        busy: Another process is draining, and does these rows, too.
        unavailable: The engine did not answer.
        left_work: Rows are left for a later drain.
    """

    rows: int = 0
    stored: int = 0
    deleted: int = 0
    failed: int = 0
    busy: bool = False
    unavailable: bool = False
    left_work: bool = False

    def __bool__(self) -> bool:
        """Whether anything was indexed, so that checking again at once makes sense."""
        return self.rows > 0


@dataclass(slots=True)
class _Batch:
    """Rows of one source, with their objects."""

    source: str
    rows: list[OutboxEntry] = field(default_factory=list)

    @property
    def object_ids(self) -> list[str]:
        return list(dict.fromkeys(row.object_id for row in self.rows))


def drain(limit: int | None = None) -> DrainReport:
    """Index every change that is due.

    Args:
        limit: Stop after about so many outbox rows; None goes on until none is due.

    Returns:
        What was done; an unavailable engine or a failing object is reported, not raised.
    """
    report = DrainReport()
    while True:
        with locks.try_lock(DRAIN_LOCK) as held:
            if not held:
                report.busy = report.left_work = True
                return report
            _drain_due(report, limit)
        # Whoever committed and found the lock taken relies on us: look once more after giving it back.
        if report.unavailable or _reached(report, limit) or not _due_exists():
            break
    report.left_work = OutboxEntry.objects.exists()
    if report.rows or report.failed:
        logger.info(
            "search drain rows=%d stored=%d deleted=%d failed=%d",
            report.rows, report.stored, report.deleted, report.failed,
        )  # fmt: skip
    return report


def _reached(report: DrainReport, limit: int | None) -> bool:
    return limit is not None and report.rows + report.failed >= limit


def _due_exists() -> bool:
    return OutboxEntry.objects.due(timezone.now()).exists()


def _drain_due(report: DrainReport, limit: int | None) -> None:
    engine = get_engine()
    while not report.unavailable and not _reached(report, limit):
        due = OutboxEntry.objects.due(timezone.now()).order_by("pk")
        rows = list(due[: conf.BATCH_SIZE])
        if not rows:
            return
        _index(engine, _batches(rows), report)


def _batches(rows: Iterable[OutboxEntry]) -> list[_Batch]:
    batches: dict[str, _Batch] = {}
    for row in rows:
        batches.setdefault(row.source, _Batch(row.source)).rows.append(row)
    return list(batches.values())


def _index(engine: SearchEngine, batches: Iterable[_Batch], report: DrainReport) -> None:
    for batch in batches:
        try:
            _index_batch(engine, batch, report)
        except EngineUnavailable as error:
            if _may_be_refused(engine, batch):
                _index(engine, _one_by_one(batch), report)
                return
            _postpone(batch.rows, error, cap_s=conf.RETRY_CAP_S)
            report.unavailable = True
            logger.warning("search engine unavailable rows=%d error=%s", len(batch.rows), error)
            return
        except Exception as error:
            # One object that can't be read or stored must not keep the others from being found.
            if len(batch.object_ids) > 1:
                _index(engine, _one_by_one(batch), report)
                continue
            _postpone(batch.rows, error, cap_s=conf.POISON_RETRY_CAP_S)
            report.failed += 1
            logger.exception(
                "search indexing failed source=%s object=%s", batch.source, batch.object_ids[0]
            )


def _may_be_refused(engine: SearchEngine, batch: _Batch) -> bool:
    """Tell whether the engine answers but keeps refusing, perhaps because of one object among several."""
    tried = max(row.attempts for row in batch.rows)
    return len(batch.object_ids) > 1 and tried >= conf.REFUSED_ATTEMPTS and engine.is_available()


def _one_by_one(batch: _Batch) -> list[_Batch]:
    single: dict[str, _Batch] = {}
    for row in batch.rows:
        single.setdefault(row.object_id, _Batch(batch.source)).rows.append(row)
    return list(single.values())


def _index_batch(engine: SearchEngine, batch: _Batch, report: DrainReport) -> None:
    object_ids = batch.object_ids
    documents = documents_of(batch.source, object_ids)
    produced = {document.key for document in documents}
    alive = {split_key(key)[1] for key in produced}
    gone = kept_keys(batch.source, object_ids) - produced
    gone |= {
        make_key(batch.source, object_id) for object_id in object_ids if object_id not in alive
    }
    if documents:
        engine.upsert(documents, never_split=house_words().vocabulary.never_split)
    if gone:
        engine.delete(sorted(gone))
    with transaction.atomic():
        keep_texts(documents)
        forget_texts(gone)
        # By id: a row that was added meanwhile stays.
        OutboxEntry.objects.filter(pk__in=[row.pk for row in batch.rows]).delete()
    report.rows += len(batch.rows)
    report.stored += len(documents)
    report.deleted += len(gone)


def documents_of(source_name: str, object_ids: Collection[str]) -> list[SearchDocument]:
    """Read the current documents of these objects; a source that no app registers any more has none."""
    source = sources.get(source_name)
    return list(source.documents(object_ids)) if source else []


def _postpone(rows: Sequence[OutboxEntry], error: Exception, *, cap_s: int) -> None:
    """Postpone the rows by a pause that doubles with each attempt."""
    now = timezone.now()
    for row in rows:
        row.attempts += 1
        row.not_before = now + dt.timedelta(seconds=min(2 ** min(row.attempts - 1, 20), cap_s))
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
    OutboxEntry.objects.bulk_update(rows, ["attempts", "not_before", "last_error"])
