"""Mails about an account that reach its person whatever was chosen: a new address, a second factor that is gone."""

# unscoped: each letter is about the person to whom it goes
from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section
from notices.letters import send_letter
from people.models import Letter

logger = logging.getLogger(__name__)


def tell_of_new_address(person: User, *, before: str) -> None:
    """Tell the former and the new address that the address was changed; the caller holds the transaction."""
    _write(person, {before, person.email}, Letter.Kind.ADDRESS_CHANGED)


def tell_of_reset_factor(person: User) -> None:
    """Tell the person that the second factor was taken away; the caller holds the transaction."""
    _write(person, {person.email}, Letter.Kind.SECOND_FACTOR_RESET)


def deliver_letters() -> int:
    """Send what waits; return how many letters that were. A job does it, several times a minute."""
    if not settings.NOTICE_MAIL_ENABLED:
        return 0
    sent = 0
    with get_connection() as connection:
        for letter in Letter.objects.select_related("person").order_by("pk"):
            context = {"person": letter.person}
            try:
                send_letter(
                    letter.address,
                    f"people/mails/{letter.kind}.txt",
                    context,
                    connection=connection,
                )
            except (SMTPException, OSError):
                logger.exception("letters could not be mailed; they are tried again")
                break
            letter.delete()
            sent += 1
    return sent


def _write(person: User, addresses: Iterable[str], kind: Letter.Kind) -> None:
    Letter.objects.bulk_create(
        Letter(person=person, address=address, kind=kind)
        for address in sorted(addresses)
        if address
    )


def _collect(person: User) -> Iterable[Row]:
    for letter in Letter.objects.filter(person=person):
        yield {
            str(Letter._meta.get_field("address").verbose_name): letter.address,
            str(Letter._meta.get_field("kind").verbose_name): letter.get_kind_display(),
            str(Letter._meta.get_field("made_at").verbose_name): letter.made_at,
        }


def _erase(person: User) -> None:
    Letter.objects.filter(person=person).delete()


OWN_DATA = Section(
    "letters", gettext_lazy("Mails about your account that wait"), collect=_collect, erase=_erase
)
