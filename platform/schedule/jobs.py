"""What is due again and again: apps register their jobs in `AppConfig.ready`.

A job must bear being run twice and being killed at any point; what it writes is one transaction for each thing done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work that is due again and again.

    Attributes:
        name: Unique and stable, such as `notices.mail`.
        run: Does it; returns how many things it did, for the log.
        every: Time between two beginnings; None if it is due once a day.
        daily_at: Time of day in the city's time zone at which it is due; None if it is due in intervals.
    """

    name: str
    run: Callable[[], int]
    every: dt.timedelta | None = None
    daily_at: dt.time | None = None

    def next_after(self, moment: dt.datetime) -> dt.datetime:
        """Return when it is due next if it began at `moment`."""
        if self.every is not None:
            return moment + self.every
        local = timezone.localtime(moment)
        day = local.date()
        if local.time() >= self._time_of_day():
            day += dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(day, self._time_of_day()))

    def _time_of_day(self) -> dt.time:
        return self.daily_at or dt.time()


_jobs: dict[str, Job] = {}


def register_job(
    name: str,
    run: Callable[[], int],
    *,
    every: dt.timedelta | None = None,
    daily_at: dt.time | None = None,
) -> Job:
    """Have `run` called in intervals of `every`, or once a day at `daily_at`.

    Raises:
        ValueError: If the name is taken by another job, or not exactly one of `every` and `daily_at` is given.
    """
    if (every is None) == (daily_at is None):
        raise ValueError(f"The job {name!r} needs either every or daily_at.")
    job = Job(name, run, every=every, daily_at=daily_at)
    known = _jobs.get(name)
    if known is not None and known != job:
        raise ValueError(f"The job {name!r} is registered twice.")
    _jobs[name] = job
    return job


def unregister_job(name: str) -> None:
    """Forget a job; for tests that bring one of their own."""
    _jobs.pop(name, None)


def jobs() -> tuple[Job, ...]:
    """Return all jobs, by name."""
    return tuple(_jobs[name] for name in sorted(_jobs))


def job_named(name: str) -> Job | None:
    """Return the job called `name`; None if no app registers it."""
    return _jobs.get(name)
