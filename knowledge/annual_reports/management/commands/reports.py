"""`manage.py reports verify`: check that frozen reports are what they were."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from knowledge.annual_reports.models import Report
from knowledge.annual_reports.verifying import problems_of

CHANGED = 1


class Command(BaseCommand):
    """Look after frozen reports. Exit code 0: all are as they were; 1: one isn't."""

    help = "Check frozen annual reports against their checksums, the audit log and their files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the action."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        verify = actions.add_parser(
            "verify", help="check all, or one; exit code 1 if one was changed"
        )
        verify.add_argument("number", nargs="?", type=int, help="of the report, from its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check them."""
        reports = Report.objects.frozen().order_by("pk")
        if options["number"] is not None:
            reports = reports.filter(pk=options["number"])
            if not reports:
                raise CommandError(f"There is no frozen report {options['number']}.")
        code = 0
        for report in reports:
            said = f"{report.pk} ({report.year}, version {report.version}): {report.digest}"
            problems = list(problems_of(report))
            for problem in problems:
                self.stderr.write(f"{said}: {problem}")
            if problems:
                code = CHANGED
            else:
                self.stdout.write(f"{said}: as it was frozen")
        if code:
            sys.exit(code)
