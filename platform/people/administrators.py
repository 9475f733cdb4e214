"""Make the first account: the one way to operate the platform that needs nobody who operates it yet."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import PlatformRole, User
from people.passwords.links import make_link


@transaction.atomic
def create_administrator(*, username: str, email: str) -> tuple[str, dt.datetime]:
    """Make an administrator, or a new link for the one of that name who lost theirs or the password.

    For whoever runs the installation, who could write into the database anyway; from then on accounts are made in the
    browser.

    Returns:
        The one-time link with which the administrator sets a password, and when it ends.

    Raises:
        ValidationError: If name or mail are no such, or belong to somebody else.
    """
    person = User.objects.filter(username__iexact=username).first()
    if person is None:
        person = _new_administrator(username=username, email=email)
    elif not person.is_administrator or person.email.casefold() != email.casefold():
        raise ValidationError(
            f"{person.username!r} belongs to somebody who is no administrator or has another mail address. "
            "Choose another name; nothing was changed."
        )
    return make_link(person, actor=None)


def _new_administrator(*, username: str, email: str) -> User:
    if not email or User.objects.filter(email__iexact=email).exists():
        raise ValidationError(
            f"{email!r} is the address of somebody else, or none. Name another; nothing was changed."
        )
    person = User(username=username, email=email, platform_role=PlatformRole.ADMINISTRATOR)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    return person
