"""Fetch council papers from the council information system."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from knowledge.council.oparl.configuration import OParlProblem
from knowledge.council.oparl.pages import Outcome
from knowledge.council.oparl.sync import status, synchronise


class Command(BaseCommand):
    """`manage.py oparl [--status | --anew]`."""

    help = (
        "Bring council papers up to date over OParl 1.1, once; the worker does the same each night."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--status", action="store_true", help="say how far it is, fetch nothing")
        which.add_argument("--anew", action="store_true", help="ask for everything once more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once, or say how far it is."""
        if options["status"]:
            for line in status():
                self.stdout.write(line)
            return
        try:
            report = synchronise(anew=options["anew"])
        except OParlProblem as problem:
            raise CommandError(str(problem)) from problem
        labels = {
            Outcome.CREATED: _("pages created"),
            Outcome.CHANGED: _("pages changed"),
            Outcome.DRAFTED: _("changes that wait in drafts, because somebody is writing there"),
            Outcome.UNCHANGED: _("unchanged"),
        }
        for outcome, label in labels.items():
            self.stdout.write(f"{report.outcomes[outcome]:7}  {label}")
        for number, reason in report.problems.items():
            self.stderr.write(f"{number}: {reason}", self.style.WARNING)
