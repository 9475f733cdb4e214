"""Settings of the search with their defaults; units in the names."""

from __future__ import annotations

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


def drain_on_commit() -> bool:
    """Tell whether a commit is followed by indexing in this process (embedded) or left to the worker."""
    chosen = getattr(settings, "SEARCH_DRAIN_ON_COMMIT", None)
    return settings.SEARCH_ENGINE == "tantivy" if chosen is None else bool(chosen)


def retry_in_process_s() -> float:
    """Return after how many seconds a process that drains on commit tries again what it left; 0 means never."""
    return float(getattr(settings, "SEARCH_RETRY_S", 5.0))


def lock_dir() -> Path:
    """Return the folder for lock files of an installation on one machine."""
    return Path(settings.HOME_DIR)
