"""Querysets that are composed once a process, and collections as one parameter.

Django takes longer to compose most queries of a page than the database to answer them. A query whose text is always the
same is composed at its first use; afterwards only its values change.

    @composed
    def _titles(pks: Any) -> QuerySet[Page]:
        return Page.objects.filter(pk__among=pks).values_list("pk", "title")

    dict(_titles(pks=[1, 2, 3]))
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Expression, Field, ForeignObject, Lookup, QuerySet

_AMONG = {
    "postgresql": "{} = ANY({})",
    "sqlite": "{} IN (SELECT value FROM json_each({}))",
}
# SQLite doesn't know how many values a list of one parameter has, and takes it for a short one. With a plus before the
# column it looks for the rows by another condition.
_HELD_AMONG = {**_AMONG, "sqlite": f"+{_AMONG['sqlite']}"}
MAX_SHAPES = 64
"""Texts kept of one queryset, which may be composed of more or fewer conditions."""


class Slot(Expression):
    """Stands for a value that is given at each use; fits wherever a condition takes a value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a place for the value, and itself as its sign among the parameters."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Composed:
    queryset: QuerySet[Any]
    # Django's compiler has no public type; it knows how columns become values and objects.
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    # How the database's values become Python's; told by the columns, like the text.
    converters: dict[int, Any]

    def rows(self, values: dict[str, Any]) -> Iterator[Any]:
        """Yield what the queryset yields for these values."""
        parameters = tuple(
            _parameter(values[one.name]) if isinstance(one, Slot) else one
            for one in self.parameters
        )
        compiler: Any = copy(self.compiler)
        compiler.as_sql = lambda *args, **kwargs: (self.sql, parameters)
        compiler.get_converters = lambda expressions: self.converters
        queryset: Any = self.queryset.all()
        # Its way to the database, as Django's own routers and backends replace it.
        queryset.query.get_compiler = lambda *args, **kwargs: compiler
        return iter(queryset)


def composed(make: Callable[..., QuerySet[Any]]) -> Callable[..., Iterator[Any]]:
    """Let a function that makes a queryset make it once, and yield its rows each time.

    Args:
        make: Gets a `Slot` for each named value, puts it where the value belongs, and depends on nothing else. What it
            is called with by name may differ; each set of names is composed by itself.
    """
    kept: dict[tuple[str, ...], _Composed] = {}

    @functools.wraps(make)
    def rows(**values: Any) -> Iterator[Any]:
        shape = (connection.vendor, *values)
        found = kept.get(shape)
        if found is None:
            if len(kept) >= MAX_SHAPES:
                kept.clear()
            found = kept[shape] = _compose(make(**{name: Slot(name) for name in values}))
        return found.rows(values)

    return rows


def _compose(queryset: QuerySet[Any]) -> _Composed:
    compiler: Any = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    return _Composed(queryset, compiler, sql, tuple(parameters), compiler.get_converters(columns))


def _parameter(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return _as_one(value)
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _as_one(values: Any) -> Any:
    """Return a collection as one parameter: drivers take long over dozens."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


class Among(Lookup[Any]):
    """`column__among=values`: like `in`, in a text that doesn't depend on the number of values."""

    lookup_name = "among"
    prepare_rhs = False
    sql: ClassVar[Mapping[str, str]] = _AMONG

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the place of the values and the parameter that holds them."""
        return "%s", (_as_one(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition for PostgreSQL or SQLite."""
        column, parameters = self.process_lhs(compiler, connection)
        values, more = self.process_rhs(compiler, connection)
        return self.sql[connection.vendor].format(column, values), (*parameters, *more)


class HeldAmong(Among):
    """`column__held_among=values`: the same, for a condition that rows are held against but never looked up by."""

    lookup_name = "held_among"
    sql = _HELD_AMONG


def register_lookups() -> None:
    """Let all fields be looked up by `among` and `held_among`; called once, when the app is ready."""
    for lookup in (Among, HeldAmong):
        Field.register_lookup(lookup)
        ForeignObject.register_lookup(lookup)
