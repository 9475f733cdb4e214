"""How much slower this machine is just now than a quiet one, on which limits in milliseconds are meant.

Tests run side by side on processor threads that share a core: each one's own processor time grows up to twice. So a
time is held against its limit after known work of the same kind, done in the same seconds, has said how slow they are.
"""

from __future__ import annotations

import statistics
import time

from django.contrib.contenttypes.models import ContentType

QUERIES = 40
MOST = 2.0  # times slower, that a neighbour on the same core explains
QUIET_MS = 19  # that they take, of processor time, with nothing else running (two cores of an EPYC)


class Yardstick:
    """Known work, done in between what is measured."""

    def __init__(self) -> None:
        self._taken: list[float] = []

    def lay(self) -> None:
        """Do the work once: build queries, ask the database, make objects, as most of a request does."""
        began = time.thread_time()
        for number in range(QUERIES):
            list(ContentType.objects.filter(pk__lte=number).order_by("app_label", "model"))
        self._taken.append((time.thread_time() - began) * 1000)

    @property
    def slowdown(self) -> float:
        """Return by how many times the work took longer than on a quiet machine, at the median; 1 to `MOST`."""
        return min(MOST, max(1.0, statistics.median(self._taken) / QUIET_MS))
