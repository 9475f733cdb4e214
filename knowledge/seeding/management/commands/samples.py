"""`manage.py samples load|remove`: invented people and content, to look at every kind of page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from knowledge.seeding.samples.loading import SamplesError, load_samples
from knowledge.seeding.samples.removal import (
    ForeignContentError,
    remove_foreign_content,
    remove_samples,
)


class Command(BaseCommand):
    """Report what was created, left alone or removed; each action can be repeated."""

    help = "Load the samples, or remove all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the actions."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("load", help="make the sample people, spaces and pages")
        remove = actions.add_parser("remove", help="remove every sample, with files and sign-ins")
        remove.add_argument(
            "--with-added-content",
            action="store_true",
            help="also remove what people have put among the samples since",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action."""
        try:
            if options["action"] == "load":
                self._load()
            else:
                self._remove(with_added_content=options["with_added_content"])
        except (SamplesError, ForeignContentError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _load(self) -> None:
        loaded = load_samples()
        for line in loaded.ledger.lines():
            self.stdout.write(line)
        self.stdout.write(f"Sample sign-ins: {loaded.sign_ins}")

    def _remove(self, *, with_added_content: bool) -> None:
        if with_added_content:
            remove_foreign_content()
        for label, number in remove_samples().items():
            self.stdout.write(f"{label}: {number} removed")
