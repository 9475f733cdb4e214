"""Background work: a process of its own in server mode, threads of the one web process in the embedded mode."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from filelock import FileLock, Timeout

from knowledge.importing.texts import BACKEND, READING, RECOGNITION, catch_up
from schedule.running import LOOK_S, run_due
from search import indexer, maintenance
from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)

POLL_S = 0.5  # how long a change may wait before it is noticed
DRAIN_ROWS = 400  # outbox rows between two looks at `stop`
RETRY_S = 5.0  # how long to wait after the database failed
MEND_S = 60.0  # between two looks whether the index is complete
CATCH_UP_S = 3600.0  # between two looks for files whose reading was cut off
TURN_S = 1.0  # between two looks whether another process has ended
STOP_RECOGNITION_S = 5.0  # how long the end waits for a scan


class Worker:
    """Loops until `stop`: for the search outbox and index, tasks, scheduled jobs, files to read, scans to recognise.

    They are separate so that a long task (an import, a report) never delays what was just published, nor a long file a
    notice. A file whose reading was interrupted, such as by kill -9, is queued again.
    """

    # A file not read by then is queued again; until then it may be in another worker's hands.
    lost_after = dt.timedelta(hours=1)

    def __init__(self, *, poll_s: float = POLL_S, retry_s: float = RETRY_S) -> None:
        self.poll_s = poll_s
        self.retry_s = retry_s
        self.id = uuid.uuid4().hex
        self.threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._next_catching_up_s = 0.0
        # The start of an installation has compared and mended (manage.py prepare).
        self._next_mending_s = time.monotonic() + MEND_S

    def stop(self) -> None:
        """Ask all loops to end after their current work; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop`; returns when all loops have ended."""
        outbox = self._start("outbox", self._drain)
        index = self._start("index", self._mend_index)
        jobs = self.start_schedule()
        reading, recognition = self.start_reading()
        try:
            self._loop("tasks", self._run_tasks)
        finally:
            self.stop()
            for thread in (outbox, index, jobs, reading):
                thread.join()
            # A scan may take minutes; cut off, it is queued again.
            recognition.join(STOP_RECOGNITION_S)

    def start_schedule(self) -> threading.Thread:
        """Start the loop that runs scheduled jobs; jobs are due by the minute, so it checks every `LOOK_S`."""
        return self._start("schedule", self._run_jobs, pause_s=LOOK_S)

    def start_reading(self) -> tuple[threading.Thread, threading.Thread]:
        """Start the loops that read files and recognise scans, in threads that don't keep the process alive."""
        return (
            self._start(READING, self._read),
            self._start(RECOGNITION, partial(self._run_one, BACKEND, RECOGNITION)),
        )

    def _start(
        self, name: str, turn: Callable[[], int], *, pause_s: float | None = None
    ) -> threading.Thread:
        loop = partial(self._loop, name, turn, pause_s=pause_s)
        thread = threading.Thread(target=loop, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def _loop(self, name: str, turn: Callable[[], int], *, pause_s: float | None = None) -> None:
        """Repeat `turn`, which returns how many things it did; after 0, pause for `pause_s`."""
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
        """Index a limited number of changes, so that `stop` works even with the backlog of a rebuild."""
        return indexer.drain(limit=DRAIN_ROWS).rows

    def _mend_index(self) -> int:
        """Refill a lost index now and then; changes are indexed meanwhile."""
        if time.monotonic() < self._next_mending_s:
            return 0
        self._next_mending_s = time.monotonic() + MEND_S
        try:
            return int(maintenance.mend())
        except (EngineUnavailable, TimeoutError) as error:
            logger.warning("search index cannot be mended now error=%s", error)
            return 0

    def _run_jobs(self) -> int:
        """Run due jobs; what becomes due meanwhile runs the next time."""
        run_due()
        return 0

    def _run_tasks(self) -> int:
        return self._run_one("default", "*")

    def _read(self) -> int:
        """Read one file; if none waits, check now and then whether any was lost."""
        if done := self._run_one(BACKEND, READING):
            return done
        if time.monotonic() < self._next_catching_up_s:
            return 0
        self._next_catching_up_s = time.monotonic() + CATCH_UP_S
        cut_off = DBTaskResult.objects.running().filter(backend_name=BACKEND)
        cut_off.filter(started_at__lte=timezone.now() - self.lost_after).delete()
        return catch_up(older_than=self.lost_after)

    def _run_one(self, backend: str, queue: str) -> int:
        """Run one task if one is ready; its backend records and logs failures."""
        ready = DBTaskResult.objects.ready().filter(backend_name=backend)
        if queue != "*":
            ready = ready.filter(queue_name=queue)
        if self._stopping.is_set() or not ready.exists():
            return 0
        db_worker.Worker(
            queue_names=[queue],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            max_tasks=1,
            backend_name=backend,
            startup_delay=False,
            worker_id=self.id,
        ).run()
        return 1


class EmbeddedWorker(Worker):
    """Reads files and runs jobs in one process of the embedded mode, so anything interrupted earlier is its to redo.

    In that mode commits index what changed and other tasks run at once; a lost index is refilled here.
    """

    lost_after = dt.timedelta(0)

    def __init__(self) -> None:
        # What runs on this machine alone is noticed after a second just as well.
        super().__init__(poll_s=1.0)

    def start_in_one_process(self) -> None:
        """Start as soon as no other process of the installation works in the background; returns at once.

        The system releases the lock of a process that ends, however it ends, and the next one takes over.
        """
        thread = threading.Thread(target=self._wait_for_turn, name="turn", daemon=True)
        self.threads.append(thread)
        thread.start()

    def _wait_for_turn(self) -> None:
        lock = FileLock(settings.HOME_DIR / ".background")
        while not self._stopping.is_set():
            # Asked again and again, because a thread that waits in the system keeps its process from ending.
            with suppress(Timeout), lock.acquire(blocking=False):
                self.start()
                self._stopping.wait()
            self._stopping.wait(TURN_S)

    def start(self) -> None:
        """Start reading and looking after the index; returns at once."""
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        self.start_reading()
        self.start_schedule()
        self._start("index", self._mend_index)
