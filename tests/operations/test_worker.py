"""The worker: indexes, runs tasks, goes on after a failure, ends when told to."""

from __future__ import annotations

import datetime as dt
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from knowledge.files.models import KnowledgeDocument
from knowledge.importing.models import ExtractedText
from operations.worker import EmbeddedWorker, Worker
from search.models import OutboxEntry
from stadtwissen.settings import base
from tests.factories import make_space
from tests.operations.conftest import ROOT, clean_environment

pytestmark = pytest.mark.both

QUEUED = {"BACKEND": "django_tasks_db.DatabaseBackend"}
DATABASE_TASKS = {**base.TASKS, "default": QUEUED, "files": {**QUEUED, "QUEUES": []}}


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


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_files_are_read_beside_a_task_that_takes_long(settings, working):
    settings.TASKS = DATABASE_TASKS
    slow = wait.enqueue()
    document = make_document()
    eventually(lambda: ExtractedText.objects.filter(document=document).exists())
    assert ExtractedText.objects.get(document=document).pages == ["Die Müllabfuhr kommt."]
    assert DBTaskResult.objects.get(pk=slow.id).status in {"READY", "RUNNING"}
    release.set()
    eventually(lambda: DBTaskResult.objects.get(pk=slow.id).status == "SUCCESSFUL")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_whose_reading_was_cut_off_is_read_by_the_next_worker(settings, monkeypatch):
    """Killed with -9 a worker leaves a task that is running for ever, and no text."""
    settings.TASKS = {**settings.TASKS, "files": DATABASE_TASKS["files"]}
    document = make_document()
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now() - dt.timedelta(minutes=5)
    )
    worker = EmbeddedWorker()
    try:
        worker.start()
        eventually(lambda: ExtractedText.objects.filter(document=document).exists())
        eventually(lambda: not running())
    finally:
        worker.stop()
        for thread in worker.threads:
            thread.join(timeout=20)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


IN_BACKGROUND = """
import django; django.setup()
from operations.worker import EmbeddedWorker
class Saying(EmbeddedWorker):
    def start(self):
        print("works", flush=True)
print("ready", flush=True)
Saying().start_in_one_process()
input()
"""


def test_one_process_works_in_the_background_and_another_takes_over(tmp_path: Path) -> None:
    mode = "stadtwissen.settings.embedded"
    home = {"STADTWISSEN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": mode}

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", IN_BACKGROUND],
            env=clean_environment() | home, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    with started() as first:
        assert [first.stdout.readline(), first.stdout.readline()] == ["ready\n", "works\n"]
        with started() as second:
            assert second.stdout.readline() == "ready\n"
            assert not select.select([second.stdout], [], [], 0.5)[0]
            first.kill()
            assert second.stdout.readline() == "works\n"
            second.kill()


release = threading.Event()


@task
def wait() -> None:
    release.wait(timeout=60)


def make_document() -> KnowledgeDocument:
    document = KnowledgeDocument(title="Plan", space=make_space("werkstatt"))
    document.file = ContentFile("Die Müllabfuhr kommt.".encode(), name="plan.txt")
    document.save()
    return document


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
