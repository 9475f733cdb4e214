"""What an operator wants to know when something is wrong: one finding per part, with the cure."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from access.matrix import spaces_without_steward
from operations import assets, health
from search import maintenance
from search.models import OutboxEntry

FREE_BYTES_MIN = 1024**3  # a rebuild writes a second index beside the first
OUTBOX_AGE_MAX = timedelta(minutes=5)  # the longest pause after an outage is half a minute


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do; no cure means that it is in order."""

    part: str
    found: str
    cure: str = ""

    @property
    def is_healthy(self) -> bool:
        """Whether there is nothing to do."""
        return not self.cure


def examine() -> Iterator[Finding]:
    """Look at every part in turn; one that fails does not keep the others from being looked at.

    What needs the database is left out when the database does not answer.
    """
    yield _python()
    yield from _settings()
    yield _folder()
    yield _disk()
    yield _static_files()
    yield _german_texts()
    database = _database()
    yield database
    for part, look in _INSIDE_DATABASE.items() if database.is_healthy else ():
        try:
            yield look()
        except DatabaseError as error:
            yield Finding(part, _one_line(error), "Apply the migrations: manage.py migrate")


def _python() -> Finding:
    return Finding("python", f"{platform.python_version()} in {sys.prefix}")


def _settings() -> Iterator[Finding]:
    module = settings.SETTINGS_MODULE
    errors = [
        message for message in run_checks(databases=[DEFAULT_DB_ALIAS]) if message.level >= ERROR
    ]
    if not errors:
        yield Finding("settings", f"{module}, no errors")
    for error in errors:
        yield Finding(
            "settings", f"{error.id}: {error.msg}", error.hint or "See docs/operations.md."
        )


def _folder() -> Finding:
    home = Path(settings.HOME_DIR)
    probe = home / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            "folder", _one_line(error), "Let the user who runs Stadtwissen write STADTWISSEN_HOME."
        )
    return Finding("folder", f"{home} may be written")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.HOME_DIR).free
    found = f"{free / 1024**3:.1f} GiB free at {settings.HOME_DIR}"
    if free >= FREE_BYTES_MIN:
        return Finding("disk", found)
    return Finding(
        "disk", found, "Free some space: uploads and index rebuilds need at least 1 GiB."
    )


def _static_files() -> Finding:
    cure = "Collect them: manage.py prepare"
    if not assets.collected_fingerprint():
        return Finding("static files", f"none in {settings.STATIC_ROOT}", cure)
    if assets.collected_fingerprint() != assets.assets_fingerprint():
        return Finding("static files", "collected by another version", cure)
    return Finding("static files", f"of this version, in {settings.STATIC_ROOT}")


def _german_texts() -> Finding:
    source = Path(settings.BASE_DIR) / "locale/de/LC_MESSAGES/django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return Finding(
            "German texts", f"{compiled.name} is missing", "Compile them: scripts/setup run"
        )
    return Finding("German texts", "compiled")


def _database() -> Finding:
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding(
            "database",
            _one_line(error),
            "Start it, and compare STADTWISSEN_DATABASE with its address, user and password.",
        )
    version = ".".join(str(number) for number in connection.get_database_version())
    return Finding("database", f"{connection.display_name} {version} answers")


def _migrations() -> Finding:
    pending = health.pending_migrations()
    if not pending:
        return Finding("migrations", "all applied")
    return Finding(
        "migrations",
        f"{len(pending)} pending, first {pending[0]}",
        "Apply them: manage.py migrate",
    )


def _outbox() -> Finding:
    waiting = OutboxEntry.objects.all()
    oldest = waiting.order_by("enqueued_at").first()
    if oldest is None:
        return Finding("changes to index", "none waiting")
    age = timezone.now() - oldest.enqueued_at
    found = f"{waiting.count()} waiting, the oldest for {int(age.total_seconds())} s"
    if age <= OUTBOX_AGE_MAX:
        return Finding("changes to index", found)
    return Finding(
        "changes to index",
        found + (f", last error: {oldest.last_error}" if oldest.last_error else ""),
        "See that the worker runs (manage.py worker) and the search engine answers; nothing is lost.",
    )


def _tasks() -> Finding:
    failed = DBTaskResult.objects.failed().count()
    found = f"{DBTaskResult.objects.ready().count()} ready, {failed} failed"
    if not failed:
        return Finding("tasks", found)
    return Finding(
        "tasks",
        found,
        "Read why in the worker's log; manage.py prune_db_task_results forgets them.",
    )


def _search_engine() -> Finding:
    name = settings.SEARCH_ENGINE
    index = maintenance.status().index
    if index is None:
        return Finding("search engine", f"{name} does not answer", _engine_cure(name))
    found = f"{name} answers with {index.documents} documents in {index.index}"
    if index.documents:
        return Finding("search engine", found)
    return Finding("search engine", found, "Fill the index: manage.py search rebuild")


def _responsible() -> Finding:
    """Name spaces for which nobody active is responsible; nobody else can see that of one that has opted out."""
    spaces = [space for space in spaces_without_steward() if not space.is_sample]
    if not spaces:
        return Finding("stewards", "every space has somebody")
    return Finding(
        "stewards",
        f"nobody for {', '.join(space.slug for space in spaces)}",
        "Let its organisation name somebody: manage.py name_steward SPACE PERSON --reason …",
    )


def _engine_cure(name: str) -> str:
    if name == "elasticsearch":
        return "Start it, and compare STADTWISSEN_ELASTICSEARCH_URL, _USER and _PASSWORD(_FILE)."
    return f"Rebuild the index in {settings.SEARCH_INDEX_DIR}: manage.py search rebuild"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


_INSIDE_DATABASE: dict[str, Callable[[], Finding]] = {
    "migrations": _migrations,
    "changes to index": _outbox,
    "tasks": _tasks,
    "search engine": _search_engine,
    "stewards": _responsible,
}
