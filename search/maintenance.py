"""Rebuild the index, compare it with the database, repair it, and report its state."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from search import conf, indexer, locks
from search.documents import SearchDocument
from search.engines import get_engine
from search.engines.base import EngineStatus, EngineUnavailable
from search.engines.streams import fingerprint
from search.models import IndexedText, OutboxEntry
from search.passages.texts import add_missing_texts
from search.registry import SearchSource, sources, split_key
from search.words.house import house_words

logger = logging.getLogger(__name__)

REBUILD_LOCK = "rebuild"
DRAIN_WAIT_S = 600.0

Progress = Callable[[int, int], None]
"""Gets how many objects are done, and of how many."""


class AlreadyRunning(Exception):
    """Another process is rebuilding the index."""


@dataclass(slots=True)
class Differences:
    """Differences between index and database, by kind.

    Attributes:
        missing: Published, but not in the index.
        outdated: In the index with another content.
        surplus: In the index, but not published.
        compared: Number of published documents.
    """

    missing: set[str] = field(default_factory=set)
    outdated: set[str] = field(default_factory=set)
    surplus: set[str] = field(default_factory=set)
    compared: int = 0

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.missing or self.outdated or self.surplus)

    def all_keys(self) -> set[str]:
        """Return all keys that differ."""
        return self.missing | self.outdated | self.surplus


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index.

    Attributes:
        engine: Name of the engine.
        index: The engine's report; None if it doesn't answer.
        pending: Changes not indexed yet.
        oldest_pending_s: Age of the oldest of them.
        failing: Those among them that failed at least once.
        last_error: Of one of these.
    """

    engine: str
    index: EngineStatus | None
    pending: int
    oldest_pending_s: float
    failing: int
    last_error: str


def rebuild(progress: Progress) -> int:
    """Fill a new index with all that is published and switch to it; people can search and write meanwhile.

    Changes during the rebuild reach both indexes: the engine takes care of it, and rows of the outbox stay until their
    change is in the index then in use.

    Returns:
        Number of documents in the new index.

    Raises:
        AlreadyRunning: If another rebuild is running.
        EngineUnavailable: If the engine fails; the old index stays in use.
    """
    with locks.try_lock(REBUILD_LOCK) as held:
        if not held:
            raise AlreadyRunning(
                "Another process is rebuilding the search index; wait for it to end."
            )
        ids = {source.name: list(source.object_ids()) for source in sources}
        never_split = house_words().vocabulary.never_split
        count = get_engine().rebuild(_all_documents(ids, progress), never_split=never_split)
        for source in sources:
            _forget_unpublished(source, set(ids[source.name]))
        indexer.drain()
        return count


def _all_documents(ids: dict[str, list[str]], progress: Progress) -> Iterator[SearchDocument]:
    total = sum(map(len, ids.values()))
    done = 0
    for source in sources:
        for batch in _batches(ids[source.name]):
            documents = list(source.documents(batch))
            add_missing_texts(documents)
            yield from documents
            done += len(batch)
            progress(done, total)


def _forget_unpublished(source: SearchSource, published: set[str]) -> None:
    kept = IndexedText.objects.filter(source=source.name).values_list("object_id", flat=True)
    OutboxEntry.objects.note(
        source.name,
        {object_id for object_id in kept.distinct().iterator() if object_id not in published},
    )


def compare(progress: Progress) -> Differences:
    """Compare all that is published with all that is in the index.

    It leaves out objects with a row in the outbox: their change is on its way. It checks differences twice, so that
    changes during the comparison don't count.

    Raises:
        EngineUnavailable: If the engine does not answer.
    """
    found = _compare_once(progress)
    if not found:
        return found
    again = _compare_once(progress)
    return Differences(
        missing=found.missing & again.missing,
        outdated=found.outdated & again.outdated,
        surplus=found.surplus & again.surplus,
        compared=again.compared,
    )


def _compare_once(progress: Progress) -> Differences:
    pending = _pending_objects()
    expected: dict[str, str] = {}
    ids = {source.name: list(source.object_ids()) for source in sources}
    total, done = sum(map(len, ids.values())), 0
    for source in sources:
        for batch in _batches(ids[source.name]):
            expected.update((one.key, fingerprint(one)) for one in source.documents(batch))
            done += len(batch)
            progress(done, total)
    result = Differences(compared=len(expected))
    for key, stored in get_engine().stored():
        wanted = expected.pop(key, None)
        if wanted is None:
            result.surplus.add(key)
        elif wanted != stored:
            result.outdated.add(key)
    result.missing = set(expected)
    pending |= _pending_objects()
    for keys in (result.missing, result.outdated, result.surplus):
        keys.difference_update([key for key in keys if split_key(key) in pending])
    return result


def repair(differences: Differences) -> None:
    """Index what differs again, and wait until it is done.

    Raises:
        EngineUnavailable: If the engine does not answer.
    """
    if differences.surplus:
        # The outbox speaks of objects; a part whose object has others would not be noticed there.
        with locks.lock(indexer.DRAIN_LOCK, timeout_s=DRAIN_WAIT_S):
            get_engine().delete(sorted(differences.surplus))
    objects: dict[str, set[str]] = {}
    for key in differences.all_keys():
        source, object_id = split_key(key)
        objects.setdefault(source, set()).add(object_id)
    for source, object_ids in objects.items():
        OutboxEntry.objects.note(source, object_ids)
    drain_all()


def mend() -> bool:
    """Refill the index if all or part of it was lost; runs in the background, every minute.

    Each kept text belongs to one document in the index, so checking a sound index costs two counts. Nothing is done
    while changes wait or a rebuild runs.

    Returns:
        Whether anything was done.

    Raises:
        EngineUnavailable: If the engine does not answer.
    """
    if OutboxEntry.objects.exists():
        return False
    documents, expected = get_engine().status().documents, IndexedText.objects.count()
    if documents == expected:
        return False
    logger.warning("search index incomplete documents=%d expected=%d", documents, expected)
    try:
        if documents:
            repair(compare(_quietly))
        else:
            rebuild(_quietly)
    except AlreadyRunning:
        return False
    return True


def _quietly(done: int, total: int) -> None:
    """Show no progress."""


def has_anything_to_index() -> bool:
    """Tell whether any source has an object: a new installation has none, and an empty index then lacks nothing."""
    return any(True for source in sources for _object_id in source.object_ids())


def drain_all() -> None:
    """Index everything that is due, waiting for another process if it is draining.

    Raises:
        EngineUnavailable: If the engine does not answer.
        TimeoutError: If the other process doesn't finish.
    """
    deadline = time.monotonic() + DRAIN_WAIT_S
    while True:
        report = indexer.drain()
        if report.unavailable:
            raise EngineUnavailable(_last_error() or "The search engine does not answer.")
        if not report.busy:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(
                "Another process has been indexing for ten minutes; try again later."
            )
        time.sleep(0.2)


def status() -> Status:
    """Return the state of engine and outbox."""
    try:
        index = get_engine().status()
    except EngineUnavailable:
        index = None
    oldest = OutboxEntry.objects.aggregate(at=Min("enqueued_at"))["at"]
    return Status(
        engine=settings.SEARCH_ENGINE,
        index=index,
        pending=OutboxEntry.objects.count(),
        oldest_pending_s=max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0,
        failing=OutboxEntry.objects.filter(attempts__gt=0).count(),
        last_error=_last_error(),
    )


def _last_error() -> str:
    failed = OutboxEntry.objects.exclude(last_error="").order_by("-not_before")
    return failed.values_list("last_error", flat=True).first() or ""


def _pending_objects() -> set[tuple[str, str]]:
    return set(OutboxEntry.objects.values_list("source", "object_id"))


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, conf.BATCH_SIZE)):
        yield batch
