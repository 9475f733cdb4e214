"""`manage.py organisation leave SLUG`: list what ends, or let the organisation leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organisation
from accounts.short_names import names_of_today
from knowledge.partners.exporting import write_archive
from knowledge.partners.models import PartnerExit
from knowledge.partners.plan import Line, lines_of_exit
from knowledge.partners.services import check_exit, let_leave
from knowledge.partners.wording import parts_for


class Command(BaseCommand):
    """Without --confirm nothing is changed; an interrupted run is repeated."""

    help = "Let an organisation leave: accounts, rights, shares, pages, export, report."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the action and its options."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        leave = actions.add_parser("leave", help="list what ends; with --confirm, do it")
        leave.add_argument("slug", help="short name of the organisation in addresses")
        leave.add_argument("--heir", metavar="SLUG", help="who answers for its pages from now on")
        leave.add_argument("--reason", default="", help="why; stands in the audit log")
        leave.add_argument(
            "--open-to-curators",
            action="store_true",
            help="its internal spaces go to the curators instead of staying shut",
        )
        leave.add_argument(
            "--export",
            type=Path,
            metavar="FILE",
            help="where the ZIP with its content is written (default: exports/SLUG.zip in STADTWISSEN_HOME)",
        )
        leave.add_argument(
            "--confirm", metavar="NAME", help="the organisation's short name as people read it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action."""
        organisation = self._organisation(options["slug"])
        heir = self._organisation(options["heir"]) if options["heir"] else None
        opens = options["open_to_curators"]
        if organisation.left_at is not None:
            self.stdout.write(f"{organisation} has left already. The report:")
            self._show_report(organisation.exits.latest("left_at"))
            return
        try:
            check_exit(organisation, actor=None, heir=heir, opens_to_curators=opens)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["confirm"] is None:
            self._show(lines_of_exit(organisation, opens_to_curators=opens))
            self.stdout.write(
                f'Nothing was changed. To do it: add --confirm "{organisation.short_name}" and --reason.'
            )
            return
        if options["confirm"].strip().casefold() != organisation.short_name.casefold():
            raise CommandError(
                f"--confirm says {options['confirm']!r}, the organisation is called "
                f"{organisation.short_name!r}. Nothing was changed."
            )
        if not options["reason"].strip():
            raise CommandError(
                "Say why with --reason; it stands in the audit log. Nothing was changed."
            )
        self._leave(organisation, heir, options)

    def _organisation(self, slug: str) -> Organisation:
        found = Organisation.objects.filter(slug=names_of_today([slug]).get(slug, slug)).first()
        if found is None:
            similar = Organisation.objects.filter(slug__icontains=slug[:4]).order_by("slug")[:5]
            near = ", ".join(similar.values_list("slug", flat=True))
            raise CommandError(
                f"There is no organisation {slug!r}." + (f" Did you mean: {near}?" if near else "")
            )
        return found

    def _leave(
        self, organisation: Organisation, heir: Organisation | None, options: dict[str, Any]
    ) -> None:
        path = options["export"] or Path(settings.HOME_DIR) / "exports" / f"{organisation.slug}.zip"
        files = write_archive(path, organisation, None, told=self._told)
        self.stdout.write(f"Exported its content with {files} files to {path} (mode 600).")
        done = let_leave(
            organisation,
            actor=None,
            heir=heir,
            reason=options["reason"],
            opens_to_curators=options["open_to_curators"],
        )
        self.stdout.write(f"{organisation} has left. The report:")
        self._show_report(done)

    def _told(self, done: int) -> None:
        self.stdout.write(f"  {done} pages exported")

    def _show_report(self, done: PartnerExit) -> None:
        self._show([Line(**stored) for stored in done.lines])
        self.stdout.write(f"On the platform: /organisationen/bericht/{done.pk}/")

    def _show(self, lines: list[Line]) -> None:
        for part in parts_for(lines, None):
            self.stdout.write(f"{part.heading}: {part.total}")
            for sentence in part.sentences:
                self.stdout.write(f"  {sentence}")
