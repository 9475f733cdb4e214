"""Rows of all tables as lines of JSON, the same on SQLite and PostgreSQL, and back."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, models

# What ends with a restore, or is made anew: sessions and keys, drafts of the machine, the index, pictures made smaller.
LEFT_OUT = frozenset(
    {
        "accounts.Session",
        "api.AccessKey",
        "people.Letter",
        "people.PasswordLink",
        "people.PasswordRequest",
        "people.PeopleList",
        "wagtailcore.APIToken",
        "account.EmailConfirmation",
        "axes.AccessAttempt",
        "axes.AccessAttemptExpiration",
        "files.KnowledgeRendition",
        "wagtailimages.Rendition",
        "wagtailadmin.EditingSession",
        "wagtailadmin.FormState",
        "wagtailcore.UploadedFile",
        "search.OutboxEntry",
        "search.IndexedText",
        "django_tasks_database.DBTaskResult",
        "wagtailsearch.IndexEntry",
        "wagtailsearch.SQLiteFTSIndexEntry",
        "sessions.Session",
    }
)
# What a restore itself changes (mails are held back, jobs run): in the backup, but not in the checksum of its content.
NOT_SUMMED = frozenset({"notices.Notice", "schedule.JobRun"})

ROWS_AT_ONCE = 2000


class UnknownTable(LookupError):
    """A backup holds a table or column that this version does not have."""


@dataclass(frozen=True, slots=True)
class _Mirrored:
    """How to read and write a kind of column without the logic of the model's own field."""

    kind: type[models.Field[Any, Any]]
    options: dict[str, Any] = field(default_factory=dict)


_WHOLE = _Mirrored(models.BigIntegerField)
_TEXT = _Mirrored(models.TextField)
_MIRRORED = {
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "SmallAutoField",
            "IntegerField",
            "BigIntegerField",
            "SmallIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
            "PositiveBigIntegerField",
        ),
        _WHOLE,
    ),
    **dict.fromkeys(("CharField", "SlugField", "TextField", "FileField", "FilePathField"), _TEXT),
    "BooleanField": _Mirrored(models.BooleanField),
    "DateField": _Mirrored(models.DateField),
    "DateTimeField": _Mirrored(models.DateTimeField),
    "TimeField": _Mirrored(models.TimeField),
    "DurationField": _Mirrored(models.DurationField),
    "FloatField": _Mirrored(models.FloatField),
    "GenericIPAddressField": _Mirrored(models.GenericIPAddressField),
    "JSONField": _Mirrored(models.JSONField),
    "UUIDField": _Mirrored(models.UUIDField),
}


class Table:
    """One table, read and written as plain columns.

    The model's own fields would parse bodies, look at files and set dates while rows are copied; the mirror's don't.
    """

    def __init__(self, model: type[models.Model]) -> None:
        self.label: str = model._meta.label
        self.name: str = model._meta.db_table
        self._model = model
        self._stored = [
            column
            for column in model._meta.local_concrete_fields
            if not isinstance(column, models.GeneratedField)
        ]
        self.columns = [column.column for column in self._stored]
        self.file_columns = [
            column.column for column in self._stored if isinstance(column, models.FileField)
        ]

    @property
    def is_summed(self) -> bool:
        """Whether its rows count in the checksum of the content."""
        return self.label not in NOT_SUMMED

    @cached_property
    def _mirror(self) -> type[models.Model]:
        fields: dict[str, Any] = {
            f"c{number}": _mirror_field(column) for number, column in enumerate(self._stored)
        }
        meta = type("Meta", (), {"app_label": "backup", "db_table": self.name, "apps": Apps()})
        return type(
            self.label.replace(".", ""),
            (models.Model,),
            {"__module__": __name__, "Meta": meta, **fields},
        )

    @property
    def _attributes(self) -> list[str]:
        return [f"c{number}" for number in range(len(self.columns))]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield all rows in the order of their keys."""
        rows = self._mirror._base_manager.order_by("pk")
        yield from rows.values_list(*self._attributes).iterator(chunk_size=ROWS_AT_ONCE)

    def lines(self) -> Iterator[bytes]:
        """Yield each row as one line of canonical JSON, in the order of the keys."""
        for row in self.rows():
            yield _canonical(row)

    def clear(self) -> None:
        """Delete the rows that migrations made."""
        self._mirror._base_manager.all().delete()

    def insert(self, lines: Iterable[bytes], columns: list[str]) -> None:
        """Insert rows that `lines` yielded.

        Raises:
            UnknownTable: If the columns are not those of this version.
        """
        if columns != self.columns:
            raise UnknownTable(f"{self.label} has other columns in this backup")
        rows = (
            self._mirror(**dict(zip(self._attributes, self._read(json.loads(line)), strict=True)))
            for line in lines
        )
        self._mirror._base_manager.bulk_create(rows, batch_size=ROWS_AT_ONCE)

    def _read(self, values: list[Any]) -> list[Any]:
        fields = self._mirror._meta.concrete_fields
        return [_from_line(column, value) for column, value in zip(fields, values, strict=True)]

    def restart_numbers(self) -> None:
        """Make sure that the next row gets a free number."""
        statements = connection.ops.sequence_reset_sql(no_style(), [self._model])
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def kept_tables() -> list[Table]:
    """Return the tables of a backup, by their labels."""
    found = {
        model._meta.label: Table(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in LEFT_OUT
    }
    return [found[label] for label in sorted(found)]


class Sum:
    """The checksum of the content: SHA-256 over the checksums of tables and files, in the order of their names."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str]] = []

    def add(self, name: str, digest: str) -> None:
        """Count in one table or file."""
        self._parts.append((name, digest))

    def hexdigest(self) -> str:
        """Return the checksum, 64 hexadecimal digits."""
        text = "".join(f"{name}\0{digest}\n" for name, digest in sorted(self._parts))
        return hashlib.sha256(text.encode()).hexdigest()


def _mirror_field(column: models.Field[Any, Any]) -> models.Field[Any, Any]:
    stored: models.Field[Any, Any] = column
    while isinstance(stored, models.ForeignKey):
        stored = stored.target_field
    kind = stored.get_internal_type()
    options: dict[str, Any] = {"db_column": column.column}
    if kind == "DecimalField":
        options |= {"max_digits": stored.max_digits, "decimal_places": stored.decimal_places}  # type: ignore[attr-defined]  # a DecimalField
        mirrored = _Mirrored(models.DecimalField)
    else:
        mirrored = _MIRRORED[kind]
    if column.primary_key:
        return mirrored.kind(primary_key=True, **options)
    return mirrored.kind(null=column.null, **options)


def _canonical(row: tuple[Any, ...]) -> bytes:
    line = json.dumps(
        row, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return line.encode() + b"\n"


def _plain(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return value // dt.timedelta(microseconds=1)
        case uuid.UUID() | decimal.Decimal():
            return str(value)
    raise TypeError(
        f"{type(value).__name__} has no way into a backup; add one in operations.backup.tables"
    )


def _from_line(column: models.Field[Any, Any], value: Any) -> Any:
    """Turn a value of a line into what the mirror's field takes."""
    if isinstance(column, models.JSONField):
        # Python's None would become SQL's NULL where the column holds JSON's.
        if value is None and not column.null:
            return models.Value(None, models.JSONField())
        return value
    if isinstance(column, models.DurationField) and value is not None:
        return dt.timedelta(microseconds=value)
    return column.to_python(value)
