"""When somebody is reminded of a day that comes near or is over: rarely, and never twice in a few days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

QUIET_DAYS = 5
"""Two reminders of one matter are never closer."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days on which there is a reminder.

    Attributes:
        before: Days before the date.
        after: Days after it; from `every` on, each multiple of that.
        every: Days.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    every: int

    def last_day(self, due_on: dt.date, today: dt.date) -> dt.date | None:
        """Return the last day up to `today` on which there is a reminder of `due_on`; None before the first."""
        past = (today - due_on).days
        days = [-one for one in self.before] + list(self.after)
        if past >= self.every:
            days.append(past // self.every * self.every)
        reached = [one for one in days if one <= past]
        return due_on + dt.timedelta(days=max(reached)) if reached else None

    def is_due(
        self, due_on: dt.date, today: dt.date, *, known_since: dt.date, reminded_on: dt.date | None
    ) -> bool:
        """Tell whether to remind today: a day has come since the matter is known, and the last one is long enough ago.

        Args:
            due_on: The day itself.
            today: The day of asking.
            known_since: When the matter came up; whoever has just heard of it isn't reminded.
            reminded_on: The last reminder.
        """
        day = self.last_day(due_on, today)
        if day is None or day <= known_since:
            return False
        return reminded_on is None or (
            day > reminded_on and (today - reminded_on).days >= QUIET_DAYS
        )

    @property
    def first_before(self) -> dt.timedelta:
        """Return how long before the date the first reminder is."""
        return dt.timedelta(days=max(self.before, default=0))


def is_quiet(reminded_on: dt.date | None, today: dt.date) -> bool:
    """Tell whether the last reminder is so near that there may be none today."""
    return reminded_on is not None and (today - reminded_on).days < QUIET_DAYS
