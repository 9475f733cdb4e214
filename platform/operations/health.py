"""Answer the probes and the doctor: is the database there, is it migrated, does the search engine answer?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from search.engines import get_engine

# Applied migrations are never unapplied under a running process, so "none pending" is asked once.
_known_migrated = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a process needs to answer requests.

    Attributes:
        database: The database answers.
        migrated: Every migration of this version is applied.
        search: The engine answers; pages work without it, so it does not decide readiness.
    """

    database: bool
    migrated: bool
    search: bool

    @property
    def ready(self) -> bool:
        """Whether requests can be sent here."""
        return self.database and self.migrated


def readiness() -> Readiness:
    """Check all three; takes at most the database's and the engine's time-outs."""
    database = database_answers()
    migrated = database and is_migrated()
    return Readiness(database=database, migrated=migrated, search=search_answers())


def database_answers() -> bool:
    """Tell whether the database answers a query."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def is_migrated() -> bool:
    """Tell whether no migration is pending; cheap after the first yes."""
    global _known_migrated
    if not _known_migrated:
        try:
            _known_migrated = not pending_migrations()
        except DatabaseError:
            return False
    return _known_migrated


def pending_migrations() -> list[str]:
    """Return the migrations that are not applied, in order of application.

    Raises:
        DatabaseError: If the database can't be asked.
    """
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def search_answers() -> bool:
    """Tell whether the search engine answers within `SEARCH_TIMEOUT_S`."""
    return get_engine().is_available()
