"""Refuse Django's `flush` outside of tests: it would empty the audit log with everything else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush

from audit.retention import empty_for_tests


class Command(flush.Command):
    """Empty a test database; otherwise the log's triggers would stop `flush` halfway."""

    def handle(self, **options: Any) -> None:
        """Empty the log first, then the rest.

        Raises:
            CommandError: Outside of tests.
        """
        if not hasattr(settings, "TEST_STACK"):
            raise CommandError(
                "flush would delete the audit log, which is append-only. To begin anew, make a new database."
            )
        empty_for_tests()
        super().handle(**options)
