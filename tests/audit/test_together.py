"""Many writers at once, changes that are taken back, crashes between the two transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Organisation, OrganisationKind, User
from audit.models import Chain, Entry, Log
from audit.sealing import seal_pending
from audit.services import record
from audit.verification import verify, verify_all
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

THREADS, LINES = 6, 15


def at_once(*works: Callable[[], Any]) -> None:
    """Run the works in threads of their own that begin together; raise what the first one raised."""
    begin, failures = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        try:
            begin.wait(30)
            work()
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "A writer waits for ever."
    if failures:
        raise failures[0]


def sealed(log: str = Log.CHANGES) -> list[int]:
    return list(
        Entry.objects.filter(log=log).order_by("sequence").values_list("sequence", flat=True)
    )


def test_a_committed_line_is_sealed_at_once() -> None:
    with transaction.atomic():
        entry = record("sign_in.failed", actor=None)
        assert Entry.objects.get(pk=entry.pk).sequence is None
    entry = Entry.objects.get(pk=entry.pk)
    assert entry.sequence == 1
    assert len(entry.hash) == 64


def test_outside_a_transaction_too() -> None:
    record("sign_in.failed", actor=None)
    assert sealed() == [1]


def test_rolled_back_lines_leave_no_gap() -> None:
    for number in range(6):
        try:
            with transaction.atomic():
                record("sign_in.failed", actor=None)
                with transaction.atomic():
                    record("sign_in.ended", actor=None)
                    raise_if(number % 2 == 0)
        except RuntimeError:
            pass
    assert sealed() == [1, 2, 3, 4, 5, 6]
    assert verify(Log.CHANGES).problem is None


def raise_if(condition: bool) -> None:
    if condition:
        raise RuntimeError


def test_a_rolled_back_part_of_a_transaction_leaves_no_gap() -> None:
    with transaction.atomic():
        record("sign_in.failed", actor=None)
        try:
            with transaction.atomic():
                record("sign_in.ended", actor=None)
                raise_if(True)
        except RuntimeError:
            pass
        record("sign_in.failed", actor=None)
    assert sealed() == [1, 2]
    assert verify(Log.CHANGES).problem is None


def test_many_writers_make_one_chain() -> None:
    person: User = UserFactory(organisation=OrganisationFactory())
    begin = Entry.objects.count()

    def write() -> None:
        for number in range(LINES):
            with transaction.atomic():
                action = "read.page" if number % 3 == 0 else "sign_in.ended"
                record(action, actor=person)

    at_once(*[write] * THREADS)
    assert Entry.objects.count() == begin + THREADS * LINES
    for log in Log.values:
        assert sealed(log) == list(range(1, len(sealed(log)) + 1))
    assert [one.problem for one in verify_all()] == [None, None]


def test_the_first_lines_ever_may_come_at_once() -> None:
    assert not Chain.objects.exists()
    at_once(*[lambda: record("sign_in.failed", actor=None)] * THREADS)
    assert sealed() == list(range(1, THREADS + 1))
    assert verify(Log.CHANGES).problem is None


def test_writers_who_lock_rows_before_and_after_the_log_do_not_block_each_other() -> None:
    """With a lock on the chain inside the transaction, these two would wait for each other for ever."""
    row = OrganisationFactory(kind=OrganisationKind.OTHER)

    def change(first: bool) -> Callable[[], None]:
        def work() -> None:
            for number in range(LINES):
                with transaction.atomic():
                    if first:
                        record("sign_in.failed", actor=None)
                    Organisation.objects.select_for_update().get(pk=row.pk)
                    Organisation.objects.filter(pk=row.pk).update(note=str(number))
                    if not first:
                        record("sign_in.failed", actor=None)

        return work

    at_once(change(True), change(False), change(True), change(False))
    assert verify(Log.CHANGES).problem is None


def test_verifying_while_others_write_gives_no_false_alarm() -> None:
    record("sign_in.failed", actor=None)
    verdicts: list[str | None] = []

    def write() -> None:
        for _ in range(LINES):
            record("sign_in.failed", actor=None)

    def check() -> None:
        verdicts.extend(verify(Log.CHANGES).problem for _ in range(10))

    at_once(write, write, check)
    assert verdicts == [None] * 10


def test_what_a_crash_left_unsealed_is_sealed_with_the_next_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("audit.services.seal_after_commit", lambda log: None)
        record("sign_in.failed", actor=None)
    assert sealed() == [None]
    record("sign_in.failed", actor=None)
    assert sealed() == [1, 2]
    assert seal_pending() == 0


def test_a_failure_to_seal_does_not_undo_the_change(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("database gone")

    with monkeypatch.context() as broken:
        broken.setattr("audit.sealing.line_hash", fail)
        with transaction.atomic():
            record("sign_in.failed", actor=None)
    assert sealed() == [None]
    assert "database gone" in caplog.text
    assert seal_pending() == 1


def test_the_guard_can_be_taken_down_and_put_up_again() -> None:
    """A later migration that alters the table does this, for SQLite makes the table anew."""
    entry = record("sign_in.failed", actor=None)
    call_command("migrate", "audit", "0001", verbosity=0)
    try:
        sql = "UPDATE audit_entry SET action = %s WHERE id = %s"
        connection.cursor().execute(sql, ["sign_in.ended", entry.pk])
    finally:
        call_command("migrate", "audit", verbosity=0)
    with pytest.raises(DatabaseError, match="never changed or deleted"):
        connection.cursor().execute(sql, ["sign_in.failed", entry.pk])
    assert verify(Log.CHANGES).problem == "Line 1 was altered."
