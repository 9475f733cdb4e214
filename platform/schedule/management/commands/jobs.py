"""`manage.py jobs`: list scheduled jobs, run what is due, run one now."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from schedule.jobs import Job, jobs
from schedule.models import JobRun
from schedule.running import run_due, run_job


def _by_name() -> list[Job]:
    return sorted(jobs, key=lambda job: job.name)


class Command(BaseCommand):
    """Look after scheduled jobs; the worker (server) and the web process (embedded) run them by themselves."""

    help = "List scheduled jobs, run what is due, or run one now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="when each job ran and is due")
        actions.add_parser("due", help="run what is due")
        one = actions.add_parser("run", help="run one job now; exit code 1 if it fails")
        one.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one action.

        Raises:
            CommandError: If no job has the name.
        """
        if options["action"] == "list":
            self._list()
        elif options["action"] == "due":
            self.stdout.write(f"Jobs run: {run_due()}.")
        else:
            job = jobs.get(options["name"])
            if job is None:
                known = ", ".join(one.name for one in _by_name())
                raise CommandError(f"There is no job {options['name']!r}; there are: {known}.")
            if not run_job(job):
                sys.exit(1)

    def _list(self) -> None:
        rows = {row.name: row for row in JobRun.objects.all()}
        for job in _by_name():
            row = rows.get(job.name)
            if row is None:
                self.stdout.write(f"{job.name:<32} never run")
                continue
            due = timezone.localtime(row.due_at).strftime("%Y-%m-%d %H:%M")
            trouble = f"  failed {row.failures}x: {row.last_error}" if row.failures else ""
            self.stdout.write(f"{job.name:<32} due {due}{trouble}")
