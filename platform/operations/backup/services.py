"""Back up the whole installation, and restore a backup into an empty place.

A backup holds the rows of all tables but those that a restore resets (`tables.LEFT_OUT`), the uploaded files, and the
settings from the environment without secrets. All rows are of one moment, whatever is written meanwhile.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import itertools
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from operations.backup import archive
from operations.backup.archive import Part
from operations.backup.tables import Sum, Table, kept_tables
from operations.health import pending_migrations
from search import maintenance
from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)

PART_BYTES = 8 << 20  # of a table's lines, before they are packed
SECRET_WORDS = ("SECRET", "PASSWORD", "KEY", "TOKEN")
LAST_BACKUP = "last-backup.json"
TRIES = 3


class NotEmpty(Exception):
    """The place to restore into is not empty."""


class OtherVersion(Exception):
    """The backup was made by another version of Stadtwissen."""


class FileVanished(Exception):
    """A file was deleted, with its row, after the rows were read and before it was copied."""


class RestoreFailed(Exception):
    """The restored content differs from the backup's."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a backup or a restore has moved.

    Attributes:
        content_sha256: Checksum over rows and files, equal for a backup and its restore.
        rows: Number of rows.
        files: Number of uploaded files.
        missing: Names of files that rows name but that were lost before the backup.
        seconds: How long it took.
    """

    content_sha256: str
    rows: int
    files: int
    missing: tuple[str, ...]
    seconds: float


# --- making -----------------------------------------------------------------------------------------


def make_backup(file: Path, *, recipients: Sequence[str] = ()) -> Result:
    """Write a backup to `file` and remember when that was (`last_backup_at`).

    Args and errors are those of `write_file`.
    """
    result = write_file(file, recipients=recipients)
    _remember(file.name, result)
    return result


def write_file(file: Path, *, recipients: Sequence[str] = ()) -> Result:
    """Write a backup to `file`, which must not exist; on any failure nothing is left there.

    Args:
        file: Where it goes; it appears when it is whole.
        recipients: Public age keys (`age1…`) it is encrypted for; none: not encrypted.

    Raises:
        FileExistsError: If `file` exists.
        OSError: If it can't be written, because the disk is full for example.
        ValueError: If a recipient is no age key.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists; a backup never overwrites one.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with open(unfinished, "wb", opener=_private) as target:
            result = _write_steadily(target, recipients)
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return result


def _write_steadily(target: IO[bytes], recipients: Sequence[str]) -> Result:
    """Write again until no file is deleted between the reading of the rows and the copying of the files."""
    for attempt in itertools.count(1):
        try:
            with archive.encrypted(target, recipients) as stream, archive.Writer(stream) as writer:
                return _write(writer)
        except FileVanished:
            if attempt == TRIES:
                raise
            target.seek(0)
            target.truncate()
    raise AssertionError("the loop ends by a return or an error")


def _write(writer: archive.Writer) -> Result:
    began, total = time.monotonic(), Sum()
    kept = kept_tables()
    with _one_moment():
        migrations = applied_migrations()
        counts = {table.label: _write_table(writer, table, total) for table in kept}
        names = file_names(kept)
    missing = [name for name in names if not _write_file(writer, name, total)]
    if vanished := set(missing) - set(file_names(kept) if missing else ()):
        raise FileVanished(f"{len(vanished)} files were deleted meanwhile; run it again.")
    writer.add_bytes("settings.json", _as_json(public_settings()))
    content = total.hexdigest()
    writer.add_manifest(
        {
            "made_at": timezone.now().isoformat(),
            "database": connection.vendor,
            "migrations": migrations,
            "tables": {table.label: [table.columns, counts[table.label]] for table in kept},
            "missing_files": missing,
            "content_sha256": content,
        }
    )
    return Result(
        content_sha256=content,
        rows=sum(counts.values()),
        files=len(names) - len(missing),
        missing=tuple(missing),
        seconds=time.monotonic() - began,
    )


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """See the database in the block as it is at the first query, whatever is written meanwhile.

    The block has a connection of its own: SQLite's usual one takes the writers' lock with each transaction.
    """
    usual = connections[DEFAULT_DB_ALIAS]
    held = usual.copy()
    if held.vendor == "sqlite":
        held.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[DEFAULT_DB_ALIAS] = held
    try:
        with transaction.atomic():
            if held.vendor == "postgresql":
                with held.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        held.close()
        connections[DEFAULT_DB_ALIAS] = usual


def _write_table(writer: archive.Writer, table: Table, total: Sum) -> int:
    digest, rows = hashlib.sha256(), 0
    part: list[bytes] = []
    size, number = 0, 0

    def flush() -> None:
        nonlocal part, size, number
        number += 1
        packed = gzip.compress(b"".join(part), compresslevel=6, mtime=0)
        writer.add_bytes(f"tables/{table.label}/{number:05}.jsonl.gz", packed)
        part, size = [], 0

    for line in table.lines():
        digest.update(line)
        rows += 1
        part.append(line)
        size += len(line)
        if size >= PART_BYTES:
            flush()
    if part:
        flush()
    if table.is_summed:
        total.add(table.label, digest.hexdigest())
    return rows


def file_names(kept: list[Table]) -> list[str]:
    """Return the names of all stored files that rows name, in order."""
    found: set[str] = set()
    for table in kept:
        places = [table.columns.index(column) for column in table.file_columns]
        if places:
            found.update(row[place] for row in table.rows() for place in places if row[place])
    return sorted(found)


def _write_file(writer: archive.Writer, name: str, total: Sum) -> bool:
    """Add one file; return False if there is none."""
    try:
        with default_storage.open(name) as content:
            part: Part = writer.add_stream(f"files/{name}", content, content.size)
    except FileNotFoundError:
        return False
    total.add(part.name, part.sha256)
    return True


def applied_migrations() -> list[str]:
    """Return the migrations that make up the tables, as `app.migration`."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def public_settings() -> dict[str, str]:
    """Return Stadtwissen's settings from the environment, without secrets and their places."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("STADTWISSEN_")
        and not any(word in name for word in SECRET_WORDS)
        and "@" not in value.partition("://")[2]
    }


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL | os.O_CREAT, 0o600)


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# --- when it was made last ----------------------------------------------------------------------------


def _remember(name: str, result: Result) -> None:
    note = {
        "made_at": timezone.now().isoformat(),
        "file": name,
        "content_sha256": result.content_sha256,
        "seconds": round(result.seconds, 1),
    }
    _last_backup().write_bytes(_as_json(note))


def last_backup_at() -> dt.datetime | None:
    """Return when the last backup of this installation was completed; None if there is none."""
    try:
        note = json.loads(_last_backup().read_bytes())
        return dt.datetime.fromisoformat(note["made_at"])
    except (OSError, ValueError, KeyError):
        return None


def _last_backup() -> Path:
    return Path(settings.HOME_DIR) / LAST_BACKUP


# --- restoring ------------------------------------------------------------------------------------------


def restore_backup(
    file: Path, *, identities: Sequence[str] = (), with_index: bool = True
) -> Result:
    """Restore a backup into the configured database and folder, which must be empty.

    The file is read twice: nothing is written before all of it was compared with its manifest. Rows come in one
    transaction; if anything fails, that is undone and the files that were written are deleted.

    Args:
        file: The backup.
        identities: Secret age keys, if it is encrypted.
        with_index: Whether the search index is filled too.

    Raises:
        UnreadableBackup: If it is cut off, altered, or encrypted for another key.
        OtherVersion: If another version made it.
        NotEmpty: If there are people, spaces or files.
        RestoreFailed: If what was restored is not what the backup holds.
    """
    began = time.monotonic()
    manifest = archive.check(file, identities)
    _check_empty()
    call_command("migrate", interactive=False, verbosity=0)
    _check_version(manifest)
    written: list[str] = []
    try:
        with transaction.atomic():
            total = _read_parts(file, identities, manifest, written)
            _compare(total, manifest)
            _hold_back_mails()
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise
    ContentType.objects.clear_cache()
    if with_index:
        _fill_index()
    rows = sum(count for _, count in manifest["tables"].values())
    return Result(
        total, rows, len(written), tuple(manifest["missing_files"]), time.monotonic() - began
    )


def _check_empty() -> None:
    if "accounts_user" in connection.introspection.table_names():
        if pending_migrations():
            raise NotEmpty("The database holds tables of another version; name an empty one.")
        if User.objects.exists():
            raise NotEmpty("There are people in the database; restore into an empty one.")
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(path.is_file() for path in media.rglob("*")):
        raise NotEmpty(f"There are files in {media}; restore into an empty folder.")


def _check_version(manifest: dict[str, Any]) -> None:
    ours, theirs = set(applied_migrations()), set(manifest["migrations"])
    if ours == theirs:
        return
    if theirs < ours:
        raise OtherVersion(
            f"The backup of {manifest['made_at'][:10]} was made by an older version ({len(ours - theirs)} migrations "
            f"fewer, the first is {min(ours - theirs)}). Restore it with that version, then update."
        )
    raise OtherVersion(
        f"The backup of {manifest['made_at'][:10]} was made by another, perhaps newer version (this one lacks "
        f"{min(theirs - ours)}). Restore it with the version that made it."
    )


def _read_parts(
    file: Path, identities: Sequence[str], manifest: dict[str, Any], written: list[str]
) -> str:
    """Insert all rows and write all files; return the checksum of the result."""
    known = {table.label: table for table in kept_tables()}
    for table in known.values():
        table.clear()
    for name, content in archive.read_parts(file, identities):
        kind, _, rest = name.partition("/")
        if kind == "tables":
            label = rest.partition("/")[0]
            lines = gzip.decompress(content.read()).splitlines()
            known[label].insert(lines, manifest["tables"][label][0])
        elif kind == "files":
            _write_back(rest, content)
            written.append(rest)
    total = Sum()
    for table in known.values():
        table.restart_numbers()
        if table.is_summed:
            digest = hashlib.sha256()
            for line in table.lines():
                digest.update(line)
            total.add(table.label, digest.hexdigest())
    for name in written:
        with default_storage.open(name) as stored:
            total.add(f"files/{name}", hashlib.file_digest(stored, "sha256").hexdigest())
    return total.hexdigest()


def _write_back(name: str, content: IO[bytes]) -> None:
    """Write a file to its old place, not where a new upload would go."""
    path = Path(default_storage.path(name))  # refuses names that lead out of the folder
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb", opener=_private) as target:
        while block := content.read(archive.BLOCK):
            target.write(block)


def _compare(total: str, manifest: dict[str, Any]) -> None:
    if total != manifest["content_sha256"]:
        raise RestoreFailed(
            f"What was restored has the checksum {total}, the backup {manifest['content_sha256']}."
        )


def _hold_back_mails() -> None:
    """Mail nothing that may have been mailed since the backup; it stays among the person's notices."""
    Notice.objects.filter(mailed_at__isnull=True).update(mailed_at=timezone.now())


def _fill_index() -> None:
    call_command("update_index", verbosity=0)  # Wagtail's own, for the admin
    try:
        maintenance.rebuild(lambda done, of: None)
    except EngineUnavailable as error:
        logger.warning("The search index was not filled (%s): manage.py search rebuild", error)
