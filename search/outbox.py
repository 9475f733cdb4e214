"""Note changes of objects in a row of the same transaction: nothing is lost, nothing undone is indexed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from search import conf, indexer
from search.models import OutboxEntry

logger = logging.getLogger(__name__)

_deferred: ContextVar[bool] = ContextVar("search_drain_deferred", default=False)
_timer_guard = threading.Lock()
_timer: threading.Timer | None = None


def enqueue(source: str, object_ids: Iterable[str | int]) -> None:
    """Note in the current transaction that these objects were created, changed, moved, unpublished or deleted.

    When the transaction commits, an installation that drains on commit indexes them at once; if that fails, it is
    logged and the rows stay. Otherwise the worker finds them. A rollback leaves nothing behind.

    Args:
        source: Name of the registered source.
        object_ids: Primary keys, each noted once a call; they may be many.
    """
    if OutboxEntry.objects.note(source, object_ids):
        _drain_after_commit()


@contextmanager
def deferred() -> Iterator[None]:
    """Postpone indexing to the end of the block: for imports.

    The end drains only where commits would have drained, and also after an exception.
    """
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)
        if not _deferred.get() and conf.drain_on_commit():
            _drain_quietly(limit=None)


def _drain_after_commit() -> None:
    if not conf.drain_on_commit() or _deferred.get():
        return
    # A transaction that changes fifty pages drains once. Rolled back savepoints take their callback with them.
    if any(entry[1] is _drain_on_commit for entry in connection.run_on_commit):
        return
    transaction.on_commit(_drain_on_commit)


def _drain_on_commit() -> None:
    if not _deferred.get():
        _drain_quietly(limit=conf.COMMIT_DRAIN_LIMIT)


def _drain_quietly(*, limit: int | None) -> None:
    """Index what is pending; the change is committed, so nothing here may fail its request."""
    try:
        report = indexer.drain(limit=limit)
    except Exception:
        logger.exception("search drain after commit failed; the rows stay")
        _retry_later()
        return
    if report.left_work:
        _retry_later()


def _retry_later() -> None:
    """Try again later, in a thread of this process: an embedded installation has no worker."""
    global _timer
    pause_s = conf.retry_in_process_s()
    if not pause_s:
        return
    with _timer_guard:
        if _timer is not None and _timer.is_alive():
            return
        _timer = threading.Timer(pause_s, _retry)
        _timer.daemon = True
        _timer.start()


def _retry() -> None:
    global _timer
    try:
        with _timer_guard:
            _timer = None
        _drain_quietly(limit=None)
    finally:
        connection.close()
