"""`manage.py name_steward`: make somebody responsible for a space that nobody is responsible for."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from access.consequence.space_grants import grants_in
from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import User


class Command(BaseCommand):
    """Only for spaces without a steward: whoever operates the platform decides on nobody else's rights."""

    help = "Makes a person the steward of a space that has none (manage.py doctor names them)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the space, the person and the reason."""
        parser.add_argument("space", help="short name of the space, as in addresses")
        parser.add_argument("person", help="sign-in name of the person")
        parser.add_argument(
            "--reason", required=True, help="who decided it and why; kept in the audit log"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant the role, or say why not."""
        space = Space.objects.filter(slug=options["space"]).first()
        person = User.objects.filter(username=options["person"]).first()
        if space is None or person is None:
            missing = options["space"] if space is None else options["person"]
            raise CommandError(f"{missing!r} is unknown; manage.py doctor names the spaces.")
        if grants_in(space).stewards():
            raise CommandError(
                f"{space.slug!r} has somebody responsible, who gives and takes its roles."
            )
        try:
            grant_role(space, person, Role.STEWARD, actor=None, reason=options["reason"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{person.username} is now responsible for {space.slug}.")
