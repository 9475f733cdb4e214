"""Settings of the search with their defaults; units in the names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

BATCH_SIZE = 200
"""Objects read and sent to the engine at once: some 2 MB of text."""

RETRY_CAP_S = 30
"""Longest pause after an outage of the engine: what was published is findable that soon after it is back."""

POISON_RETRY_CAP_S = 3600
"""Longest pause after an object alone failed to be indexed."""

REFUSED_ATTEMPTS = 3
"""After so many failures with an engine that answers, the objects of a batch are tried one by one."""

COMMIT_DRAIN_LIMIT = 400
"""Outbox rows that one request indexes at most after its commit; more are left to the next turn."""

SAVED_SEARCHES_A_PERSON = 50

SAVED_SEARCH_CHECK_AFTER = dt.timedelta(hours=1)
"""How old the number of new matches on the start page may be."""

SAVED_SEARCH_KEYS = 500
"""Matches that are remembered of one saved search, newest first: 5 requests to the engine, 8 kB."""

SAVED_SEARCH_NEW_KEYS = 20
"""New matches that are counted and shown; more are "20 or more"."""

SAVED_SEARCH_TURN_S = 30.0
"""How long one turn of the job checks saved searches; the rest waits for the next one."""


def drain_on_commit() -> bool:
    """Tell whether a commit indexes in this process (embedded) or leaves it to the worker."""
    chosen = getattr(settings, "SEARCH_DRAIN_ON_COMMIT", None)
    return settings.SEARCH_ENGINE == "tantivy" if chosen is None else bool(chosen)


def retry_in_process_s() -> float:
    """Return the seconds until a process that drains on commit retries what it left; 0 means never."""
    return float(getattr(settings, "SEARCH_RETRY_S", 5.0))


def lock_dir() -> Path:
    """Return the folder for lock files of an installation on one machine."""
    return Path(settings.HOME_DIR)
