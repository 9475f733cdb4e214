"""The migrated database, kept for the next process and the next run: migrating takes 15 s of processor time.

On SQLite it is a file, on PostgreSQL a database beside the tests' own; each is named by the state of the migrations.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from django import get_version
from django.conf import settings
from django.db import ProgrammingError, connection

PREFIX = "template_stadtwissen_"


def is_kept() -> bool:
    """Tell whether there is a template for the migrations as they are now."""
    if connection.vendor == "sqlite":
        return _file().exists()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name()])
        return cursor.fetchone() is not None


def start_from_it() -> None:
    """Let the test database begin as a copy of the template, if there is one."""
    if not is_kept():
        return
    of_tests = settings.DATABASES["default"]["TEST"]
    if connection.vendor == "sqlite":
        shutil.copyfile(_file(), of_tests["NAME"])
    else:
        of_tests["TEMPLATE"] = _name()


def keep() -> None:
    """Make the test database, which was just migrated, the template of others."""
    if is_kept():
        return
    if connection.vendor == "sqlite":
        _keep_file()
    else:
        _keep_database()


def _keep_file() -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        copy = Path(scratch) / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        copy.replace(file)


def _keep_database() -> None:
    migrated = connection.settings_dict["NAME"]
    connection.close()  # a database that is in use cannot be copied
    quote = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s",
            [PREFIX, _name()],
        )
        for (outdated,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(outdated)}")
        try:
            cursor.execute(f"CREATE DATABASE {quote(_name())} TEMPLATE {quote(migrated)}")
        except ProgrammingError:
            if not is_kept():  # else another process was quicker
                raise


def _file() -> Path:
    return Path(settings.BASE_DIR) / "var" / "test-templates" / f"{_state()}.sqlite3"


def _name() -> str:
    return f"{PREFIX}{_state()}"


def _state() -> str:
    """Return what changes with any migration."""
    state = hashlib.sha256(get_version().encode())
    for file in sorted(settings.BASE_DIR.glob("*/**/migrations/*.py")):
        if ".venv" not in file.parts:
            state.update(f"{file} {file.stat().st_mtime_ns}".encode())
    return state.hexdigest()[:20]
