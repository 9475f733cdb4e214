"""Contacts ask for their confirmation each year, and lose a person who asked for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from access.rights import can
from access.roles import Action
from accounts.models import PlatformRole
from accounts.personal_data import collect
from audit.models import Entry
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.contacts.reminders import DUE, REPEATED_AFTER, remind, render_due
from knowledge.contacts.selectors import contacts_due_for, due_contacts
from knowledge.contacts.services import confirm_contact
from notices.models import Notice
from people.closure import close_account
from people.erasure import carry_out_order, order_erasure
from search.models import OutboxEntry
from tests.conftest import Cast, signed_in
from tests.factories import UserFactory, home_of, publish_below


def make_contact(cast: Cast, *, days_ago: int | None, **fields: Any) -> ContactPage:
    space = fields.pop("space", cast.space_a)
    index = ContactIndexPage.objects.filter(space=space).first() or publish_below(
        home_of(space), ContactIndexPage(title="Kontakte", slug="verzeichnis")
    )
    confirmed_on = None if days_ago is None else timezone.localdate() - dt.timedelta(days=days_ago)
    contact = ContactPage(
        title=fields.pop("title", "Leitstelle"), organisation=cast.organisation_a,
        confirmed_on=confirmed_on, **fields,
    )  # fmt: skip
    made: ContactPage = publish_below(index, contact)
    return made


@pytest.mark.parametrize(
    ("days_ago", "is_due"), [(None, True), (366, True), (365, False), (0, False)]
)
def test_a_contact_is_due_after_a_year(cast: Cast, days_ago: int | None, is_due: bool) -> None:
    contact = make_contact(cast, days_ago=days_ago)
    text = signed_in(cast.reader_a).get(contact.url).content.decode()
    assert ("Bestätigung fällig" in text) is is_due
    assert (contact in due_contacts()) is is_due
    assert "Angaben bestätigen" not in text  # a reader may not


def test_whoever_may_edit_confirms_and_the_log_says_so(cast: Cast) -> None:
    contact = make_contact(cast, days_ago=400)
    address = f"/kontakte-bestaetigen/{contact.pk}/"
    for person in (cast.reader_a, cast.contributor_a, cast.reader_b, cast.administrator):
        assert not can(person, Action.EDIT, contact)
        assert signed_in(person).post(address).status_code == 404
    assert signed_in(cast.publisher_a).post("/kontakte-bestaetigen/987654/").status_code == 404
    client = signed_in(cast.publisher_a)
    assert "Angaben bestätigen" in client.get(contact.url).content.decode()
    assert client.post(address).status_code == 302
    contact.refresh_from_db()
    assert contact.confirmed_on == timezone.localdate()
    assert contact not in due_contacts()
    (line,) = Entry.objects.filter(action="contact.confirmed")
    assert (line.actor, line.object_id) == (cast.publisher_a, str(contact.pk))


def test_publishing_an_open_draft_keeps_the_confirmation(cast: Cast) -> None:
    contact = make_contact(cast, days_ago=400)
    contact.phone = "0231 1"
    draft = contact.save_revision()
    signed_in(cast.publisher_a).post(f"/kontakte-bestaetigen/{contact.pk}/")
    draft.refresh_from_db()
    draft.publish()
    contact.refresh_from_db()
    assert (contact.phone, contact.confirmed_on) == ("0231 1", timezone.localdate())


def test_publishers_see_what_is_due_in_their_spaces(cast: Cast) -> None:
    mine = make_contact(cast, days_ago=None, title="Meine Leitstelle")
    make_contact(cast, days_ago=1, title="Frisch")
    other = make_contact(cast, days_ago=None, title="Fremde Leitstelle", space=cast.space_b)
    assert list(contacts_due_for(cast.publisher_a)) == [mine]
    assert set(contacts_due_for(cast.curator)) == {mine, other}
    client = signed_in(cast.publisher_a)
    text = client.get("/kontakte-bestaetigen/").content.decode()
    assert "Meine Leitstelle" in text
    assert "Fremde Leitstelle" not in text
    assert "Frisch" not in text
    client.post(f"/kontakte-bestaetigen/{mine.pk}/", {"from_list": "1"})
    assert "Meine Leitstelle</a>" not in client.get("/kontakte-bestaetigen/").content.decode()
    assert signed_in(cast.reader_a).get("/kontakte-bestaetigen/").status_code == 404


def test_a_removed_person_leaves_contacts_and_their_history(cast: Cast) -> None:
    person = cast.reader_a
    person.email = "eichhorn@example.org"
    person.save()
    contact = make_contact(
        cast, days_ago=1, person="Berta Eichhorn", email="Eichhorn@example.org", phone="0231 7"
    )
    other = make_contact(
        cast, days_ago=1, title="Wache", email="wache@example.org", person="Frau A"
    )
    (section,) = [one for one in collect(person) if one.name == "contacts"]
    assert [row["Kontakt"] for row in section.rows] == ["Leitstelle"]
    close_account(person, actor=None)
    protector = UserFactory(platform_role=PlatformRole.DATA_PROTECTION)
    order_erasure(person, actor=protector, reason="Antrag")
    OutboxEntry.objects.all().delete()
    carry_out_order(person, actor=cast.administrator)
    contact.refresh_from_db()
    other.refresh_from_db()
    assert (contact.person, contact.email, contact.phone) == ("", "", "")
    assert contact in due_contacts()
    assert (other.person, other.email) == ("Frau A", "wache@example.org")
    for revision in contact.revisions.all():
        assert "ichhorn" not in str(revision.content)
    assert OutboxEntry.objects.filter(object_id=str(contact.pk)).exists()


def test_a_person_without_an_address_empties_no_contact(cast: Cast) -> None:
    contact = make_contact(cast, days_ago=1, person="Frau A")
    assert cast.reader_a.email == ""
    close_account(cast.reader_a, actor=None)
    protector = UserFactory(platform_role=PlatformRole.DATA_PROTECTION)
    order_erasure(cast.reader_a, actor=protector, reason="Antrag")
    carry_out_order(cast.reader_a, actor=cast.administrator)
    contact.refresh_from_db()
    assert contact.person == "Frau A"


def test_publishers_are_reminded_once_a_month_and_told_what_is_due_now(cast: Cast) -> None:
    contact = make_contact(cast, days_ago=None)
    make_contact(cast, days_ago=1, space=cast.space_b)
    assert remind() == 2  # publisher and steward of A; the curator only where there is nobody else
    assert remind() == 0
    notices = Notice.objects.filter(kind=DUE)
    assert {notice.recipient for notice in notices} == {cast.publisher_a, cast.steward_a}
    mine = [notice for notice in notices if notice.recipient == cast.publisher_a]
    (said,) = render_due(cast.publisher_a, mine)
    assert said is not None
    assert said.title == "1 Kontakt im Bereich „Bereich-A“ ist zu bestätigen."
    assert said.url == "/kontakte-bestaetigen/"
    assert render_due(cast.reader_a, mine) == [None]
    confirm_contact(contact, actor=cast.publisher_a)
    assert render_due(cast.publisher_a, mine) == [None]
    Notice.objects.update(created_at=timezone.now() - REPEATED_AFTER)
    assert remind() == 0
    make_contact(cast, days_ago=None, title="Wache")
    assert remind() == 2
