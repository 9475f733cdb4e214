"""`manage.py doctor`: look at every part of the installation and say what is wrong and what to do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from operations.doctor import examine


class Command(BaseCommand):
    """Check for the operator; changes nothing."""

    help = "Look at settings, database, index, files and disk; exit 1 and name the cure if something is wrong."
    # A wrong setting is one of the findings, not a reason to stop.
    requires_system_checks = ()

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per part, and the cure below each that is not in order."""
        wrong = 0
        for finding in examine():
            mark = "ok  " if finding.is_healthy else "FAIL"
            self.stdout.write(f"{mark}  {finding.part:<18}{finding.found}")
            if finding.advice:
                self.stdout.write(f"      {'':<18}→ {finding.advice}")
            if not finding.is_healthy:
                wrong += 1
                self.stdout.write(f"      {'':<18}→ {finding.cure}")
        if wrong:
            raise CommandError(f"{wrong} of the parts above need attention.")
