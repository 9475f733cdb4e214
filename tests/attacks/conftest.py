"""The world of canaries, and what a request wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import Client

from tests.leaks.conftest import world as world  # a fixture
from tests.leaks.world import World

_WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# What any request may write: the log, the session, what throttling counts, that the editor was opened.
_MAY_BE_WRITTEN = (
    "audit_",
    "django_session",
    "axes_",
    "shared_cache",
    "accounts_session",
    "wagtailcore_pagesubscription",
)


def client_of(world: World, name: str, **more: Any) -> Client:
    """Return the client of a member of the cast, who may be nobody."""
    client = Client(raise_request_exception=False, **more)
    person = world.people[name]
    if person.is_authenticated and person.is_active:
        client.force_login(person, backend="access.backends.AccessBackend")
    return client


@contextmanager
def undone() -> Iterator[set[str]]:
    """Undo what is written inside the block; yields the tables that were written to, those of the log apart."""
    tables: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found and not found[1].startswith(_MAY_BE_WRITTEN):
            tables.add(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        yield tables
        transaction.set_rollback(True)
