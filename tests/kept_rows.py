"""What a function wrote into the database, kept as rows, so that later tests need not call it again.

Making the cast takes hundreds of statements and a good tenth of a second, putting its rows back three milliseconds.
The rows are put into each test's own transaction: no test sees what it did not ask for.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.cache import caches
from django.db import connection, transaction

T = TypeVar("T")
Row = tuple[Any, ...]
Rows = dict[str, dict[Any, Row]]  # by table and primary key


@dataclass(frozen=True)
class Table:
    """One table that was written to."""

    name: str
    columns: Sequence[str]
    key: str
    added: list[Row]
    changed: list[Row]
    rows_before: int

    def put(self) -> None:
        """Write what was written before."""
        names = ", ".join(quoted(column) for column in self.columns)
        with connection.cursor() as cursor:
            if self.added:
                one = f"({', '.join(['%s'] * len(self.columns))})"
                cursor.execute(
                    f"INSERT INTO {quoted(self.name)} ({names}) "  # noqa: S608 - names of our own tables
                    f"VALUES {', '.join([one] * len(self.added))}",
                    [_bound(value) for row in self.added for value in row],
                )
            assigned = ", ".join(f"{quoted(column)} = %s" for column in self.columns)
            position = self.columns.index(self.key)
            for row in self.changed:
                cursor.execute(
                    f"UPDATE {quoted(self.name)} SET {assigned} WHERE {quoted(self.key)} = %s",  # noqa: S608
                    [_bound(value) for value in (*row, row[position])],
                )


class KeptRows(Generic[T]):
    """The rows and the result of one call of a function, made in a database as migrations leave it."""

    def __init__(self, make: Callable[[], T], *, is_undone: bool = True) -> None:
        """Call `make` and keep what it wrote; then it is rolled back, unless the caller wants it there, committed."""
        self._make = make
        with transaction.atomic() if is_undone else nullcontext():
            before = _all_rows()
            self._made = make()
            after = _all_rows()
            if is_undone:
                transaction.set_rollback(True)
        self._tables = [
            _difference(name, before[name], rows)
            for name, rows in after.items()
            if rows != before[name]
        ]

    def put(self) -> T:
        """Write the rows again and return a copy of the result; where other rows are in the way, make it anew."""
        if not _are_as_before(self._tables):
            return self._make()
        _put(self._tables)
        return copy.deepcopy(self._made)


class MigratedRows:
    """Everything that migrations wrote."""

    def __init__(self) -> None:
        """Keep all rows there are."""
        self._tables = [_difference(name, {}, rows) for name, rows in _all_rows().items() if rows]

    def put_back(self) -> None:
        """Write them again if the database was emptied."""
        if _are_as_before(self._tables):
            with transaction.atomic():
                _put(self._tables)


def _bound(value: Any) -> Any:
    """Return a value as the database takes it; SQLite knows no times of day."""
    if isinstance(value, dt.time):
        return connection.ops.adapt_timefield_value(value)
    return value


def _put(tables: Sequence[Table]) -> None:
    # What Wagtail remembers of pages' addresses, and what is counted in a table that is no model's.
    for cache in caches.all():
        cache.clear()
    for table in tables:
        table.put()


def _are_as_before(tables: Sequence[Table]) -> bool:
    """Tell whether the tables hold as many rows as before the kept ones were written."""
    counts = " UNION ALL ".join(
        f"SELECT {position}, count(*) FROM {quoted(table.name)}"  # noqa: S608
        for position, table in enumerate(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall()) == {
            position: table.rows_before for position, table in enumerate(tables)
        }


def quoted(name: str) -> str:
    """Return the name as SQL writes it."""
    return connection.ops.quote_name(name)


def _all_rows() -> Rows:
    """Return the rows of all models' tables."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for name in sorted(_tables()):
            key = connection.introspection.get_primary_key_column(cursor, name)
            cursor.execute(f"SELECT * FROM {quoted(name)}")  # noqa: S608
            position = _columns(name).index(key)
            found[name] = {row[position]: row for row in cursor.fetchall()}
    return found


def _tables() -> set[str]:
    """Return all models' tables, without SQLite's virtual ones: triggers fill those."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.django_table_names(only_existing=True))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
            names -= {name for (name,) in cursor.fetchall()}
    return names


def _columns(name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quoted(name)} WHERE 1 = 0")  # noqa: S608
        return [column[0] for column in cursor.description]


def _difference(name: str, before: dict[Any, Row], after: dict[Any, Row]) -> Table:
    gone = before.keys() - after.keys()
    assert not gone, f"rows of {name} were deleted: {gone}"
    with connection.cursor() as cursor:
        key = connection.introspection.get_primary_key_column(cursor, name)
    assert key is not None
    return Table(
        name=name,
        columns=_columns(name),
        key=key,
        added=[row for pk, row in after.items() if pk not in before],
        changed=[row for pk, row in after.items() if pk in before and row != before[pk]],
        rows_before=len(before),
    )
