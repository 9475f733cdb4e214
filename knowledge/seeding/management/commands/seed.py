"""`manage.py seed`: load the initial data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from knowledge.seeding.initial import load_initial_data


class Command(BaseCommand):
    """Report what was created and left alone; a second run creates nothing."""

    help = "Load the initial data; what was loaded before is left as people have made it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then report."""
        for line in load_initial_data().lines():
            self.stdout.write(line)
