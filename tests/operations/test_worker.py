"""The worker: indexes, runs tasks, goes on after a failure, ends when told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connections
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from operations.worker import Worker
from search.models import OutboxEntry
from tests.operations.conftest import ROOT, clean_environment

DATABASE_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def working():
    """A worker in a thread of this process, stopped and joined at the end."""
    worker = Worker(poll_s=0.05, retry_s=0.05)

    def work():
        try:
            worker.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield worker
    worker.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()


def eventually(condition, *, timeout_s=20):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_worker_drains_the_outbox(working):
    # No app registers such a source, so draining means that the row is done.
    OutboxEntry.objects.create(source="gone", object_id="1")
    eventually(lambda: not OutboxEntry.objects.exists())


@task
def note(word: str) -> str:
    return word.upper()


@task
def fail() -> None:
    raise ValueError("on purpose")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_worker_runs_tasks_and_survives_a_failing_one(settings, working):
    settings.TASKS = DATABASE_TASKS
    failing = fail.enqueue()
    good = note.enqueue("erledigt")
    eventually(lambda: not DBTaskResult.objects.ready().exists() and not running())
    assert DBTaskResult.objects.get(pk=good.id).status == "SUCCESSFUL"
    assert DBTaskResult.objects.get(pk=good.id).return_value == "ERLEDIGT"
    assert DBTaskResult.objects.get(pk=failing.id).status == "FAILED"


def running() -> bool:
    return DBTaskResult.objects.filter(status="RUNNING").exists()


def test_worker_waits_for_a_database_without_tables_and_stops_when_told(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "worker", "--poll", "0.1"],
        cwd=ROOT,
        env={**clean_environment(), "STADTWISSEN_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "database failed, trying again" in line:
                break
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=20)[0]
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Worker stopped." in rest
