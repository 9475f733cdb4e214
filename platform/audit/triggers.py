"""Check that the database still guards the lines of the log."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

_MIGRATION = import_module("audit.migrations.0002_guard_lines")

_PRESENT = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'",
    "postgresql": (
        "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
    ),
}


def missing_triggers() -> list[str]:
    """Return the names of triggers that are gone, switched off or differ from the migration's."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT[connection.vendor])
        present = {name: _squeezed(text) for name, text in cursor.fetchall()}
    return sorted(name for name, text in _expected().items() if present.get(name) != text)


def _expected() -> dict[str, str]:
    if connection.vendor == "postgresql":
        function = _MIGRATION.POSTGRESQL[0]
        return {"audit_entry_guard": _squeezed(function.split("$$")[1])}
    return {statement.split()[2]: _squeezed(statement) for statement in _MIGRATION.SQLITE}


def _squeezed(text: str) -> str:
    return " ".join(text.split())
