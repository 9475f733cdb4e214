"""Try to restore a backup, into a database and a folder that are thrown away afterwards."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from operations.backup.services import write_file

SHA = re.compile(r"^content sha256: ([0-9a-f]{64})$", re.MULTILINE)


class RehearsalFailed(Exception):
    """The backup could not be restored; the text is the restore's own."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Checksum of backup and restore, and how many seconds each took."""

    content_sha256: str
    backup_s: float
    restore_s: float


def rehearse() -> Rehearsal:
    """Make a backup and restore it into a scratch place, with the command for a real emergency.

    The search index stays as it is: it is made anew from the database, and a server's engine is shared.

    Raises:
        RehearsalFailed: If the restore fails or restores something else.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=settings.HOME_DIR) as scratch:
        file = Path(scratch) / "backup"
        made = write_file(file)
        home = Path(scratch) / "home"
        home.mkdir()
        with _scratch_database() as environment:
            began = time.monotonic()
            said = _restore(file, {**environment, "STADTWISSEN_HOME": str(home)})
            took = time.monotonic() - began
    found = SHA.search(said)
    if found is None or found[1] != made.content_sha256:
        raise RehearsalFailed(f"The restore ended with another content: {said}")
    return Rehearsal(made.content_sha256, made.seconds, took)


def _restore(file: Path, environment: dict[str, str]) -> str:
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "restore",
        str(file),
        "--without-index",
    ]
    ran = subprocess.run(  # noqa: S603 - our own command
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RehearsalFailed(ran.stderr.strip() or ran.stdout.strip())
    return ran.stdout


@contextlib.contextmanager
def _scratch_database() -> Iterator[dict[str, str]]:
    """Yield the environment of a temporary database; SQLite's is a file in the temporary folder."""
    if connection.vendor != "postgresql":
        yield {}
        return
    name = f"rehearsal_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield {
            "STADTWISSEN_DATABASE": _address(name),
            "STADTWISSEN_DATABASE_PASSWORD": connection.settings_dict["PASSWORD"],
        }
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _address(name: str) -> str:
    there = connection.settings_dict
    return f"postgresql://{there['USER']}@{there['HOST']}:{there['PORT']}/{name}"
