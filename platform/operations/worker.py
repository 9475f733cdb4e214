"""The background process of server mode: keeps the search index up to date, runs queued tasks and scheduled jobs."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from schedule.running import LOOK_S, run_due
from search import indexer

logger = logging.getLogger(__name__)

POLL_S = 0.5  # how long a change may wait before it is noticed
DRAIN_ROWS = 400  # outbox rows between two looks at `stop`
RETRY_S = 5.0  # how long to wait after the database failed


class Worker:
    """Three loops until `stop`: one drains the search outbox, one runs tasks, one runs scheduled jobs.

    They are apart so that a long task (an import, a report) never delays what was just published.
    """

    def __init__(self, *, poll_s: float = POLL_S, retry_s: float = RETRY_S) -> None:
        self.poll_s = poll_s
        self.retry_s = retry_s
        self.id = uuid.uuid4().hex
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask all loops to end after what they are doing; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop`; returns when all loops have ended."""
        beside = [
            threading.Thread(target=self._loop, args=("outbox", self._drain), name="outbox"),
            threading.Thread(target=self._look_at_schedule, name="schedule"),
        ]
        for thread in beside:
            thread.start()
        try:
            self._loop("tasks", self._run_tasks)
        finally:
            self.stop()
            for thread in beside:
                thread.join()

    def _look_at_schedule(self) -> None:
        """Run due jobs; a look every `LOOK_S` is enough for what is due by the minute or the day."""
        self._loop("schedule", self._run_jobs, pause_s=LOOK_S)

    def _loop(self, name: str, turn: Callable[[], int], *, pause_s: float | None = None) -> None:
        """Repeat `turn`; it returns how many things it did, and 0 means nothing to do for `pause_s`."""
        idle_s = self.poll_s if pause_s is None else pause_s
        try:
            while not self._stopping.is_set():
                pause_s = idle_s
                try:
                    close_old_connections()
                    if turn():
                        continue
                except DatabaseError:
                    logger.exception("worker loop=%s database failed, trying again", name)
                    pause_s = self.retry_s
                self._stopping.wait(pause_s)
        finally:
            connections.close_all()

    def _drain(self) -> int:
        """Index a limited number of changes, so that `stop` is heeded within a rebuild-sized backlog too."""
        return indexer.drain(limit=DRAIN_ROWS).rows

    def _run_jobs(self) -> int:
        """Run due jobs; what became due meanwhile is found at the next look."""
        run_due()
        return 0

    def _run_tasks(self) -> int:
        """Run one task, if one is ready; a task that fails is recorded as failed and logged by its backend."""
        if self._stopping.is_set() or not DBTaskResult.objects.ready().exists():
            return 0
        db_worker.Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            max_tasks=1,
            backend_name="default",
            startup_delay=False,
            worker_id=self.id,
        ).run()
        return 1
