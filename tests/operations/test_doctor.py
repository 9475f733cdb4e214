"""`manage.py doctor` finds what is wrong and names the cure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone, translation

from access.models import Space
from operations.doctor import examine
from search import maintenance
from search.engines.base import EngineStatus
from search.models import OutboxEntry
from tests.factories import make_article, make_space

pytestmark = pytest.mark.django_db


def finding(part):
    with translation.override("en"):
        return next(found for found in examine() if found.part == part)


@pytest.mark.both
def test_healthy_database_is_named():
    assert finding("database").is_healthy
    assert finding("migrations").is_healthy


def test_pending_migration_is_found():
    MigrationRecorder.Migration.objects.filter(app="search").delete()
    assert "manage.py migrate" in finding("migrations").cure


@pytest.mark.both
def test_changes_that_wait_too_long_are_found():
    OutboxEntry.objects.create(
        source="page",
        object_id="1",
        enqueued_at=timezone.now() - timedelta(hours=1),
        not_before=timezone.now() + timedelta(minutes=1),
    )
    assert "worker" in finding("changes to index").cure
    assert "1 waiting" in finding("changes to index").found


def test_fresh_changes_are_normal():
    OutboxEntry.objects.create(source="page", object_id="1")
    assert finding("changes to index").is_healthy


def test_full_disk_is_found(monkeypatch):
    monkeypatch.setattr("operations.doctor.FREE_BYTES_MIN", 2**62)
    assert "1 GiB" in finding("disk").cure


def test_missing_static_files_are_found(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    assert "manage.py prepare" in finding("static files").cure


def test_a_space_without_a_steward_is_found(cast):
    assert finding("stewards").is_healthy
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    assert "bereich-b" in finding("stewards").found
    assert "name_steward" in finding("stewards").cure


def test_command_lists_every_part_and_fails_if_one_does(settings, tmp_path, capsys):
    settings.STATIC_ROOT = tmp_path / "static"
    with pytest.raises(CommandError):
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("ok    database") for line in lines)
    assert any(line.startswith("FAIL  static files") for line in lines)
    assert any("→ Collect them" in line for line in lines)


def test_an_empty_index_lacks_nothing_until_something_is_published(monkeypatch):
    empty = replace(maintenance.status(), index=EngineStatus("leer", documents=0, size_bytes=0))
    monkeypatch.setattr("operations.doctor.maintenance.status", lambda: empty)
    assert finding("search engine").is_healthy
    make_article(make_space("lage"), "Seite")
    assert "manage.py search rebuild" in finding("search engine").cure
