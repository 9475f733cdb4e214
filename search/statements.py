"""Queries of Django's that are composed once and then only sent, for those that every search runs.

Django takes longer to compose such a query than the database to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]


class _Composed(NamedTuple):
    """A statement with its parameters, of which some stand for keys, and what turns columns into Python's values."""

    sql: str
    parameters: tuple[Any, ...]
    # Django's compiler has no public type for what it knows of columns.
    compiler: Any
    converters: Mapping[int, Any]


class KeyStatement:
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

    def rows(self, keys: Sequence[Any]) -> list[Row]:
        """Return the rows for these keys, in no particular order."""
        found: list[Row] = []
        size = len(self._stand_ins)
        for first in range(0, len(keys), size):
            found += self._rows(keys[first : first + size])
        return found

    def _rows(self, keys: Sequence[Any]) -> list[Row]:
        composed = self._composed.get(connection.vendor)
        if composed is None:
            composed = self._composed[connection.vendor] = self._compose()
        # Always the same number of keys, so that one statement does: the last one is repeated.
        last = len(keys) - 1
        parameters = [
            keys[min(self._places[value], last)] if value in self._places else value
            for value in composed.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, parameters)
            rows: list[Row] = cursor.fetchall()
        if composed.converters:
            rows = [
                tuple(row) for row in composed.compiler.apply_converters(rows, composed.converters)
            ]
        return rows

    def _compose(self) -> _Composed:
        queryset = self._make(self._stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        return _Composed(sql, tuple(parameters), compiler, compiler.get_converters(columns))
