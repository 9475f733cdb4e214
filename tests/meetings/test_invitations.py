"""Invitations by mail through a real mail server, with entries that calendar programs read; the feed of a person."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership
from audit.models import Entry
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Invitation, Meeting
from knowledge.meetings.planning.invitations import mail_invitations
from knowledge.meetings.planning.services import cancel, invite
from knowledge.tasks.days import is_working_day
from knowledge.writing.services import draft_of, save_draft, stamp_of
from notices.delivery import mail_at_once
from tests.conftest import signed_in
from tests.meetings.conftest import Group, plan

REFUSED = "mitglied@example.org"


class Mailbox:
    """What a mail server took, and whom it refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def taken(self) -> dict[str, EmailMessage]:
        """Return the mails since the last time by recipient; each gets one at most."""
        mails, self.mails = self.mails, []
        found = {str(one["To"]): one for one in mails}
        assert len(found) == len(mails)
        return found


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_PORT = port
    settings.NOTICE_MAIL_ENABLED = True
    yield box
    controller.stop()


def invited(group: Group, **more: Any) -> MinutesPage:
    page = plan(group, held_on=dt.date(2027, 3, 2), **more)
    invite(page, actor=group.lead, stamp=stamp_of(page))
    return MinutesPage.objects.get(pk=page.pk)


def time_passes(**by: float) -> None:
    for meeting in Meeting.objects.exclude(mail_due_at=None):
        meeting.mail_due_at -= dt.timedelta(**by)  # type: ignore[operator]
        meeting.save()


def entry_in(mail: EmailMessage) -> tuple[Any, Any]:
    """Return calendar and event of a mail, as a calendar program reads them."""
    (part,) = (one for one in mail.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == str(calendar["method"])
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def move(group: Group, page: MinutesPage, **changes: Any) -> None:
    draft = draft_of(page)
    for name, value in changes.items():
        setattr(draft, name, value)
    save_draft(draft, actor=group.lead, stamp=stamp_of(page))
    invite(page, actor=group.lead, stamp=stamp_of(MinutesPage.objects.get(pk=page.pk)))


def test_an_invitation_is_readable_by_people_and_by_calendars(
    group: Group, mailbox: Mailbox
) -> None:
    page = invited(group)
    assert mail_invitations() == 0  # further changes may come
    time_passes(minutes=10)
    assert mail_invitations() == 3
    assert mail_at_once() == 0  # the notice has its own mail
    mails = mailbox.taken()
    assert set(mails) == {one.email for one in (group.lead, group.member, group.partner)}
    mail = mails[group.partner.email]
    plain, page_of_html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert mail["Subject"] == "Stadtwissen: Einladung: Sitzung"
    for text in (plain, page_of_html):
        assert f"/sitzung/{page.pk}/einladung/" in text
        assert "2. März 2027" in text
    calendar, event = entry_in(mail)
    assert (str(calendar["method"]), event["sequence"]) == ("REQUEST", 0)
    assert event["dtstart"].dt.isoformat() == "2027-03-02T10:00:00+01:00"
    zone = next(iter(calendar.walk("VTIMEZONE")))
    assert {str(one["tzoffsetto"].to_ical()) for one in zone.subcomponents} == {"+0100", "+0200"}
    assert event["attendee"] == f"MAILTO:{group.partner.email}"
    assert str(event["summary"]) == "Sitzung"


def test_changes_are_one_mail_with_a_rising_sequence_and_an_end_goes_at_once(
    group: Group, mailbox: Mailbox
) -> None:
    page = invited(group)
    move(group, page, place="Rathaus")
    move(group, page, begins_at=dt.time(11), ends_at=dt.time(12))
    time_passes(minutes=10)
    assert mail_invitations() == 3
    _calendar, event = entry_in(mailbox.taken()[group.member.email])
    assert (event["sequence"], event["location"], event["dtstart"].dt.hour) == (2, "Rathaus", 11)
    move(group, page, place="Stadthaus")
    time_passes(minutes=10)
    assert mail_invitations() == 3
    mail = mailbox.taken()[group.member.email]
    assert mail["Subject"].startswith("Stadtwissen: Geändert")
    assert entry_in(mail)[1]["sequence"] == 3
    invite(
        page, actor=group.lead, stamp=stamp_of(MinutesPage.objects.get(pk=page.pk))
    )  # nothing new
    time_passes(minutes=10)
    assert mail_invitations() == 0
    cancel(MinutesPage.objects.get(pk=page.pk), actor=group.lead)
    assert mail_invitations() == 3
    calendar, event = entry_in(mailbox.taken()[group.member.email])
    assert (str(calendar["method"]), str(event["status"]), event["sequence"]) == (
        "CANCEL",
        "CANCELLED",
        4,
    )


def test_a_refused_address_stops_nobody_and_a_mail_that_comes_twice_is_one(
    group: Group, mailbox: Mailbox
) -> None:
    invited(group)
    time_passes(minutes=10)
    mailbox.refuses = {group.member.email}
    assert mail_invitations() == 2
    first = mailbox.taken()
    assert set(first) == {group.lead.email, group.partner.email}
    assert Invitation.objects.get(person=group.member).refused_at
    assert mail_invitations() == 0
    # Killed after the server took it and before it was noted.
    Invitation.objects.filter(person=group.partner).update(mailed_sequence=None)
    Meeting.objects.update(mail_due_at=timezone.now())
    assert mail_invitations() == 1
    assert (
        mailbox.taken()[group.partner.email]["Message-ID"]
        == first[group.partner.email]["Message-ID"]
    )


def test_a_server_that_is_away_loses_nothing(group: Group, mailbox: Mailbox, settings: Any) -> None:
    invited(group)
    time_passes(minutes=10)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert mail_invitations() == 0
    settings.EMAIL_PORT = port
    assert mail_invitations() == 3


def test_header_and_link_end_the_mails_without_signing_in(group: Group, mailbox: Mailbox) -> None:
    page = invited(group)
    time_passes(minutes=10)
    mail_invitations()
    mail = mailbox.taken()[group.partner.email]
    address = str(mail["List-Unsubscribe"]).strip(" <>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    nobody = Client(enforce_csrf_checks=True)
    path = urlsplit(address).path
    assert nobody.get(path).status_code == 200  # a filter that follows links changes nothing
    assert nobody.get(f"{path[:-3]}x/").status_code == 404
    move(group, page, place="Rathaus")
    assert nobody.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    time_passes(minutes=10)
    assert mail_invitations() == 2
    assert group.partner.email not in mailbox.taken()


def test_confidential_meetings_are_an_appointment_and_titles_write_no_properties(
    group: Group, mailbox: Mailbox
) -> None:
    page = invited(group)
    title = "Razzia\r\nATTENDEE:mailto:boese@example.org"
    MinutesPage.objects.filter(pk=page.pk).update(
        title=title, classification="confidential", place="Geheimort"
    )
    time_passes(minutes=10)
    mail_invitations()
    mail = mailbox.taken()[group.member.email]
    assert "Razzia" not in mail.as_string()
    assert "Geheimort" not in mail.as_string()
    assert str(entry_in(mail)[1]["summary"]) == "Termin"
    MinutesPage.objects.filter(pk=page.pk).update(classification="internal")
    Invitation.objects.update(mailed_sequence=None)
    Meeting.objects.update(mail_due_at=timezone.now())
    mail_invitations()
    _calendar, event = entry_in(mailbox.taken()[group.member.email])
    assert event["attendee"] == f"MAILTO:{group.member.email}"
    assert str(event["summary"]).startswith("Razzia ATTENDEE")


def test_who_leaves_between_invitation_and_meeting_hears_no_more(
    group: Group, mailbox: Mailbox
) -> None:
    page = invited(group)
    time_passes(minutes=10)
    mail_invitations()
    mailbox.taken()
    Membership.objects.filter(user=group.partner).delete()
    move(group, page, place="Rathaus")
    time_passes(minutes=10)
    mail_invitations()
    assert group.partner.email not in mailbox.taken()


def test_the_feed_is_secret_revocable_and_holds_what_its_owner_may_read(group: Group) -> None:
    page = invited(group)
    partner, program = signed_in(group.partner), Client()
    address = urlsplit(partner.post("/kalender/", {"do": "make"}).context["address"]).path
    answer = program.get(address)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Sitzung"
    assert answer["Cache-Control"] == "no-store"
    assert address.split("/")[-1] not in partner.get("/kalender/").content.decode()  # shown once
    MinutesPage.objects.filter(pk=page.pk).update(classification="confidential", title="Razzia")
    assert b"Razzia" not in program.get(address).content
    assert b"SUMMARY:Termin" in program.get(address).content
    group.partner.is_active = False
    group.partner.save()
    assert program.get(address).status_code == 404
    group.partner.is_active = True
    group.partner.save()
    assert program.get(address).status_code == 404  # never revived
    partner = signed_in(group.partner)
    address = urlsplit(partner.post("/kalender/", {"do": "make"}).context["address"]).path
    assert program.get(address).status_code == 200
    Membership.objects.filter(user=group.partner).delete()
    assert b"VEVENT" not in program.get(address).content
    partner.post("/kalender/", {"do": "end"})
    assert program.get(address).status_code == 404
    assert program.get("/kalender/feed/gibt-es-nicht.ics").status_code == 404
    assert Entry.objects.filter(action__startswith="meeting.feed").count() == 3


def test_silence_waits_for_a_day_on_which_the_land_works() -> None:
    assert not is_working_day(dt.date(2026, 6, 4))  # Fronleichnam, in Nordrhein-Westfalen
    assert not is_working_day(dt.date(2027, 11, 1))  # Allerheiligen
    assert is_working_day(dt.date(2026, 10, 30))
