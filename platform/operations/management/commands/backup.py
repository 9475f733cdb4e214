"""`manage.py backup`: write everything that can't be made anew into one file."""

from __future__ import annotations

import errno
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backup.rehearsal import RehearsalFailed, rehearse
from operations.backup.services import FileVanished, Result, make_backup


class Command(BaseCommand):
    """Back up for the operator; people can go on writing meanwhile."""

    help = "Write database, files and settings (without secrets) into FILE, all of one moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add file and options."""
        parser.add_argument("file", nargs="?", type=Path, help="where to; must not exist")
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            metavar="age1…",
            help="encrypt for this public age key; may be repeated",
        )
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="make a backup, restore it into a scratch place, say how long it took, delete both",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the backup and print its checksum."""
        if options["rehearse"]:
            self._rehearse()
        elif options["file"] is None:
            raise CommandError("Name the file to write, or --rehearse.")
        else:
            self._make(options["file"], options["recipient"] or settings.BACKUP_RECIPIENTS)

    def _make(self, file: Path, recipients: list[str]) -> None:
        try:
            made = make_backup(file, recipients=recipients)
        except FileExistsError as error:
            raise CommandError(f"{error} Name another file.") from error
        except OSError as error:
            cure = (
                "free some space"
                if error.errno == errno.ENOSPC
                else "name a place that can be written"
            )
            raise CommandError(
                f"The backup was not made: {error.strerror or error}. Nothing is left of it; {cure} and run it again."
            ) from error
        except (ValueError, FileVanished) as error:
            raise CommandError(f"The backup was not made: {error}") from error
        self._say(made, encrypted=bool(recipients))

    def _say(self, made: Result, *, encrypted: bool) -> None:
        for name in made.missing:
            self.stderr.write(f"note: {name} was lost before; its row is in the backup")
        if not encrypted:
            self.stderr.write(
                "note: not encrypted; keep it where only you can read, or name a --recipient"
            )
        self.stdout.write(f"{made.rows} rows, {made.files} files in {made.seconds:.1f} s")
        self.stdout.write(f"content sha256: {made.content_sha256}")

    def _rehearse(self) -> None:
        try:
            tried = rehearse()
        except (RehearsalFailed, OSError) as error:
            raise CommandError(f"The rehearsal failed: {error}") from error
        self.stdout.write(
            f"Backup in {tried.backup_s:.1f} s, restore in {tried.restore_s:.1f} s, the same content; both deleted."
        )
        self.stdout.write(f"content sha256: {tried.content_sha256}")
