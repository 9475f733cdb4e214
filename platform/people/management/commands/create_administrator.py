"""`manage.py create_administrator`: the first account of an installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.administrators import create_administrator


class Command(BaseCommand):
    """Also the way back in for an administrator who lost the link or the password."""

    help = (
        "Makes an account that operates the platform, and prints a link with which its person sets a password, once. "
        "For an administrator that there is already, prints a new link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name and the mail address."""
        parser.add_argument("name", help="sign-in name, such as e.mustermann")
        parser.add_argument("--email", required=True, help="mail address of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and print its link, or say why not."""
        try:
            address, ends_at = create_administrator(
                username=options["name"], email=options["email"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        until = f"{timezone.localtime(ends_at):%Y-%m-%d %H:%M %Z}"
        self.stdout.write(f"{options['name']} operates the platform.")
        self.stdout.write(f"Set the password here, once, until {until}:")
        self.stdout.write(address)
