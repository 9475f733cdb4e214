"""Import a collection of documents in one file as pages of a space."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from access.consequence.confirmation import NotConfirmed
from knowledge.importing.reporting import ImportCommand, existing_path
from knowledge.importing.services import ImportProblem, import_corpus


class Command(ImportCommand):
    """`manage.py import_corpus FILE --space SLUG`."""

    help = "Make a page of each document of a collection: one JSON object a line (id, title, headings, body, source)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=existing_path, help="the collection, UTF-8")
        self.add_confirmation(parser)
        parser.add_argument("--space", required=True, help="short name of the space")
        parser.add_argument("--limit", type=int, help="only so many documents, from the first on")
        parser.add_argument(
            "--user", help="sign-in name of the author; by default the installation itself"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        self.verbosity = options["verbosity"]
        try:
            report = import_corpus(
                actor=self.person_called(options["user"]),
                file=options["file"],
                space=self.space_called(options["space"]),
                limit=options["limit"],
                confirmed=options["confirm"],
                on_progress=self.on_progress,
            )
        except NotConfirmed as problem:
            raise self.question(problem.consequence) from problem
        except ImportProblem as problem:
            raise CommandError(str(problem)) from problem
        except PermissionDenied as denied:
            raise CommandError(_("This person may not publish in this space.")) from denied
        self.finish(report)
