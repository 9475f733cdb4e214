"""Nothing is lost: rows live and die with the change, and survive outages, kills and each other."""

from __future__ import annotations

import datetime as dt
import fcntl
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from access.scope import AccessScope
from search import conf, indexer, locks, outbox
from search.engines import get_engine
from search.engines.base import EngineUnavailable, Query, SearchEngine
from search.engines.tantivy import TantivyEngine
from search.indexer import drain
from search.maintenance import compare
from search.models import IndexedText, OutboxEntry
from tests.search.shelf import ShelfSource, Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

SCOPE = AccessScope(user_id=1, spaces=frozenset({1}))


class Stop(Exception):
    pass


def found(*words: str) -> set[str]:
    return {hit.key for hit in get_engine().search(Query(words=words, limit=100), SCOPE).hits}


def no_progress(done: int, total: int) -> None:
    pass


def fill(shelf: ShelfSource, count: int) -> None:
    for number in range(count):
        shelf.things[str(number)] = Thing(1, f"Buch {number}", "Müllabfuhr im Hafen")
    outbox.enqueue("shelf", shelf.things)


def test_rollback_leaves_no_row(index: SearchEngine) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            outbox.enqueue("shelf", [1, 2])
            assert OutboxEntry.objects.count() == 2
            raise Stop

    with pytest.raises(Stop):
        change_and_fail()
    assert not OutboxEntry.objects.exists()


def test_an_object_named_twice_in_a_call_has_one_row(index: SearchEngine) -> None:
    outbox.enqueue("shelf", [1, "1", 2])
    outbox.enqueue("shelf", [])
    assert sorted(OutboxEntry.objects.values_list("object_id", flat=True)) == ["1", "2"]


def test_drain_stores_replaces_and_deletes(index: SearchEngine, shelf: ShelfSource) -> None:
    fill(shelf, 3)
    report = drain()
    assert (report.rows, report.stored, report.left_work) == (3, 3, False)
    assert found("Müllabfuhr") == {"shelf:0", "shelf:1", "shelf:2"}
    shelf.things["0"].body = "Sperrmüll"
    shelf.things["1"].live = False
    del shelf.things["2"]
    outbox.enqueue("shelf", ["0", "1", "2"])
    drain()
    assert found("Hafen") == set()
    assert found("Sperrmüll") == {"shelf:0"}
    assert list(IndexedText.objects.values_list("key", flat=True)) == ["shelf:0"]
    assert not OutboxEntry.objects.exists()


def test_a_part_that_is_gone_leaves_the_index(index: SearchEngine, shelf: ShelfSource) -> None:
    shelf.things["7"] = Thing(1, "Protokoll", parts={"top1": "Brandschutz", "top2": "Lärmschutz"})
    outbox.enqueue("shelf", ["7"])
    drain()
    assert found("Lärmschutz") == {"shelf:7#top2"}
    del shelf.things["7"].parts["top2"]
    outbox.enqueue("shelf", ["7"])
    drain()
    assert [key for key, _ in get_engine().stored()] == ["shelf:7", "shelf:7#top1"]


def test_commit_is_followed_by_indexing_where_settings_say_so(
    index: SearchEngine, shelf: ShelfSource, settings: Any
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = True
    with transaction.atomic():
        fill(shelf, 2)
        assert found("Müllabfuhr") == set()
    assert found("Müllabfuhr") == {"shelf:0", "shelf:1"}


def test_many_changes_in_a_transaction_drain_once(
    index: SearchEngine, shelf: ShelfSource, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = True
    drains = []
    real = indexer.drain
    monkeypatch.setattr(indexer, "drain", lambda limit=None: drains.append(limit) or real(limit))
    with transaction.atomic():
        for number in range(50):
            shelf.things[str(number)] = Thing(1, "Buch")
            outbox.enqueue("shelf", [number])
    assert len(drains) == 1
    assert not OutboxEntry.objects.exists()


def test_deferred_changes_are_indexed_at_the_end_of_the_block(
    index: SearchEngine, shelf: ShelfSource, settings: Any
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = True
    with outbox.deferred():
        fill(shelf, 3)
        assert OutboxEntry.objects.count() == 3
    assert not OutboxEntry.objects.exists()
    assert len(found("Müllabfuhr")) == 3


def test_an_engine_that_is_away_fails_no_commit_and_loses_nothing(
    index: SearchEngine, shelf: ShelfSource, settings: Any, engine_away: Callable[[], None]
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = True
    settings.SEARCH_RETRY_S = 0
    with transaction.atomic():
        fill(shelf, 3)
    rows = list(OutboxEntry.objects.all())
    assert [row.attempts for row in rows] == [1, 1, 1]
    assert all("EngineUnavailable" in row.last_error for row in rows)
    engine_away()
    OutboxEntry.objects.update(not_before=timezone.now())
    assert drain().rows == 3
    assert len(found("Müllabfuhr")) == 3
    assert not compare(no_progress)


def test_pauses_double_up_to_the_cap(
    index: SearchEngine, shelf: ShelfSource, engine_away: Callable[[], None]
) -> None:
    fill(shelf, 1)
    pauses = []
    for _ in range(7):
        OutboxEntry.objects.update(not_before=timezone.now())
        assert drain().unavailable
        row = OutboxEntry.objects.get()
        pauses.append(round((row.not_before - timezone.now()).total_seconds()))
    assert pauses == [1, 2, 4, 8, 16, conf.RETRY_CAP_S, conf.RETRY_CAP_S]


def test_a_pause_ends_by_itself_after_the_clock_was_set_back(
    index: SearchEngine, shelf: ShelfSource
) -> None:
    fill(shelf, 1)
    OutboxEntry.objects.update(not_before=timezone.now() + dt.timedelta(days=300))
    assert drain().rows == 1


def test_a_locked_index_fails_no_commit_and_loses_nothing(
    shelf: ShelfSource, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = True
    settings.SEARCH_RETRY_S = 0
    engine = TantivyEngine(tmp_path / "index", lock_timeout_s=0.2)
    assert engine.is_available()
    monkeypatch.setattr(indexer, "get_engine", lambda: engine)
    with (tmp_path / "index" / "write.lock").open("a") as other_writer:
        fcntl.flock(other_writer, fcntl.LOCK_EX)
        fill(shelf, 2)
        assert OutboxEntry.objects.filter(attempts=1).count() == 2
    OutboxEntry.objects.update(not_before=timezone.now())
    drain()
    assert [key for key, _ in engine.stored()] == ["shelf:0", "shelf:1"]


def test_one_object_that_fails_does_not_keep_the_others(
    index: SearchEngine, shelf: ShelfSource
) -> None:
    def fail_on_two(object_ids: Collection[str]) -> None:
        if "2" in object_ids:
            raise RuntimeError("this page can't be rendered")

    shelf.on_read = fail_on_two
    fill(shelf, 5)
    report = drain()
    assert (report.rows, report.failed, report.left_work) == (4, 1, True)
    assert found("Müllabfuhr") == {"shelf:0", "shelf:1", "shelf:3", "shelf:4"}
    row = OutboxEntry.objects.get()
    assert row.object_id == "2"
    assert "can't be rendered" in row.last_error


def test_one_object_that_the_engine_refuses_does_not_keep_the_others_for_ever(
    index: SearchEngine, shelf: ShelfSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index.upsert

    def refuse_two(documents: Any, **options: Any) -> None:
        if any(document.key == "shelf:2" for document in documents):
            raise EngineUnavailable("refused a document")
        real(documents, **options)

    monkeypatch.setattr(index, "upsert", refuse_two)
    fill(shelf, 5)
    for _ in range(6):
        OutboxEntry.objects.update(not_before=timezone.now())
        drain()
    drain()
    assert OutboxEntry.objects.get().object_id == "2"
    assert len(found("Müllabfuhr")) == 4


def test_a_change_that_comes_while_its_object_is_indexed_is_not_lost(
    index: SearchEngine, shelf: ShelfSource
) -> None:
    fill(shelf, 1)

    def change_once(object_ids: Collection[str]) -> None:
        shelf.on_read = lambda object_ids: None
        shelf.things["0"].body = "Straßenbeleuchtung"
        outbox.enqueue("shelf", ["0"])

    shelf.on_read = change_once
    assert drain().rows == 2
    assert found("Straßenbeleuchtung") == {"shelf:0"}


def test_two_drains_do_not_meet(index: SearchEngine, shelf: ShelfSource) -> None:
    fill(shelf, 1)
    reports = []

    def drain_elsewhere() -> None:
        reports.append(drain())
        connections.close_all()

    with locks.try_lock(indexer.DRAIN_LOCK) as held:
        assert held
        thread = threading.Thread(target=drain_elsewhere)
        thread.start()
        thread.join()
    assert reports[0].busy
    assert OutboxEntry.objects.count() == 1
    assert drain().rows == 1


@pytest.mark.parametrize("moment", ["before_engine", "in_engine", "after_engine"])
def test_kill_in_the_middle_of_a_drain_leaves_no_difference(
    moment: str, index: SearchEngine, shelf: ShelfSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "BATCH_SIZE", 3)
    fill(shelf, 10)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    reached = context.Event()
    child = context.Process(target=_drain_until, args=(moment, reached))
    child.start()
    assert reached.wait(30)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert OutboxEntry.objects.exists()
    get_engine.cache_clear()
    drain()
    assert not OutboxEntry.objects.exists()
    differences = compare(no_progress)
    assert differences.compared == 10
    assert not differences


def _drain_until(moment: str, reached: Any) -> None:
    """Drain in a process of its own and stand still in the second batch until killed."""
    get_engine.cache_clear()
    engine = get_engine()
    real = engine.upsert
    calls = []

    def upsert(documents: Any, **options: Any) -> None:
        calls.append(documents)
        if len(calls) < 2:
            real(documents, **options)
            return
        if moment == "in_engine":
            threading.Thread(target=real, args=(documents,), kwargs=options).start()
        elif moment == "after_engine":
            real(documents, **options)
        reached.set()
        signal.pause()

    engine.upsert = upsert  # type: ignore[method-assign]  # stands in the way of the real one
    drain()


def test_unknown_source_is_forgotten(index: SearchEngine, shelf: ShelfSource) -> None:
    outbox.enqueue("gone", ["1"])
    assert drain().rows == 1
    assert not OutboxEntry.objects.exists()


def test_worker_sees_whether_there_was_work(index: SearchEngine, shelf: ShelfSource) -> None:
    fill(shelf, 1)
    assert drain()
    assert not drain()


def test_engine_error_names_the_cure(index: SearchEngine, engine_away: Callable[[], None]) -> None:
    with pytest.raises(EngineUnavailable):
        get_engine().search(Query(words=("x",)), SCOPE)
