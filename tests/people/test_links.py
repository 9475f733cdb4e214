"""The first account, and the one-time link with which its person sets a password."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Session, User
from accounts.personal_data import collect
from audit.models import Entry
from operations.doctor import examine
from people.closure import close_account, reopen_account
from people.models import PasswordLink
from people.passwords.links import LinkRefused, holder_of, make_link, set_password
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PASSWORD = "Sturmflut unter Glas"
BOTH = {"new_password1": PASSWORD, "new_password2": PASSWORD}


def command(capsys: Any, name: str = "leitstand", email: str = "leitstand@example.org") -> str:
    """Run the command; return the path of the link that it prints."""
    call_command("create_administrator", name, email=email)
    found = re.search(r"^https?://[^/]+(/\S+)$", capsys.readouterr().out, re.MULTILINE)
    assert found
    return found[1]


def path_of(person: User) -> str:
    address, _ends_at = make_link(person, actor=None)
    return "/" + address.split("/", 3)[3]


def secret_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def administrators_found() -> Any:
    with translation.override("en"):
        return next(found for found in examine() if found.part == "administrators")


# --- the command --------------------------------------------------------------------------------------------
def test_the_first_account_signs_in_by_its_link_and_operates_the_platform(capsys: Any) -> None:
    assert "create_administrator" in administrators_found().cure
    path = command(capsys)
    assert administrators_found().is_healthy
    browser = Client()
    assert browser.get(path).context["holder"].username == "leitstand"
    done = browser.post(path, BOTH, follow=True)
    assert done.redirect_chain == [("/anmelden/", 302)]
    assert "leitstand" in done.content.decode()
    browser.post("/anmelden/", {"login": "leitstand", "password": PASSWORD})
    assert browser.get("/personen/").status_code == 200
    lines = Entry.objects.filter(object_title="leitstand").order_by("pk")
    assert [(line.action, line.actor_name) for line in lines] == [
        ("person.added", ""),
        ("account.link_made", ""),
        ("account.password_changed", "leitstand"),
    ]


def test_nobody_enters_before_the_password_is_set(capsys: Any) -> None:
    command(capsys)
    person = User.objects.get(username="leitstand")
    assert not person.has_usable_password()
    assert not person.is_superuser


def test_repeated_it_gives_a_new_link_and_the_old_one_ends(capsys: Any) -> None:
    first = command(capsys)
    second = command(capsys)
    assert User.objects.filter(username="leitstand").count() == 1
    assert "neuerer" in refusal(first)
    assert Client().get(second).status_code == 200


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("reader_a", "neu@example.org"),  # somebody who operates nothing
        ("READER_A", "neu@example.org"),
        ("leitstand", "anders@example.org"),  # the administrator, with another address
        ("neu", "leitstand@example.org"),  # the administrator's address
        ("neu", "Leitstand@Example.org"),
        ("neu", "keine-adresse"),
        ("neu", ""),
        ("zwei worte", "neu@example.org"),
        ("", "neu@example.org"),
    ],
)
def test_a_name_or_address_that_is_none_changes_nothing(
    cast: Cast, capsys: Any, name: str, email: str
) -> None:
    User.objects.filter(pk=cast.reader_a.pk).update(username="reader_a")
    command(capsys)
    before = (User.objects.count(), PasswordLink.objects.count(), Entry.objects.count())
    with pytest.raises(CommandError):
        call_command("create_administrator", name, email=email)
    after = (User.objects.count(), PasswordLink.objects.count(), Entry.objects.count())
    assert after == before


def test_a_closed_administrator_gets_no_link(cast: Cast, capsys: Any) -> None:
    command(capsys)
    close_account(User.objects.get(username="leitstand"), actor=None)
    with pytest.raises(CommandError):
        call_command("create_administrator", "leitstand", email="leitstand@example.org")


# --- the link -----------------------------------------------------------------------------------------------
def refusal(path: str) -> str:
    """Return what is said of a link that sets no password, whether it is opened or sent."""
    opened, sent = Client().get(path), Client().post(path, BOTH)
    assert (opened.status_code, sent.status_code) == (410, 410)
    assert opened.context["text"] == sent.context["text"]
    text: str = opened.context["text"]
    return text


def test_looking_at_a_link_does_not_use_it(cast: Cast) -> None:
    path = path_of(cast.reader_a)
    for _time in range(2):
        assert Client().get(path).status_code == 200
    assert Client().post(path, BOTH).status_code == 302


@pytest.mark.both
def test_a_link_works_once(cast: Cast) -> None:
    path = path_of(cast.reader_a)
    Client().post(path, BOTH)
    assert "bereits benutzt" in refusal(path)
    with pytest.raises(LinkRefused):
        set_password(secret_of(path), password="Wolken über dem Hafen")
    cast.reader_a.refresh_from_db()
    assert cast.reader_a.check_password(PASSWORD)


def test_a_link_ends(cast: Cast) -> None:
    path = path_of(cast.reader_a)
    PasswordLink.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
    assert "abgelaufen" in refusal(path)


def test_the_link_of_a_closed_account_sets_nothing_and_is_not_revived(cast: Cast) -> None:
    path = path_of(cast.reader_a)
    close_account(cast.reader_a, actor=None)
    assert "geschlossen" in refusal(path)
    reopen_account(cast.reader_a, actor=None)
    assert "abgelaufen" in refusal(path)


def test_an_unknown_link_says_what_to_do(cast: Cast) -> None:
    assert "unbekannt" in refusal("/anmelden/passwort/" + "x" * 43 + "/")


def test_a_bad_password_does_not_use_the_link_up(cast: Cast) -> None:
    path = path_of(cast.reader_a)
    for data in (
        {"new_password1": "kurz", "new_password2": "kurz"},
        {"new_password1": PASSWORD, "new_password2": PASSWORD + "!"},
        {"new_password1": "Sommer2026!!!", "new_password2": "Sommer2026!!!"},
        {},
    ):
        answer = Client().post(path, data | {"x": "y"})
        assert answer.status_code == 200
        assert answer.context["form"].errors
    with pytest.raises(ValidationError):
        set_password(secret_of(path), password="kurz")
    assert holder_of(secret_of(path)) == cast.reader_a


def test_open_sessions_end_with_the_new_password(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.reader_a, backend="access.backends.AccessBackend")
    assert browser.get("/").status_code == 200
    Client().post(path_of(cast.reader_a), BOTH)
    assert browser.get("/").status_code == 302
    assert not Session.objects.filter(session_key=browser.session.session_key).exists()


def test_the_secret_is_stored_nowhere(cast: Cast) -> None:
    secret = secret_of(path_of(cast.reader_a))
    kept = str(list(PasswordLink.objects.values())) + str(list(Entry.objects.values()))
    assert secret not in kept


@pytest.mark.parametrize("name", ["reader_a", "steward_a", "curator", "stranger"])
def test_links_are_made_by_those_who_operate(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        make_link(cast.reader_b, actor=cast.people()[name])
    assert not PasswordLink.objects.exists()
    make_link(cast.reader_b, actor=cast.administrator)
    assert PasswordLink.objects.get().person == cast.reader_b


def test_ones_own_data_tell_of_the_link(cast: Cast) -> None:
    make_link(cast.reader_a, actor=None)
    (section,) = (one for one in collect(cast.reader_a) if one.name == "password_link")
    assert len(section.rows) == 1
