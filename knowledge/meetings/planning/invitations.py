"""Invitations by mail, with their calendar entry: changes within ten minutes are one mail, an end goes at once.

Each mail is noted when it is handed over. A process that dies in between sends that one twice, with the same
Message-ID; none is lost. An address that the mail server refuses stops nobody else's mail.
"""

from __future__ import annotations

import datetime as dt
import logging
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from access.handling import mail_excerpt_allowed
from access.rights import can
from access.roles import Action
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Invitation, Meeting, State
from knowledge.meetings.notices import INVITED
from knowledge.meetings.planning.calendars import invitation_ics, when_and_where
from notices.kinds import Delivery
from notices.selectors import deliveries_of
from notices.unsubscribing import unsubscribe_url

logger = logging.getLogger(__name__)

GATHERED = dt.timedelta(minutes=10)
"""So long after the first change the mail waits for further ones."""


def note_change(meeting: Meeting, page: MinutesPage) -> None:
    """Have the invited people told of a meeting as it is now, if its day, time or place are new to somebody."""
    now = when_and_where(page)
    if meeting.told_when != now:
        if meeting.told_when:
            meeting.sequence += 1
        meeting.told_when = now
    elif not _waiting_for(meeting).exists():
        return
    meeting.mail_due_at = meeting.mail_due_at or timezone.now() + GATHERED
    meeting.save(update_fields=["told_when", "sequence", "mail_due_at"])


def note_end(meeting: Meeting) -> None:
    """Have the invited people told at once that the meeting was called off."""
    meeting.sequence += 1
    meeting.mail_due_at = timezone.now()
    meeting.save(update_fields=["sequence", "mail_due_at"])


def _waiting_for(meeting: Meeting) -> Any:
    """Return the invitations whose mail is missing or old; whoever never heard of a meeting hears of no end."""
    missing = Q(mailed_sequence__lt=F("meeting__sequence"))
    if meeting.state == State.PLANNED:
        missing |= Q(mailed_sequence__isnull=True)
    waiting = meeting.invitations.filter(missing, refused_at__isnull=True)
    return waiting.select_related("person", "meeting").order_by("pk")


def mail_invitations() -> int:
    """Mail what is due; return how many mails were handed over."""
    if not settings.NOTICE_MAIL_ENABLED:
        return 0
    due = Meeting.objects.filter(
        mail_due_at__lte=timezone.now(), state__in=(State.PLANNED, State.CANCELLED)
    )
    connection, sent = get_connection(), 0
    for meeting in due.select_related("page").order_by("mail_due_at"):
        sequence = meeting.sequence
        for invitation in _waiting_for(meeting):
            try:
                sent += _mail(invitation, meeting.page, connection)
            except SMTPRecipientsRefused:
                logger.warning("invitation refused by the mail server id=%s", invitation.pk)
                Invitation.objects.filter(pk=invitation.pk).update(refused_at=timezone.now())
            except (SMTPException, OSError):
                # The server is away: what waits is tried with the next run.
                logger.exception("invitations could not be mailed; they are tried again")
                return sent
        # A change that came meanwhile has its own time.
        Meeting.objects.filter(pk=meeting.pk, sequence=sequence).update(mail_due_at=None)
    return sent


def _mail(invitation: Invitation, page: MinutesPage, connection: Any) -> int:
    """Hand one mail over and note it; whoever left or may not read the page any more gets none."""
    person = invitation.person
    is_wanted = deliveries_of([person.pk])[person.pk][INVITED] != Delivery.IN_APP
    is_sent = bool(
        is_wanted and person.is_active and person.email and can(person, Action.READ, page)
    )
    if is_sent:
        _message(invitation, page, connection).send()
    Invitation.objects.filter(pk=invitation.pk).update(mailed_sequence=invitation.meeting.sequence)
    return int(is_sent)


def _message(invitation: Invitation, page: MinutesPage, connection: Any) -> EmailMultiAlternatives:
    with translation.override(settings.LANGUAGE_CODE):
        is_over = invitation.meeting.state == State.CANCELLED
        leave = unsubscribe_url(invitation.person, INVITED)
        context = {
            "page": page,
            "is_open": mail_excerpt_allowed(page),
            "is_over": is_over,
            "is_change": bool(invitation.mailed_sequence is not None),
            "answer_url": settings.WAGTAILADMIN_BASE_URL + reverse("meetings:come", args=[page.pk]),
            "leave_url": leave,
        }
        subject, _blank, text = (
            render_to_string("meetings/invitation.txt", context).strip().partition("\n")
        )
        message = EmailMultiAlternatives(
            " ".join(f"Stadtwissen: {subject}".split())[:200],
            text.strip() + "\n",
            to=[invitation.person.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": _message_id(invitation),
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            connection=connection,
        )
        message.attach_alternative(
            render_to_string("meetings/invitation.html", context), "text/html"
        )
        message.attach(_entry(invitation, page, "CANCEL" if is_over else "REQUEST"))
    return message


def _entry(invitation: Invitation, page: MinutesPage, method: str) -> MIMEBase:
    """Return the calendar entry as a part that calendar programs understand, and that can be saved as a file."""
    part = MIMEText(invitation_ics(invitation, page).decode(), "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=_("meeting.ics"))
    return part


def _message_id(invitation: Invitation) -> str:
    """Return the same for the same mail, so that one that comes twice is known to be one."""
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    return f"<meeting-{invitation.meeting_id}-{invitation.pk}-{invitation.meeting.sequence}@{host}>"
