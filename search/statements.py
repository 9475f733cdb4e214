"""Queries that every search runs: composed once and then only sent, or written by hand.

Django takes longer to compose such a query than the database to answer it. Where the database takes several statements
at once (PostgreSQL), those whose keys are known together are sent together (`read_together`).
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from access.prepared import prepared_cursor

Row = tuple[Any, ...]

_LIST_BEGIN = " IN ("


class _Composed(NamedTuple):
    """A statement with its parameters, of which some stand for keys, and what turns columns into Python's values."""

    sql: str
    parameters: tuple[Any, ...]
    # Django's compiler has no public type for what it knows of columns.
    compiler: Any
    converters: Mapping[int, Any]

    def converted(self, rows: list[Row]) -> list[Row]:
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]


class Statement(abc.ABC):
    """Something read by keys, which can be sent together with others."""

    def rows(self, keys: Sequence[Any]) -> list[Row]:
        """Return the rows for these keys, in no particular order; inside `read_together` perhaps for others, too."""
        ahead = _ahead.get().get(self)
        if ahead is not None and ahead.keys.issuperset(keys):
            return ahead.rows
        found: list[Row] = []
        for some in self._portions(keys):
            composed, parameters = self.statement(some)
            with prepared_cursor() as cursor:
                cursor.execute(composed.sql, parameters)
                found += composed.converted(cursor.fetchall())
        return found

    @abc.abstractmethod
    def statement(self, keys: Sequence[Any]) -> tuple[_Composed, Sequence[Any]]:
        """Return what is sent for these keys, at least one and as many as it `takes`."""

    @abc.abstractmethod
    def takes(self, keys: Sequence[Any]) -> bool:
        """Tell whether these keys can be looked for at once."""

    @abc.abstractmethod
    def _portions(self, keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
        """Part the keys into as many as can be looked for at once."""


class WrittenStatement(Statement):
    """A statement in SQL that takes any number of keys at once.

    Args:
        write: Returns SQL and parameters for some keys; there is at least one.
    """

    def __init__(self, write: Callable[[Sequence[Any]], tuple[str, Sequence[Any]]]) -> None:
        self._write = write

    def statement(self, keys: Sequence[Any]) -> tuple[_Composed, Sequence[Any]]:
        """Return what is sent for these keys."""
        sql, parameters = self._write(keys)
        return _Composed(sql, (), None, {}), parameters

    def takes(self, keys: Sequence[Any]) -> bool:
        """Tell whether there are keys."""
        return bool(keys)

    def _portions(self, keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
        return [keys] if keys else []


class KeyStatement(Statement):
    """Rows of a queryset that looks for keys, by one or several of its conditions.

    Args:
        make: Makes the queryset, with `values_list`, from keys; must depend on nothing else.
        stand_ins: Values that are no keys, as many as keys are looked for at once; those of a number are numbers.
    """

    def __init__(
        self, make: Callable[[Sequence[Any]], QuerySet[Any, Any]], *, stand_ins: Sequence[Any]
    ) -> None:
        self._make = make
        self._stand_ins = tuple(stand_ins)
        self._places = {value: place for place, value in enumerate(self._stand_ins)}
        self._composed: dict[str, _Composed] = {}

    def statement(self, keys: Sequence[Any]) -> tuple[_Composed, Sequence[Any]]:
        """Return what is sent for these keys, at least one and at most as many as there are stand-ins."""
        composed = self._composed.get(connection.vendor)
        if composed is None:
            composed = self._composed[connection.vendor] = self._compose()
        # Always the same number of keys, so that one statement does: the last one is repeated.
        last = len(keys) - 1
        return composed, [
            list(keys)
            if value is _KEYS
            else keys[min(self._places[value], last)]
            if value in self._places
            else value
            for value in composed.parameters
        ]

    def takes(self, keys: Sequence[Any]) -> bool:
        """Tell whether these keys can be looked for at once."""
        return 0 < len(keys) <= len(self._stand_ins)

    def _portions(self, keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
        size = len(self._stand_ins)
        return (keys[first : first + size] for first in range(0, len(keys), size))

    def _compose(self) -> _Composed:
        queryset = self._make(self._stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        if connection.vendor == "postgresql":
            sql, parameters = self._with_arrays(sql, tuple(parameters))
        columns = [column for column, _, _ in compiler.select]
        return _Composed(sql, tuple(parameters), compiler, compiler.get_converters(columns))

    def _with_arrays(self, sql: str, parameters: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """Let one array stand for each list of keys: psycopg takes long over dozens of parameters."""
        pieces, size = sql.split("%s"), len(self._stand_ins)
        composed, kept = pieces[0], list[Any]()
        at = 0
        while at < len(parameters):
            is_list = parameters[at : at + size] == self._stand_ins
            if is_list and composed.endswith(_LIST_BEGIN) and pieces[at + size].startswith(")"):
                composed = f"{composed.removesuffix(_LIST_BEGIN)} = ANY(%s{pieces[at + size]}"
                kept.append(_KEYS)
                at += size
            else:
                composed += f"%s{pieces[at + 1]}"
                kept.append(parameters[at])
                at += 1
        return composed, tuple(kept)


class _Keys:
    """Stands for all keys in the parameters of a statement."""


_KEYS = _Keys()

Asked = tuple[Statement, Sequence[Any]]
"""A statement and the keys that it will be asked for."""


class _Ahead(NamedTuple):
    keys: frozenset[Any]
    rows: list[Row]


_ahead: ContextVar[Mapping[Statement, _Ahead]] = ContextVar("search_ahead", default={})  # noqa: B039 - never written to


@contextmanager
def read_together(asked: Iterable[Asked]) -> Iterator[None]:
    """Send statements at once where the database can; until the block ends, `Statement.rows` answers from that.

    Whatever else is asked inside the block is sent by itself, so that a caller need not foresee everything.
    """
    if connection.vendor != "postgresql":
        yield  # SQLite has no way to send several, and none to go
        return
    read = {statement: keys for statement, keys in asked if statement.takes(keys)}
    token = _ahead.set(_read(read) if len(read) > 1 else {})
    try:
        yield
    finally:
        _ahead.reset(token)


def _read(asked: Mapping[Statement, Sequence[Any]]) -> dict[Statement, _Ahead]:
    statements = [(one, keys, *one.statement(keys)) for one, keys in asked.items()]
    found: dict[Statement, _Ahead] = {}
    with ExitStack() as stack:
        cursors = [stack.enter_context(prepared_cursor()) for _ in statements]
        with connection.wrap_database_errors, connection.connection.pipeline():
            for cursor, (_, _, composed, parameters) in zip(cursors, statements, strict=True):
                cursor.execute(composed.sql, parameters)
        for cursor, (statement, keys, composed, _) in zip(cursors, statements, strict=True):
            found[statement] = _Ahead(frozenset(keys), composed.converted(cursor.fetchall()))
    return found
