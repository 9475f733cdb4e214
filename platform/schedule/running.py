"""Run each due job once, however many processes look at the same time.

A process takes a job's turn by moving its `due_at` forward in one statement. If it is killed halfway, the job is due
again after its interval, as if it had failed.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.utils import timezone

from schedule.jobs import Job, jobs
from schedule.models import JobRun

logger = logging.getLogger(__name__)

RETRY = dt.timedelta(minutes=5)
"""After a failure a job is tried again after this time, or after its interval if that is shorter."""

LOOK_S = 20.0
"""How often a process looks for due jobs, in seconds."""


def run_due() -> int:
    """Run every job that is due; return how many ran. Failures are logged and tried again later."""
    now = timezone.now()
    rows = {row.name: row for row in JobRun.objects.all()}
    count = 0
    for job in jobs:
        row = rows.get(job.name) or _first_row(job, now)
        if row.due_at <= now and _take_turn(job, row, now):
            run_job(job)
            count += 1
    return count


def run_job(job: Job) -> bool:
    """Run `job` now, whether or not it is due; return whether it succeeded."""
    started = timezone.now()
    JobRun.objects.update_or_create(
        name=job.name, defaults={"started_at": started, "due_at": job.next_after(started)}
    )
    try:
        done = job.run()
    except Exception as error:
        _note_failure(job, error)
        logger.exception("job failed name=%s", job.name)
        return False
    JobRun.objects.filter(name=job.name).update(
        finished_at=timezone.now(), failures=0, last_error=""
    )
    # Most jobs look every few minutes and find nothing: a line for each would bury the others.
    level = logging.INFO if done else logging.DEBUG
    logger.log(level, "job done name=%s things=%d", job.name, done)
    return True


def _first_row(job: Job, now: dt.datetime) -> JobRun:
    """Make the row of a new job: due at once if it runs in intervals, otherwise at its next time of day."""
    due_at = now if job.every is not None else job.next_after(now)
    row, _created = JobRun.objects.get_or_create(name=job.name, defaults={"due_at": due_at})
    return row


def _take_turn(job: Job, row: JobRun, now: dt.datetime) -> bool:
    """Move `due_at` forward unless another process did; one statement, so that only one wins."""
    mine = JobRun.objects.filter(name=job.name, due_at=row.due_at)
    return bool(mine.update(due_at=job.next_after(now), started_at=now))


def _note_failure(job: Job, error: Exception) -> None:
    now = timezone.now()
    row = JobRun.objects.get(name=job.name)
    row.failures += 1
    row.last_error = type(error).__name__  # its text may hold content
    row.due_at = min(job.next_after(now), now + RETRY)
    row.save(update_fields=["failures", "last_error", "due_at"])
