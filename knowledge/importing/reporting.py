"""What both import commands print, and how they end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from access.consequence.of_roles import Consequence
from access.models import Space
from accounts.models import User
from knowledge.importing.extraction.sentences import loss_note
from knowledge.importing.progress import Progress, duration
from knowledge.importing.services import Outcome, Report, Result


class ImportCommand(BaseCommand):
    """An import with progress, failures as they happen and a summary; people read it in German."""

    verbosity = 1
    _progress: Progress | None = None

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run with German texts, as everything that people read."""
        with override("de"):
            return super().execute(*args, **options)

    def add_confirmation(self, parser: CommandParser) -> None:
        """Declare the argument that confirms what an import asks."""
        parser.add_argument(
            "--confirm",
            default="",
            metavar="MARK",
            help="the mark that is printed if people outside the space would read the pages",
        )

    def question(self, consequence: Consequence) -> CommandError:
        """Return what to say if people outside the space would read the pages."""
        said = [_("Nothing was imported yet. People outside the space would read the pages:")]
        for item in consequence.items:
            said += [item.change, *(f"  {effect}" for effect in item.effects)]
        repeat = _("If that is meant, repeat the command with --confirm %(mark)s.")
        return CommandError("\n".join([*said, repeat % {"mark": consequence.fingerprint}]))

    def space_called(self, slug: str) -> Space:
        """Return the space.

        Raises:
            CommandError: If there is none; the message lists those there are.
        """
        space = Space.objects.filter(slug=slug).first()
        if space is None:
            known = ", ".join(Space.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(
                _("There is no space “%(slug)s”. There are: %(known)s.")
                % {"slug": slug, "known": known or "–"}
            )
        return space

    def person_called(self, name: str | None) -> User | None:
        """Return who imports, or None for the installation itself.

        Raises:
            CommandError: If there is no such person.
        """
        if not name:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(
                _("There is no person “%(name)s” with an open account.") % {"name": name}
            )
        return user

    def on_progress(self, result: Result, done: int, total: int) -> None:
        """Show how far it is, and each failure with its reason."""
        if self._progress is None:
            self._progress = Progress(sys.stderr)
        if result.sentence and (
            result.outcome is Outcome.FAILED or result.reason or self.verbosity > 1
        ):
            self._progress.clear()
            self.stderr.write(f"{result.source_path}: {result.sentence}", self.style.WARNING)
        self._progress.show(done, total)

    def finish(self, report: Report, *, is_trial: bool = False) -> None:
        """Print the summary.

        Raises:
            CommandError: If a document failed, so that the command ends with an error code.
        """
        labels = {
            Outcome.CREATED: _("pages created"),
            Outcome.CHANGED: _("pages changed"),
            Outcome.DRAFTED: _("new texts waiting as drafts, because the page was edited here"),
            Outcome.UNCHANGED: _("unchanged"),
            Outcome.FAILED: _("failed"),
        }
        if is_trial:
            self.stdout.write(_("This was a trial: nothing was written. It would be:"))
        for outcome, label in labels.items():
            if report.count(outcome):
                self.stdout.write(f"{report.count(outcome):7}  {label}")
        if report.accessories:
            self.stdout.write(
                f"{report.accessories:7}  " + _("pictures, style files and the like passed over")
            )
        for loss, count in report.lost.items():
            # The number stands in its column, as for the lines above.
            words = loss_note(loss, count).removeprefix(f"{count} ")
            self.stdout.write(f"{count:7}  {words}")
        self.stdout.write(_("Done in %(time)s.") % {"time": duration(report.seconds)})
        if report.without_text:
            self.stdout.write("")
            self.stdout.write(_("These pages have the original attached and no text of it:"))
            for result in report.without_text:
                self.stdout.write(f"  {result.source_path}: {result.sentence}")
        if report.failures:
            self.stdout.write("")
            for result in report.failures:
                self.stdout.write(f"  {result.source_path}: {result.sentence}")
            raise CommandError(
                _(
                    "%(count)d of %(total)d could not be imported; the reasons are above. Everything else is in place."
                )
                % {"count": len(report.failures), "total": len(report.results)}
            )


def existing_path(value: str) -> Path:
    """Return a path from the command line as it is; services say what is wrong with it."""
    return Path(value).expanduser()
