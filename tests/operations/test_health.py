"""The probes: what they say, to whom, and when something is away."""

from __future__ import annotations

import json
import sys

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from operations import health

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def forget_answer(monkeypatch):
    """Each test asks for pending migrations anew."""
    monkeypatch.setattr(health, "_known_migrated", False)


def test_live_answers_without_sign_in_and_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/-/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "live"}


def test_ready_names_every_part_and_nothing_else(client):
    answer = client.get("/-/health/ready")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "database", "migrations", "search"}
    assert answer.json()["status"] == "ready"
    assert answer.json()["migrations"] == "ok"
    assert "no-store" in answer["Cache-Control"]


def test_pending_migration_makes_unready(client):
    MigrationRecorder.Migration.objects.filter(app="search").delete()
    answer = client.get("/-/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["migrations"] == "pending"
    assert client.get("/-/health/live").status_code == 200


def test_probes_take_no_posts(client):
    assert client.post("/-/health/live").status_code == 405


def test_probes_set_no_cookie():
    answer = Client().get("/-/health/ready")
    assert not answer.cookies


PROBE = """
import django
django.setup()
from django.test import Client
answer = Client().get("/-/health/ready", headers={"host": "localhost"}, secure=True)
print(answer.status_code, answer.content.decode())
"""


def test_database_and_engine_away_give_503_and_no_secret(run):
    answer = run(
        sys.executable,
        "-c",
        PROBE,
        env={
            "DJANGO_SETTINGS_MODULE": "stadtwissen.settings.server",
            "STADTWISSEN_SECRET_KEY": "k" * 50,
            "STADTWISSEN_ALLOWED_HOSTS": "localhost",
            # Port 9 (discard) is closed on every machine that we run on.
            "STADTWISSEN_DATABASE": "postgresql://someone:hunter2@127.0.0.1:9/nothing",
            "STADTWISSEN_ELASTICSEARCH_URL": "http://127.0.0.1:9",
            "STADTWISSEN_ELASTICSEARCH_PASSWORD": "hunter3",
        },
    )
    status, body = answer.stdout.strip().split(" ", 1)
    assert status == "503", answer.stderr
    assert json.loads(body) == {
        "status": "unavailable",
        "database": "unavailable",
        "migrations": "unknown",
        "search": "unavailable",
    }
    assert "hunter" not in answer.stdout
