"""A cursor for the few statements that nearly every request sends: the database keeps them, parsed and planned.

PostgreSQL takes twice as long to plan such a statement as to run it. Django merges parameters into the text of a query,
so that each one is new to the database; here they stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """Give a cursor of the database for statements of which there are few, each always with the same text.

    Settings decide when it keeps a statement (`prepare_threshold` of the connection). On SQLite, which keeps every
    statement that it is sent, this is Django's own cursor; so it is where queries are logged, since psycopg forgets the
    text of what the database keeps.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        with connection.cursor() as cursor:
            yield cursor
        return
    # Imported here, because psycopg looks for PostgreSQL's client library.
    from django.db.backends.postgresql.base import ServerBindingCursor

    # As `connection.cursor()` does it, with another kind of cursor.
    database: Any = connection
    database.close_if_health_check_failed()
    database.ensure_connection()
    kind: Any = ServerBindingCursor
    with database._prepare_cursor(kind(database.connection)) as cursor:
        yield cursor
