"""Make, mail and redeem one-time links with which people set a password."""

# unscoped: a link is found by its secret, and is about the one person who holds it
from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.rights import can
from access.roles import Action
from accounts.credentials import end_credentials
from accounts.leaving import Part
from accounts.models import User
from accounts.personal_data import Row, Section
from audit.context import acting
from audit.services import Told, record, record_many
from notices.letters import send_letter
from people.models import PasswordLink, Purpose

logger = logging.getLogger(__name__)

BATCH = 500  # links in one statement
VALID: Mapping[str, dt.timedelta] = {
    Purpose.INVITATION: dt.timedelta(days=14),  # over a holiday
    Purpose.RESET: dt.timedelta(hours=72),  # over a weekend
    Purpose.FORGOTTEN: dt.timedelta(hours=2),
}


class LinkRefused(ValidationError):
    """The link does not set a password (any more); the message says why and what to do."""


@transaction.atomic
def make_link(person: User, *, actor: User | None) -> tuple[str, dt.datetime]:
    """Make a link with which `person` sets a password; one that was made before ends.

    Args:
        person: Whose account is open.
        actor: Who keeps the account; None for the installation itself.

    Returns:
        The address, whose secret is stored nowhere and can be shown only now, and when it ends.

    Raises:
        PermissionDenied: If the actor does not keep the account, or keeps it for the organisation only and there is a
            password: whoever holds the link could enter as this person. Have it mailed instead.
        ValidationError: If the account is closed.
    """
    person = locked_open_account(person, actor=actor)
    if not may_hold_link(actor, person):
        raise PermissionDenied
    (made,) = make_links([person], actor=actor)
    return made.address, made.ends_at


def may_hold_link(actor: User | None, person: User) -> bool:
    """Tell whether the link may be shown to `actor`, and not only be mailed to its person."""
    return actor is None or can(actor, Action.OPERATE) or not person.has_usable_password()


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was made just now; its address is stored nowhere."""

    person: User
    address: str
    ends_at: dt.datetime


def make_links(people: Sequence[User], *, actor: User | None) -> list[MadeLink]:
    """Make links for many; the caller has asked the policy, locked the accounts, and holds the transaction."""
    made = []
    rows = []
    for person in people:
        row = _row(person, actor=actor)
        secret = _give_secret(row)
        rows.append(row)
        made.append(MadeLink(person, _address(secret), row.ends_at))
    _replace(rows, actor=actor)
    return made


@transaction.atomic
def mail_link(person: User, *, actor: User | None, purpose: Purpose | None = None) -> None:
    """Have a link mailed to the person's address within the next minute; one that was made before ends.

    Args:
        person: Whose account is open.
        actor: Who keeps the account; None for the installation itself.
        purpose: Why; by default an invitation for whoever has no password yet.

    Raises:
        PermissionDenied: If the actor does not keep the account.
        ValidationError: If the account is closed, or has no mail address.
    """
    person = locked_open_account(person, actor=actor)
    if not person.email:
        raise ValidationError(
            _(
                "This person has no mail address. Correct the details first, or make a link and hand it over yourself. "
                "Nothing was sent."
            )
        )
    mail_links([person], actor=actor, purpose=purpose)


def mail_links(
    people: Sequence[User], *, actor: User | None, purpose: Purpose | None = None
) -> None:
    """Have links mailed to many; the caller has asked the policy, locked the accounts, and holds the transaction."""
    rows = []
    for person in people:
        row = _row(person, actor=actor, purpose=purpose)
        row.mail_due_at = row.made_at
        rows.append(row)
    _replace(rows, actor=actor)


@transaction.atomic
def revoke_link(person: User, *, actor: User) -> None:
    """Take back a link that was not used; if there is none, that is no error.

    Raises:
        PermissionDenied: If the actor does not keep the account.
    """
    if not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
    if (
        PasswordLink.objects.select_for_update()
        .filter(person=person)
        .open()
        .update(ends_at=timezone.now())
    ):
        record("account.link_revoked", actor=actor, obj=person)


def locked_open_account(person: User, *, actor: User | None) -> User:
    """Return the account as stored, which can't close before the transaction ends.

    Raises:
        PermissionDenied: If the actor does not keep it.
        ValidationError: If it is closed.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if actor is not None and not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
    if not person.is_active:
        raise ValidationError(_("The account is closed. Open it first; nothing was changed."))
    return person


def _row(person: User, *, actor: User | None, purpose: Purpose | None = None) -> PasswordLink:
    if not person.has_usable_password():
        purpose = Purpose.INVITATION
    now, why = timezone.now(), purpose or Purpose.RESET
    return PasswordLink(
        person=person,
        purpose=why,
        digest=_digest(secrets.token_urlsafe(32)),
        made_at=now,
        made_by=actor,
        ends_at=now + VALID[why],
    )


def _give_secret(link: PasswordLink) -> str:
    """Give the link a new secret and return it; it is valid from now on."""
    secret = secrets.token_urlsafe(32)
    link.digest = _digest(secret)
    link.ends_at = timezone.now() + VALID[link.purpose]
    return secret


def _replace(rows: Sequence[PasswordLink], *, actor: User | None) -> None:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        PasswordLink.objects.filter(person__in=[row.person_id for row in batch]).delete()
        PasswordLink.objects.bulk_create(batch)
    lines = [Told(row.person, {"until": row.ends_at}) for row in rows]
    record_many("account.link_made", actor=actor, lines=lines)


def _address(secret: str) -> str:
    path = reverse("people:set_password", args=[secret])
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


# --- mailing ----------------------------------------------------------------------------------------------
def deliver_links() -> int:
    """Mail the links that wait for it; return how many were sent. A job does it, several times a minute.

    Each gets its secret now and a period from now on. If the mail server is away the rest waits for the next run; a
    process that dies between handing over and noting it sends a second mail, with another link.
    """
    if not settings.NOTICE_MAIL_ENABLED:
        return 0
    sent = 0
    with get_connection() as connection:
        for pk in list(PasswordLink.objects.to_mail().order_by("pk").values_list("pk", flat=True)):
            try:
                sent += _deliver(pk, connection)
            except (SMTPException, OSError):
                logger.exception("links could not be mailed; they are tried again")
                break
    return sent


def _deliver(pk: int, connection: BaseEmailBackend) -> int:
    with transaction.atomic():
        waiting = PasswordLink.objects.to_mail().select_for_update(of=("self",))
        link = waiting.select_related("person").filter(pk=pk).first()
        if link is None or not link.person.email:
            return 0
        secret = _give_secret(link)
        link.save(update_fields=["digest", "ends_at"])
    context = {"person": link.person, "url": _address(secret), "ends_at": link.ends_at}
    send_letter(
        link.person.email, f"people/mails/{link.purpose}.txt", context, connection=connection
    )
    noted = PasswordLink.objects.filter(pk=pk, digest=link.digest)
    noted.update(mail_due_at=None, mailed_at=timezone.now())
    return 1


# --- using ------------------------------------------------------------------------------------------------
def holder_of(secret: str) -> User:
    """Return whose password the link sets, without using it: mail programs look at addresses, too.

    Raises:
        LinkRefused: If it was used, replaced or ended, the account is closed, or there never was one.
    """
    return _usable(PasswordLink.objects.select_related("person"), secret).person


@transaction.atomic
def set_password(secret: str, *, password: str) -> User:
    """Set the password of whoever holds the link, which is used up; open sessions end, access keys stay.

    Raises:
        LinkRefused: As `holder_of`; also if the link was used a moment ago.
        ValidationError: If it is no password for this person.
    """
    link = _usable(PasswordLink.objects.select_for_update(), secret)
    person = User.objects.select_for_update().get(pk=link.person_id)
    validate_password(password, person)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    person.set_password(password)
    with acting(person):  # nobody is signed in; the line in the log names whose link it was
        person.save(update_fields=["password"])
    return person


def _usable(links: models.QuerySet[PasswordLink], secret: str) -> PasswordLink:
    link = links.filter(digest=_digest(secret)).first()
    if link is None:
        raise LinkRefused(
            _(
                "This link is unknown: it was not copied as a whole, or a newer one has taken its place. "
                "Use the newest one, or ask your administration for another. Nothing was changed."
            )
        )
    if not link.person.is_active:
        raise LinkRefused(
            _(
                "The account that this link belongs to is closed. Please ask your administration. Nothing was changed."
            )
        )
    if link.used_at is not None:
        raise LinkRefused(
            _(
                "This link was used already. Sign in with the password that was set with it. If it wasn't you who set "
                "it, tell your administration at once."
            )
        )
    if link.ends_at <= timezone.now():
        ended = date_format(timezone.localtime(link.ends_at), "j. F Y, H:i")
        raise LinkRefused(
            _(
                "This link ended on %(ended)s. Please ask your administration for a new one. Nothing was changed."
            )
            % {"ended": ended}
        )
    return link


@transaction.atomic
def set_password_and_end_keys(secret: str, *, password: str) -> User:
    """Do the same, and end whatever else acts in the person's name.

    Raises:
        LinkRefused, ValidationError: As `set_password`.
    """
    person = set_password(secret, password=password)
    end_credentials(person)
    return person


# --- what ends with the account, and one's own data ------------------------------------------------------
def _consequences(person: User) -> Iterable[str]:
    if _open_links(person).exists():
        yield _("The one-time link to set a password ends at once.")


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    _open_links(person).update(ends_at=timezone.now())


def _open_links(person: User) -> models.QuerySet[PasswordLink]:
    return PasswordLink.objects.filter(person=person).open()


def _collect(person: User) -> Iterable[Row]:
    for link in PasswordLink.objects.filter(person=person):
        yield {
            _("Made at"): link.made_at,
            _("Ends at"): link.ends_at,
            _("Used at"): link.used_at,
            _("Mailed at"): link.mailed_at,
        }


def _erase(person: User) -> None:
    PasswordLink.objects.filter(person=person).delete()


LEAVING_PART = Part("password_link", consequences=_consequences, leave=_leave)
OWN_DATA = Section(
    "password_link",
    gettext_lazy("One-time link to set a password"),
    collect=_collect,
    erase=_erase,
)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
