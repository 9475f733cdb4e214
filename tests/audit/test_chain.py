"""Whoever removes, alters, adds or moves a line in the database is found out."""
# ruff: noqa: S608 - the tests themselves compose the SQL that tampers

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from accounts.models import User
from audit.models import Chain, Entry, Log
from audit.retention import pseudonymise
from audit.sealing import seal_pending
from audit.services import record
from audit.verification import verify, verify_all
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LINES = 6


@pytest.fixture
def person() -> User:
    person: User = UserFactory(organisation=OrganisationFactory(name="Amt für Alles"))
    return person


@pytest.fixture
def lines(person: User) -> list[int]:
    """Six sealed lines more, and their numbers in the chain."""
    seal_pending()
    begin = Chain.objects.get(pk=Log.CHANGES).sequence
    for _ in range(LINES):
        record("sign_in.succeeded", actor=person, details={})
    seal_pending()
    return list(range(begin + 1, begin + LINES + 1))


@contextmanager
def triggers_off() -> Iterator[None]:
    """Do what only the owner of the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            yield
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
        )
        made = [sql for (sql,) in cursor.fetchall()]
        assert len(made) == 2
        for name in ("audit_entry_no_delete", "audit_entry_no_update"):
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for sql in made:
            cursor.execute(sql)


def tamper(sql: str, *parameters: object) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def problem() -> str | None:
    return verify(Log.CHANGES).problem


def test_an_untouched_chain_holds(lines: list[int]) -> None:
    verdict = verify(Log.CHANGES)
    assert verdict.problem is None
    assert verdict.lines == lines[-1]
    assert (
        verdict.head == f"{lines[-1]}:{Entry.objects.get(log='changes', sequence=lines[-1]).hash}"
    )
    assert [one.problem for one in verify_all()] == [None, None]
    assert str(Chain.objects.get(pk=Log.CHANGES)) == f"changes {verdict.head}"


def test_an_empty_log_holds() -> None:
    assert [one.head for one in verify_all()] == ["", ""]


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("action = %s", "sign_in.ended"),
        ("at = %s", "2020-01-01 00:00:00+00:00"),
        ("actor_id = %s", 999_999),
        ("acting_as_id = %s", 1),
        ("object_id = %s", "1"),
        ("space_id = %s", 1),
        ("space_slug = %s", "x"),
        ("details = %s", '{"role": "reader"}'),
        ("address = %s", "192.0.2.0"),
        ("commitments = %s", "{}"),
        ("hash = %s", "0" * 64),
    ],
)
def test_an_altered_column_is_found(lines: list[int], assignment: str, value: object) -> None:
    tamper(
        f"UPDATE audit_entry SET {assignment} WHERE sequence = %s AND log = 'changes'",
        value,
        lines[2],
    )
    assert problem() == f"Line {lines[2]} was altered."


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_name", "Jemand anders"), ("actor_name", ""), ("acting_as_name", "x"), ("salts", "{}")],
)
def test_an_altered_name_is_found(lines: list[int], column: str, value: str) -> None:
    tamper(
        f"UPDATE audit_entry SET {column} = %s WHERE sequence = %s AND log = 'changes'",
        value,
        lines[2],
    )
    assert problem() == f"A name in line {lines[2]} was altered."


def test_a_removed_line_is_found(lines: list[int]) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence = %s AND log = 'changes'", lines[2])
    assert problem() == f"Line {lines[2]} is missing."


def test_removed_lines_are_found_even_if_the_rest_is_numbered_anew(lines: list[int]) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence = %s AND log = 'changes'", lines[2])
    for number in lines[3:]:
        tamper(
            "UPDATE audit_entry SET sequence = %s WHERE sequence = %s AND log = 'changes'",
            number - 1,
            number,
        )
    assert problem() == f"Line {lines[2]} does not follow line {lines[1]}."


def test_lines_removed_from_the_end_are_found(lines: list[int]) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence >= %s AND log = 'changes'", lines[-2])
    assert problem() == f"Lines {lines[-2]} to {lines[-1]} are missing."


def test_lines_removed_from_the_beginning_are_found(lines: list[int]) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence <= 2 AND log = 'changes'")
    assert problem() == "Lines 1 to 2 are missing."


def test_removing_all_lines_is_found(lines: list[int]) -> None:
    tamper("DELETE FROM audit_entry WHERE log = 'changes'")
    assert problem() == f"Lines 1 to {lines[-1]} are missing."


def test_an_end_put_back_with_the_lines_behind_it_removed_needs_the_key(lines: list[int]) -> None:
    earlier = Entry.objects.get(log="changes", sequence=lines[-3])
    tamper("DELETE FROM audit_entry WHERE sequence > %s AND log = 'changes'", lines[-3])
    Chain.objects.filter(pk=Log.CHANGES).update(sequence=lines[-3], hash=earlier.hash)
    assert problem() is not None
    assert f"end of the chain (line {lines[-3]}) is not signed" in str(problem())


def test_a_copied_end_is_found_by_the_head_noted_outside(lines: list[int]) -> None:
    noted = verify(Log.CHANGES).head.split(":")
    expected = (int(noted[0]), noted[1])
    assert verify(Log.CHANGES, expected).problem is None
    earlier = Chain.objects.filter(pk=Log.CHANGES).values().get()
    record("sign_in.failed", actor=None)
    seal_pending()
    later = verify(Log.CHANGES).head.split(":")
    tamper("DELETE FROM audit_entry WHERE sequence > %s AND log = 'changes'", lines[-1])
    Chain.objects.filter(pk=Log.CHANGES).update(**earlier)
    assert problem() is None
    found = verify(Log.CHANGES, (int(later[0]), later[1])).problem
    assert found == f"Line {lines[-1] + 1} is missing."
    assert verify(Log.CHANGES, (expected[0], "0" * 64)).problem == (
        f"Line {lines[-1]} is not the one that was noted earlier."
    )


def copy_of_line(number: int, new_number: int) -> None:
    columns = [
        field.column
        for field in Entry._meta.concrete_fields
        if field.column not in {"id", "sequence"}
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    tamper(
        f"INSERT INTO audit_entry (sequence, {listed}) "
        f"SELECT %s, {listed} FROM audit_entry WHERE sequence = %s AND log = 'changes'",
        new_number,
        number,
    )


def test_a_line_added_at_the_end_is_found(lines: list[int]) -> None:
    copy_of_line(lines[-1], lines[-1] + 1)
    assert problem() == f"Line {lines[-1] + 1} was added after the end of the chain."


def test_a_line_added_before_the_beginning_is_found(lines: list[int]) -> None:
    copy_of_line(lines[0], 0)
    assert problem() == "Line 0 stands before the beginning of the chain."


def test_a_line_put_in_between_is_found(lines: list[int]) -> None:
    for number in reversed(lines[2:]):
        tamper(
            "UPDATE audit_entry SET sequence = %s WHERE sequence = %s AND log = 'changes'",
            number + 1,
            number,
        )
    copy_of_line(lines[0], lines[2])
    assert problem() == f"Line {lines[2]} does not follow line {lines[1]}."


def test_two_lines_that_changed_places_are_found(lines: list[int]) -> None:
    for number, new in ((lines[1], -1), (lines[2], lines[1]), (-1, lines[2])):
        tamper(
            "UPDATE audit_entry SET sequence = %s WHERE sequence = %s AND log = 'changes'",
            new,
            number,
        )
    assert problem() == f"Line {lines[1]} does not follow line {lines[0]}."


def test_a_chain_written_anew_from_some_line_on_is_found(lines: list[int]) -> None:
    """Whoever knows how the hashes are made still can't sign the end."""
    from audit.hashing import HASHED, line_hash

    tamper(
        "UPDATE audit_entry SET action = 'sign_in.ended' WHERE sequence = %s AND log = 'changes'",
        lines[2],
    )
    previous = Entry.objects.get(log="changes", sequence=lines[1]).hash
    for number in lines[2:]:
        values = Entry.objects.filter(log="changes", sequence=number).values(*HASHED).get()
        new = line_hash(previous, values)
        tamper(
            "UPDATE audit_entry SET previous_hash = %s, hash = %s WHERE sequence = %s AND log = 'changes'",
            previous,
            new,
            number,
        )
        previous = new
    assert problem() == f"Line {lines[-1]} is not the last one that was sealed."
    Chain.objects.filter(pk=Log.CHANGES).update(hash=previous)
    assert "is not signed with this installation's key" in str(problem())


def test_a_missing_record_of_the_ends_is_found(lines: list[int]) -> None:
    Chain.objects.all().delete()
    assert problem() == "The record of the chain's ends is missing."


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM audit_entry WHERE log = 'changes'",
        "UPDATE audit_entry SET actor_name = 'x' WHERE log = 'changes'",
        "UPDATE audit_entry SET sequence = 99 WHERE log = 'changes' AND sequence = 1",
    ],
)
def test_the_database_refuses_changes(lines: list[int], sql: str) -> None:
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(sql)
    assert problem() is None


def test_the_database_refuses_to_alter_a_line_before_it_is_sealed(person: User) -> None:
    entry = record("sign_in.succeeded", actor=person)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute("UPDATE audit_entry SET action = 'x' WHERE id = %s", [entry.pk])


def test_names_can_be_taken_out_and_the_chain_still_holds(lines: list[int], person: User) -> None:
    record("grant.given", actor=None, obj=person, details={"role": "reader"})
    other: User = UserFactory()
    record("grant.given", actor=other, obj=person, details={"role": "reader"})
    pk, name = person.pk, str(person)
    assert (
        pseudonymise(pk, actor=other) == LINES + 2 + 1
    )  # signed in, object twice, and person.added
    assert not Entry.objects.filter(actor_name=name).exists()
    assert not Entry.objects.filter(object_title=name).exists()
    assert Entry.objects.filter(actor_id=pk).count() == LINES
    assert Entry.objects.filter(actor_name=str(other), action="grant.given").exists()
    seal_pending()
    verdict = verify(Log.CHANGES)
    assert (verdict.problem, verdict.pseudonymised) == (None, LINES + 3)
    said = Entry.objects.get(action="person.pseudonymised")
    assert said.details == {"lines": LINES + 3}
    assert pseudonymise(pk, actor=other) == 0


def test_deleting_a_person_leaves_her_lines_as_they_are(lines: list[int], person: User) -> None:
    name = str(person)
    person.delete()
    seal_pending()
    assert problem() is None
    assert Entry.objects.filter(actor_name=name).count() == LINES


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("audit", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_verify_by_command_seals_first_and_prints_the_head(lines: list[int]) -> None:
    record("sign_in.failed", actor=None)
    code, out, _ = run("verify")
    assert code == 0
    assert "Sealed 1 lines that were pending." in out
    assert f"changes: {lines[-1] + 1} lines in order" in out
    head = next(line for line in out.splitlines() if line.startswith("changes")).split("Head: ")[1]
    assert run("verify", "--expect", head)[0] == 0
    assert run("verify", "--expect", head[:-4] + "0000")[0] == 1
    assert "reads: 0 lines in order, names taken out of 0. Head: reads:0:" in out


def test_verify_by_command_names_the_first_broken_line(lines: list[int]) -> None:
    for number in (lines[2], lines[4]):
        tamper(
            "UPDATE audit_entry SET action = 'x' WHERE sequence = %s AND log = 'changes'", number
        )
    code, out, err = run("verify")
    assert code == 1
    assert (
        err.strip() == f"changes: Line {lines[2]} was altered. Lines in order before: {lines[1]}."
    )
    assert out.startswith("reads: 0 lines")


@pytest.mark.parametrize("noted", ["x:1:ab", "changes:x:ab", "changes:1:", "changes"])
def test_an_unreadable_head_is_refused(noted: str) -> None:
    with pytest.raises(CommandError, match="is no LOG:NUMBER:HASH"):
        call_command("audit", "verify", "--expect", noted)


def test_a_missing_chain_is_found_by_a_noted_head() -> None:
    assert run("verify", "--expect", "reads:3:abc")[0] == 1


def test_pending_lines_are_sealed_by_command(person: User) -> None:
    seal_pending()
    record("sign_in.succeeded", actor=person)
    assert run("seal")[1] == "Sealed 1 lines.\n"


def test_names_are_taken_out_by_command(lines: list[int], person: User) -> None:
    assert f"Took the name out of {LINES + 1} lines." in run("pseudonymise", str(person.pk))[1]


def test_after_a_change_of_the_key_the_chains_are_signed_anew(lines: list[int]) -> None:
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[old]):
        assert problem() is None
    with override_settings(SECRET_KEY="another"):
        assert "After a change of the key: manage.py audit sign." in str(problem())
        assert "Signed both chains" in run("sign")[1]
        seal_pending()
        assert [one.problem for one in verify_all()] == [None, None]
        assert Entry.objects.filter(action="audit.signed").count() == 1


def test_flush_is_refused_outside_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(settings, "TEST_STACK")
    with pytest.raises(CommandError, match="append-only"):
        call_command("flush", interactive=False)


def test_every_migration_that_alters_the_table_must_guard_it_again() -> None:
    """SQLite makes a table anew to alter it, and its triggers are gone; 0002 is the last one so far."""
    made = sorted(
        path.name for path in (Path(settings.BASE_DIR) / "platform/audit/migrations").glob("0*.py")
    )
    assert made == ["0001_initial.py", "0002_guard_lines.py"], (
        "does the new one end with 0002's `guard`?"
    )
