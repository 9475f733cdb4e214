"""One's own account, one's sessions, and a forgotten password: for known and unknown addresses alike."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, User
from api.keys import create_key
from api.models import AccessKey
from audit.models import Entry
from people.models import PasswordRequest
from people.passwords.forgotten import answer_requests
from people.passwords.links import deliver_links, make_link
from tests.conftest import Cast

PASSWORD = "Sturmflut unter Glas"
BOTH = {"new_password1": PASSWORD, "new_password2": PASSWORD}
FORGOTTEN = "/anmelden/vergessen/"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.fixture
def reader(cast: Cast, settings: Any) -> User:
    settings.NOTICE_MAIL_ENABLED = True
    cast.reader_a.email = "leserin@example.org"
    cast.reader_a.set_password("Regenbogen über Scharnhorst")
    cast.reader_a.save()
    return cast.reader_a


def by_form(agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/anmelden/", {"login": "reader_a", "password": "Regenbogen über Scharnhorst"})
    return client


# --- a forgotten password -----------------------------------------------------------------------------------
def test_known_and_unknown_addresses_are_answered_alike(reader: User) -> None:
    answers = []
    for address in ("Leserin@Example.org", "niemand@example.org"):
        client = Client()
        client.get(FORGOTTEN)
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(FORGOTTEN, {"address": address})
        statements = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in captured]
        answers.append((answer.status_code, answer.content, len(statements)))
    assert answers[0] == answers[1]
    assert mail.outbox == []
    assert answer_requests() == 2
    assert not PasswordRequest.objects.exists()
    assert deliver_links() == 1
    (message,) = mail.outbox
    assert message.to == ["leserin@example.org"]
    assert "reader_a" in message.body


def test_the_link_ends_sessions_and_offers_to_end_keys(reader: User) -> None:
    create_key(owner=reader, name="Programm")
    browser = by_form(CHROME)
    assert browser.get("/").status_code == 200
    Client().post(FORGOTTEN, {"address": reader.email})
    answer_requests()
    deliver_links()
    found = re.search(r"https?://[^/\s]+(/anmelden/passwort/\S+)", mail.outbox[0].body)
    assert found
    page = Client().get(found[1]).content.decode()
    assert "Alle Zugriffsschlüssel beenden" in page
    Client().post(found[1], BOTH | {"end_keys": "on"})
    assert not AccessKey.objects.of(reader).usable().exists()
    assert browser.get("/").status_code == 302
    assert Entry.objects.filter(action="access_key.revoked").count() == 1


def test_keys_stay_if_that_is_not_chosen(reader: User) -> None:
    create_key(owner=reader, name="Programm")
    address, _ends_at = make_link(reader, actor=None)
    Client().post("/" + address.split("/", 3)[3], BOTH)
    assert AccessKey.objects.of(reader).usable().exists()


def test_nobodys_mailbox_is_filled(reader: User) -> None:
    for _time in range(3):
        Client().post(FORGOTTEN, {"address": reader.email})
        answer_requests()
    deliver_links()
    assert len(mail.outbox) == 1


def test_asking_is_bounded_for_every_address(reader: User) -> None:
    for address in (reader.email, "niemand@example.org"):
        statuses = [
            Client().post(FORGOTTEN, {"address": address}).status_code for _time in range(6)
        ]
        assert statuses == [200] * 5 + [429]


def test_closed_accounts_get_no_mail(reader: User) -> None:
    reader.is_active = False
    reader.save()
    Client().post(FORGOTTEN, {"address": reader.email})
    answer_requests()
    assert deliver_links() == 0


def test_what_is_no_address_is_said(reader: User) -> None:
    answer = Client().post(FORGOTTEN, {"address": "keine"})
    assert answer.context["form"].errors
    assert not PasswordRequest.objects.exists()


# --- my account ---------------------------------------------------------------------------------------------
def test_one_says_what_one_does_and_how_one_is_reached(reader: User) -> None:
    client = by_form(CHROME)
    page = client.get("/konto/")
    assert "leserin@example.org" in page.content.decode()
    sent = {
        "position": "Sachbearbeitung",
        "phone": "0231 50",
        "email": "x@example.org",
        "last_name": "X",
    }
    assert client.post("/konto/", sent).status_code == 302
    reader.refresh_from_db()
    assert (reader.position, reader.phone) == ("Sachbearbeitung", "0231 50")
    assert reader.email == "leserin@example.org"
    assert Entry.objects.filter(action="person.changed").latest("pk").actor == reader


def test_sessions_are_recognised_and_the_others_end(reader: User) -> None:
    here = by_form("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
    there = by_form(CHROME)
    sessions = here.get("/konto/").context["sessions"]
    assert [(one.browser, one.is_current) for one in sessions] == [
        ("Firefox, Linux", True),
        ("Chrome, Windows", False),
    ]
    done = here.post("/konto/", {"end_sessions": "1"}, follow=True)
    assert "1 andere Sitzung ist beendet" in done.content.decode()
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert Session.objects.filter(user=reader).count() == 1
    assert Entry.objects.filter(action="sign_in.others_ended").count() == 1


def test_a_session_that_is_written_back_is_none(reader: User) -> None:
    """A request that is under way while the others end saves its session afterwards."""
    here, there = by_form(CHROME), by_form(CHROME)
    kept = there.session
    here.post("/konto/", {"end_sessions": "1"})
    kept.save(must_create=True)
    assert there.get("/").status_code == 302


def test_everything_on_ones_account_is_reached_from_one_page(reader: User) -> None:
    create_key(owner=reader, name="Programm")
    text = by_form(CHROME).get("/konto/").content.decode()
    for path in (
        "/konto/passwort/", "/konto/schluessel/", "/mitteilungen/einstellungen/", "/meine-daten/",
        "/anmelden/zweiter-faktor/",
    ):  # fmt: skip
        assert f'href="{path}"' in text
