"""Import a folder of documents as pages of a space."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from access.consequence.confirmation import NotConfirmed
from knowledge.importing.reporting import ImportCommand, existing_path
from knowledge.importing.services import ImportProblem, find_parent, import_folder


class Command(ImportCommand):
    """`manage.py import_documents DIR --space SLUG`."""

    help = (
        "Make a page of each DOCX, ODT, PDF, HTML, Markdown and text file in a folder. Folders become lists, the "
        "originals are attached. Running it again changes only what changed in the folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("directory", type=existing_path, help="the folder")
        self.add_confirmation(parser)
        parser.add_argument("--space", required=True, help="short name of the space")
        parser.add_argument(
            "--under", help="address of a list of articles in the space to import into"
        )
        parser.add_argument(
            "--user", help="sign-in name of the author; by default the installation itself"
        )
        parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        self.verbosity = options["verbosity"]
        space = self.space_called(options["space"])
        try:
            report = import_folder(
                actor=self.person_called(options["user"]),
                directory=options["directory"],
                space=space,
                parent=find_parent(space=space, path=options["under"])
                if options["under"]
                else None,
                is_trial=options["dry_run"],
                confirmed=options["confirm"],
                on_progress=self.on_progress,
            )
        except NotConfirmed as problem:
            raise self.question(problem.consequence) from problem
        except ImportProblem as problem:
            raise CommandError(str(problem)) from problem
        except PermissionDenied as denied:
            raise CommandError(_("This person may not publish in this space.")) from denied
        self.finish(report, is_trial=options["dry_run"])
