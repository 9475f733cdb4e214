"""`manage.py restore`: bring a backup back into an empty database and folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit.verification import verify_all
from operations.backup.archive import UnreadableBackup
from operations.backup.services import NotEmpty, OtherVersion, RestoreFailed, restore_backup
from operations.backup.tables import UnknownTable


class Command(BaseCommand):
    """Restore into what the environment configures; a failure leaves it empty."""

    help = "Restore FILE into the configured, empty database and STADTWISSEN_HOME."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add file and options."""
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--identity",
            type=Path,
            action="append",
            default=[],
            metavar="KEYFILE",
            help="file with the secret age key, if the backup is encrypted; may be repeated",
        )
        parser.add_argument(
            "--without-index",
            action="store_true",
            help="don't fill the search index (manage.py search rebuild does)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, print the checksum and what is left to do."""
        file = options["file"]
        try:
            restored = restore_backup(
                file,
                identities=[key for path in options["identity"] for key in _keys(path)],
                with_index=not options["without_index"],
            )
        except (UnreadableBackup, NotEmpty, OtherVersion, RestoreFailed) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        except (OSError, DatabaseError, SuspiciousOperation, UnknownTable) as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        self.stdout.write(
            f"{restored.rows} rows, {restored.files} files in {restored.seconds:.1f} s"
        )
        self.stdout.write(
            "Sessions and access keys have ended; mails that were waiting are held back."
        )
        for verdict in verify_all():
            if verdict.problem:
                self.stderr.write(f"note: audit log, {verdict.log}: {verdict.problem}")
        self.stdout.write(f"content sha256: {restored.content_sha256}")


def _keys(path: Path) -> list[str]:
    lines = path.read_text(encoding="ascii").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
