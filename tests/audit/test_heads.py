"""A log that was wiped, cut or put back as a whole is found by what is kept outside of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from audit.heads import note_heads, noted_heads
from audit.models import Chain, Log
from audit.retention import empty_for_tests, prune
from audit.sealing import seal_pending
from audit.services import record
from audit.triggers import missing_triggers
from audit.verification import verify, verify_all
from operations.doctor import Finding, examine
from tests.conftest import Cast

pytestmark = pytest.mark.both

DROP = {
    "sqlite": "DROP TRIGGER audit_entry_no_delete",
    "postgresql": "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_guard",
}


@pytest.fixture(autouse=True)
def heads(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_HEADS_FILE = tmp_path / "elsewhere" / "heads.log"
    return settings.AUDIT_HEADS_FILE


def line() -> None:
    record("samples.loaded", actor=None)
    seal_pending()


def doctor() -> Finding:
    with translation.override("en"):
        return next(found for found in examine() if found.part == "audit log")


def test_heads_are_appended_when_they_move(cast: Cast, heads: Path) -> None:
    line()
    assert note_heads() == 1
    assert note_heads() == 0
    line()
    assert note_heads() == 1
    assert len(heads.read_text().splitlines()) == 2
    chain = Chain.objects.get(pk=Log.CHANGES)
    assert noted_heads() == {Log.CHANGES: (chain.sequence, chain.hash)}
    assert doctor().is_healthy
    assert all(verdict.problem is None for verdict in verify_all(noted_heads()))


def test_a_wiped_log_is_broken_beside_people(cast: Cast) -> None:
    seal_pending()
    empty_for_tests()
    problem = verify(Log.CHANGES).problem
    assert problem is not None
    assert "wiped" in problem
    assert "empty" in doctor().found
    with pytest.raises(SystemExit):
        call_command("audit", "verify")


def test_a_log_that_was_wiped_and_begun_anew_is_broken(cast: Cast, heads: Path) -> None:
    for _ in range(3):
        line()
    note_heads()
    kept = heads.read_text()
    empty_for_tests()
    for _ in range(200):
        record("samples.loaded", actor=None)
    seal_pending()
    assert verify(Log.CHANGES).problem is None  # in itself it is in order
    assert note_heads() == 0  # the evidence is left alone
    assert heads.read_text() == kept
    assert "missing or not the one" in doctor().found
    with pytest.raises(SystemExit):
        call_command("audit", "verify")


def test_lines_whose_period_is_over_are_no_contradiction(cast: Cast, settings: Any) -> None:
    line()
    note_heads()
    settings.AUDIT_RETENTION_DAYS = 0
    prune(Log.CHANGES)
    seal_pending()
    assert doctor().is_healthy


def test_no_trigger_may_be_missing_or_switched_off(cast: Cast) -> None:
    line()
    assert missing_triggers() == []
    with connection.cursor() as cursor:
        cursor.execute(DROP[connection.vendor])
    assert len(missing_triggers()) == 1
    assert missing_triggers()[0] in doctor().found
