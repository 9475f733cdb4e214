"""Recurring jobs: apps register theirs in `AppConfig.ready`.

A job may run twice and be killed at any point, so it writes one transaction for each thing done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from web.registry import Registry


@dataclass(frozen=True, slots=True)
class Job:
    """One recurring piece of work.

    Attributes:
        name: Unique and stable, such as `notices.mail`.
        run: Does the work and returns how many things it did, for the log.
        every: Time between two starts; None for a daily job.
        daily_at: Time of day, in the city's time zone; None for a job that runs in intervals.
    """

    name: str
    run: Callable[[], int]
    every: dt.timedelta | None = None
    daily_at: dt.time | None = None

    def __post_init__(self) -> None:
        if (self.every is None) == (self.daily_at is None):
            raise ValueError(f"The job {self.name!r} needs either every or daily_at.")

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


jobs: Registry[Job] = Registry("job", cure="register it with schedule.jobs.jobs.register")
