"""The commands find what differs, mend it, and say so by their exit codes."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from access.scope import AccessScope
from search import locks, maintenance, outbox
from search.engines import get_engine
from search.engines.base import Query, SearchEngine
from search.indexer import drain
from search.models import IndexedText, OutboxEntry
from tests.search.shelf import ShelfSource, Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

SCOPE = AccessScope(user_id=1, spaces=frozenset({1}))


def run(*arguments: str) -> tuple[int, str]:
    output = io.StringIO()
    try:
        call_command("search", *arguments, stdout=output, stderr=io.StringIO())
    except SystemExit as stop:
        return int(stop.code or 0), output.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, output.getvalue()


def found(*words: str) -> int:
    return get_engine().search(Query(words=words), SCOPE).total


@pytest.fixture
def filled(index: SearchEngine, shelf: ShelfSource) -> ShelfSource:
    shelf.things = {
        str(n): Thing(1, f"Buch {n}", "Hafen", parts={"top1": "Lärm"}) for n in range(5)
    }
    outbox.enqueue("shelf", shelf.things)
    drain()
    return shelf


def test_check_finds_no_difference(filled: ShelfSource) -> None:
    code, output = run("check")
    assert code == 0
    assert "10 documents" in output


def test_check_names_what_differs_and_repair_mends_it(filled: ShelfSource) -> None:
    filled.things["0"].body = "Bahnhof"
    filled.things["1"].live = False
    del filled.things["2"].parts["top1"]
    filled.things["9"] = Thing(1, "Neu", "Hafen")
    code, output = run("check")
    assert code == 1
    for expected in (
        "1 not in the index: shelf:9",
        "1 outdated in the index: shelf:0",
        "3 in the index but not published: shelf:1, shelf:1#top1, shelf:2#top1",
    ):
        assert expected in output
    code, output = run("check", "--repair")
    assert code == 0
    assert "No difference" in output
    assert run("check")[0] == 0
    assert found("Bahnhof") == 1


def test_repair_restores_a_lost_index(filled: ShelfSource) -> None:
    get_engine().drop()
    get_engine.cache_clear()
    assert run("check")[0] == 1
    assert run("check", "--repair")[0] == 0
    assert found("Hafen") == 5


def test_repair_removes_what_no_source_knows(filled: ShelfSource) -> None:
    document = next(iter(filled.documents(["0"])))
    stray = type(document)(
        **{**{name: getattr(document, name) for name in document.__slots__}, "key": "old:1#x"}
    )
    get_engine().upsert([stray])
    assert "old:1#x" in run("check")[1]
    assert run("check", "--repair")[0] == 0


def test_what_is_on_its_way_is_no_difference(filled: ShelfSource) -> None:
    filled.things["0"].body = "Bahnhof"
    outbox.enqueue("shelf", ["0"])
    assert run("check")[0] == 0


def test_rebuild_fills_a_new_index_and_forgets_what_is_gone(filled: ShelfSource) -> None:
    before = get_engine().status().index
    del filled.things["0"]
    code, output = run("rebuild")
    assert code == 0
    assert "8 documents" in output
    assert get_engine().status().index != before
    assert run("check")[0] == 0
    assert IndexedText.objects.count() == 8


def test_what_changes_during_a_rebuild_is_in_the_new_index(
    filled: ShelfSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers search and writers write while documents are read, also those that were read already."""
    monkeypatch.setattr(maintenance.conf, "BATCH_SIZE", 2)
    batches: list[int] = []

    def change(object_ids: Collection[str]) -> None:
        batches.append(len(batches))
        if len(batches) != 2:
            return
        filled.things["0"].body = "Bahnhof"  # read in the first batch
        filled.things["1"].live = False
        filled.things["4"].body = "Bahnhof"  # not read yet
        filled.things["neu"] = Thing(1, "Neu", "Bahnhof")
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert found("Bahnhof") == 3

    def write() -> None:
        outbox.enqueue("shelf", ["0", "1", "4", "neu"])
        drain()
        connections.close_all()

    filled.on_read = change
    assert run("rebuild")[0] == 0
    filled.on_read = lambda object_ids: None
    assert found("Bahnhof") == 3
    assert found("Hafen") == 2
    code, output = run("check")
    assert code == 0, output
    assert not OutboxEntry.objects.exists()
    assert IndexedText.objects.get(key="shelf:0").content["body"] == "Bahnhof"


def test_a_rebuild_that_fails_leaves_the_old_index(filled: ShelfSource) -> None:
    def fail(object_ids: Collection[str]) -> None:
        raise RuntimeError("the database is away")

    filled.on_read = fail
    with pytest.raises(RuntimeError):
        run("rebuild")
    filled.on_read = lambda object_ids: None
    assert found("Hafen") == 5
    assert run("check")[0] == 0
    assert run("rebuild")[0] == 0


def test_only_one_rebuild_runs(filled: ShelfSource) -> None:
    codes = []

    def elsewhere() -> None:
        codes.append(run("rebuild")[0])
        connections.close_all()

    with locks.try_lock(maintenance.REBUILD_LOCK):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert codes == [2]


def test_status_tells_index_and_outbox(filled: ShelfSource) -> None:
    outbox.enqueue("shelf", ["0"])
    code, output = run("status", "--json")
    status = json.loads(output)
    assert code == 0
    assert status["index"]["documents"] == 10
    assert (status["pending"], status["failing"]) == (1, 0)
    assert "Pending changes: 1" in run("status")[1]


@pytest.mark.parametrize("action", [("rebuild",), ("check",), ("check", "--repair"), ("status",)])
def test_an_engine_that_is_away_has_its_own_exit_code(
    action: tuple[str, ...], filled: ShelfSource, engine_away: Callable[[], None]
) -> None:
    code, output = run(*action)
    assert code == 2
    assert "wait in the outbox" in output


def test_lock_waits_and_gives_up(index: SearchEngine) -> None:
    results: list[Any] = []

    def elsewhere() -> None:
        try:
            with locks.lock("trial", timeout_s=0.2):
                results.append("held")
        except TimeoutError as error:
            results.append(error)
        connections.close_all()

    with locks.lock("trial", timeout_s=1):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert isinstance(results[0], TimeoutError)
    elsewhere()
    assert results[1] == "held"
