"""The pages on one's own sign-in in a real browser: accessible, and as narrow as a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User
from api.keys import create_key
from people.passwords.links import make_link
from tests.conftest import Cast
from tests.front.test_browser import (
    NARROW,
    WIDE,
    Browsing,
    browsing,
    overflow,
    set_width,
    violations,
)

__all__ = ["browsing"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PASSWORD = "Sturmflut unter Glas"


@pytest.fixture
def curator_with_key(cast: Cast, settings: Any) -> User:
    settings.SECOND_FACTOR_ROLES = ["curator"]
    cast.curator.set_password(PASSWORD)
    cast.curator.save()
    create_key(owner=cast.curator, name="Programm")
    return cast.curator


def check(page: Page) -> None:
    for size in (WIDE, NARROW):
        set_width(page, size)
        assert overflow(page) <= 0, size
    assert violations(page) == []


def test_password_confirmation_and_second_factor(
    curator_with_key: User, browsing: Browsing
) -> None:
    page = browsing.open("/konto/passwort/")
    assert page.get_by_label("Alle Zugriffsschlüssel beenden").is_checked()
    check(page)
    page.goto(browsing.url + "/konto/bestaetigen/?next=/meine-daten/")
    check(page)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen").click()
    page.wait_for_url("**/meine-daten/")
    page.goto(browsing.url + "/konto/zweiter-faktor/")
    check(page)
    page.get_by_role("link", name="App einrichten").click()
    page.wait_for_load_state()
    check(page)


@pytest.fixture
def link_of_reader(cast: Cast) -> str:
    address, _ends_at = make_link(cast.reader_a, actor=None)
    return "/" + address.split("/", 3)[3]


def test_a_password_is_set_by_a_one_time_link(link_of_reader: str, browsing: Browsing) -> None:
    page = browsing.open(link_of_reader, signed_in=False)
    page.get_by_label("Neues Passwort", exact=True).fill("kurz")
    page.get_by_label("Neues Passwort bestätigen").fill("kurz")
    page.get_by_role("button", name="Passwort setzen").click()
    page.get_by_text("Bitte prüfen Sie Ihre Angaben").wait_for()
    check(page)
    page.get_by_label("Neues Passwort", exact=True).fill(PASSWORD)
    page.get_by_label("Neues Passwort bestätigen").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Das Passwort ist gesetzt.").wait_for()
    check(page)
    page.goto(browsing.url + link_of_reader)
    page.get_by_text("Dieser Link wurde bereits benutzt.").wait_for()
    check(page)
