"""Limit the searches of a person within a minute: far more than anybody reads, far fewer than a script tries.

Each process counts, and adds to the shared cache ten at a time, so that a person's few searches cost no query. With
several processes a limit may be exceeded by nine for each of them.
"""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.core.cache import caches

MINUTE_S = 60
HANDED_OVER = 10
MAX_REMEMBERED = 10_000

_counting = threading.Lock()
_counted: dict[str, int] = {}
_known: dict[str, int] = {}


def wait_to_search_s(user_id: int | None) -> int:
    """Count a search of this person; return 0, or the seconds until the next one is allowed."""
    return _wait_s(f"search:{user_id}", settings.SEARCHES_A_MINUTE)


def wait_to_suggest_s(user_id: int | None) -> int:
    """Count a request for proposals; return 0, or the seconds until the next one is allowed."""
    return _wait_s(f"suggest:{user_id}", settings.SUGGESTIONS_A_MINUTE)


def _wait_s(key: str, a_minute: int) -> int:
    minute, second = divmod(int(time.time()), MINUTE_S)
    return MINUTE_S - second if _count(f"pace:{key}:{minute}") > a_minute else 0


def _count(key: str) -> int:
    """Count one more, and return how many this process knows of."""
    with _counting:
        if len(_counted) >= MAX_REMEMBERED:  # of minutes that are over
            forget()
        counted = _counted[key] = _counted.get(key, 0) + 1
    if counted % HANDED_OVER == 0:
        shared = caches["shared"]
        shared.add(key, 0, timeout=2 * MINUTE_S)
        try:
            _known[key] = shared.incr(key, HANDED_OVER)
        except ValueError:  # another process's cleaning removed it just now
            _known[key] = counted
    return _known.get(key, 0) + counted % HANDED_OVER


def forget() -> None:
    """Forget what this process counted; the shared counts stay."""
    _counted.clear()
    _known.clear()
