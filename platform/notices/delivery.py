"""Mail notices: a few at once, the rest once a day, each within the recipient's rights when it is sent.

A mail that the server didn't take is tried again in the next run. A process that dies between sending a mail and
noting it sends that mail twice; none is lost.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notices.kinds import Delivery, Rendered, kinds
from notices.models import Notice
from notices.selectors import deliveries_of, in_words

logger = logging.getLogger(__name__)

AT_ONCE_LIMIT = 4
"""So many mails at once a person and `AT_ONCE_WINDOW`; what comes after waits for the daily mail."""

AT_ONCE_WINDOW = dt.timedelta(hours=12)

_PEOPLE_AT_A_TIME = 200


def mail_at_once() -> int:
    """Mail what people want to know at once; return how many mails were sent."""
    return _mail({Delivery.AT_ONCE}, is_limited=True)


def mail_daily() -> int:
    """Mail what people want to know daily, and what was too much at once; return how many mails were sent."""
    return _mail({Delivery.AT_ONCE, Delivery.DAILY}, is_limited=False)


def _mail(wanted: set[Delivery], *, is_limited: bool) -> int:
    if not settings.NOTICE_MAIL_ENABLED:
        return 0
    connection = get_connection()
    sent = 0
    for person, notices in _waiting(wanted):
        if is_limited and _mails_lately(person) >= AT_ONCE_LIMIT:
            continue
        try:
            sent += _send(person, notices, connection)
        except (SMTPException, OSError):
            # The server is away: what waits is tried with the next run, nothing is marked as sent.
            logger.exception("notices could not be mailed; they are tried again")
            break
    return sent


def _waiting(wanted: set[Delivery]) -> Iterator[tuple[User, list[Notice]]]:
    """Yield each person with the notices that are due."""
    waiting = Notice.objects.to_mail()
    people = list(waiting.order_by("recipient").values_list("recipient", flat=True).distinct())
    for start in range(0, len(people), _PEOPLE_AT_A_TIME):
        batch = people[start : start + _PEOPLE_AT_A_TIME]
        ways = deliveries_of(batch)
        rows = (
            waiting.filter(recipient__in=batch)
            .select_related("recipient__organisation")
            .order_by("recipient", "created_at", "pk")
        )
        for pk, of_person in groupby(rows, key=lambda notice: notice.recipient_id):
            chosen = [
                one
                for one in of_person
                if ways[pk].get(one.kind) in wanted and not kinds[one.kind].has_own_mail
            ]
            if chosen:
                yield chosen[0].recipient, chosen


def _mails_lately(person: User) -> int:
    since = timezone.now() - AT_ONCE_WINDOW
    mails = Notice.objects.filter(recipient=person, mailed_at__gt=since)
    return mails.values("mailed_at").distinct().count()


def _send(person: User, notices: Sequence[Notice], connection: BaseEmailBackend) -> int:
    """Send one mail with all of these, and note it; withdraw what the person may no longer see."""
    with translation.override(settings.LANGUAGE_CODE):
        words = in_words(person, notices)
        _withdraw_hidden(notices, words)
        if not words:
            return 0
        shown = [_mailed(notice, words[notice.pk]) for notice in notices if notice.pk in words]
        message = EmailMessage(
            subject=_subject(shown),
            body=render_to_string("notices/mail.txt", _context(person, shown)),
            to=[person.email],
            headers={"Auto-Submitted": "auto-generated"},
            connection=connection,
        )
    message.send()
    Notice.objects.filter(pk__in=list(words)).update(mailed_at=timezone.now())
    return 1


def _withdraw_hidden(notices: Iterable[Notice], words: dict[int, Rendered]) -> None:
    hidden = [notice.pk for notice in notices if notice.pk not in words]
    if hidden:
        Notice.objects.filter(pk__in=hidden).delete()


def _mailed(notice: Notice, words: Rendered) -> Rendered:
    """Return what a mail may say; of confidential content, only that there is something."""
    url = reverse("notices:open", args=[notice.pk])
    if words.is_confidential:
        label = kinds[notice.kind].label
        title = _("%(kind)s: please sign in to read it.") % {"kind": label}
        return Rendered(title=title, url=url)
    return Rendered(title=words.title, text=words.text, url=url)


def _subject(shown: Sequence[Rendered]) -> str:
    if len(shown) == 1:
        # A header must be one line; Django refuses more.
        return " ".join(f"Stadtwissen: {shown[0].title}".split())[:200]
    return ngettext(
        "Stadtwissen: %(count)d new notice", "Stadtwissen: %(count)d new notices", len(shown)
    ) % {"count": len(shown)}


def _context(person: User, shown: Sequence[Rendered]) -> dict[str, object]:
    return {
        "person": person,
        "notices": shown,
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        "settings_url": reverse("notices:settings"),
    }
