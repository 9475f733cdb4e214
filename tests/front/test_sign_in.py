"""Signed out there is the sign-in page, which tells nothing."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from tests.conftest import Cast


@pytest.fixture
def known(cast: Cast) -> User:
    cast.reader_a.set_password("richtig-und-lang-genug")
    cast.reader_a.save()
    return cast.reader_a


def visible_text(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text(" ", strip=True)


def test_sign_in_page_shows_the_form_and_nothing_of_the_inside(client: Client, cast: Cast) -> None:
    html = client.get("/anmelden/").content.decode()
    soup = BeautifulSoup(html, "html.parser")
    assert [label.get_text(strip=True) for label in soup.select("main label")] == [
        "Benutzername",
        "Passwort",
    ]
    assert "interne Wissensplattform" in html
    assert not soup.find("nav")
    assert not soup.find("input", attrs={"type": "search"})
    assert "Amt A" not in html


def test_wrong_password_and_unknown_name_read_the_same(client: Client, known: User) -> None:
    answers = []
    for name in (known.username, "niemand"):
        response = client.post("/anmelden/", {"login": name, "password": "falsch-falsch"})
        assert response.status_code == 200
        answers.append(visible_text(response.content.decode()))
    assert answers[0] == answers[1]
    assert "Die Anmeldung hat nicht geklappt." in answers[0]


def test_inactive_account_reads_like_a_wrong_password(client: Client, cast: Cast) -> None:
    cast.inactive.set_password("richtig-und-lang-genug")
    cast.inactive.save()
    credentials = {"login": cast.inactive.username, "password": "richtig-und-lang-genug"}
    html = client.post("/anmelden/", credentials, follow=True).content.decode()
    assert "Die Anmeldung hat nicht geklappt." in html


def test_empty_fields_are_named_one_by_one(client: Client, db: None) -> None:
    html = client.post("/anmelden/", {}).content.decode()
    assert "Bitte geben Sie Ihren Benutzernamen ein." in html
    assert "Bitte geben Sie Ihr Passwort ein." in html
    assert html.count('aria-invalid="true"') == 2


def test_right_password_leads_to_the_start_page(client: Client, known: User) -> None:
    credentials = {"login": known.username, "password": "richtig-und-lang-genug"}
    response = client.post("/anmelden/", credentials)
    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/abmelden/",
        "/konto/passwort/",
        "/konto/bestaetigen/",
        "/anmelden/zweiter-faktor/",
    ],
)
def test_account_pages_look_like_ours_and_speak_formally(
    client: Client, known: User, address: str
) -> None:
    client.force_login(known, backend="access.backends.AccessBackend")
    response = client.get(address, follow=True)
    assert response.status_code == 200
    html = response.content.decode()
    assert "css/stadtwissen" in html
    words = visible_text(html).lower().split()
    assert not {"du", "dein", "deine", "dich", "dir"} & set(words)
    for unlucky in ("Wiederherstellungs-Codes", "allgemein üblich", "komplett aus Ziffern"):
        assert unlucky not in html
