"""Wrong passwords are slowed down, each visitor for herself, whatever stands between her and the processes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.both

PROXY = "10.0.0.2"
CLIENT, NEIGHBOUR = "192.0.2.1", "198.51.100.7"
PASSWORD = "ein langes Wort"


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def person(name: str) -> User:
    user: User = UserFactory(username=name)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(name: str, password: str, *, address: str, claimed: str = "") -> Any:
    """Sign in through a proxy that adds the visitor's address to what she claims."""
    forwarded = f"{claimed}, {address}" if claimed else address
    client = Client(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
    return client.post("/anmelden/", {"login": name, "password": password})


def is_signed_in(answer: Any) -> bool:
    return answer.status_code == 302 and "_auth_user_id" in answer.client.session


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_wrong_passwords_pause_one_name_at_one_address_and_nobody_else(settings: Any) -> None:
    person("erika"), person("max")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in("erika", "falsch", address=CLIENT)
    assert sign_in("erika", PASSWORD, address=CLIENT).status_code == 429
    assert is_signed_in(sign_in("erika", PASSWORD, address=NEIGHBOUR))
    assert is_signed_in(sign_in("max", PASSWORD, address=CLIENT))


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_twenty_wrong_passwords_of_one_address_lock_no_other_out() -> None:
    names = [person(f"person{number}").username for number in range(20)]
    for name in names:
        sign_in(name, "falsch", address=CLIENT)
    assert is_signed_in(sign_in(names[0], PASSWORD, address=NEIGHBOUR))
    assert is_signed_in(sign_in(names[1], PASSWORD, address=CLIENT))


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_forty_people_of_one_authority_sign_in_within_a_minute() -> None:
    names = [person(f"person{number}").username for number in range(40)]
    assert all(is_signed_in(sign_in(name, PASSWORD, address=CLIENT)) for name in names)


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_a_claimed_address_does_not_count(settings: Any) -> None:
    person("erika")
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in("erika", "falsch", address=CLIENT, claimed=f"203.0.113.{number}")
    assert sign_in("erika", PASSWORD, address=CLIENT, claimed="203.0.113.99").status_code == 429


@pytest.mark.usefixtures("db")
def test_without_a_proxy_the_header_does_not_count(settings: Any) -> None:
    person("erika")
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in("erika", "falsch", address=f"203.0.113.{number}")
    assert sign_in("erika", PASSWORD, address=CLIENT).status_code == 429


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_processes_count_together(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip", "login_failed": "100/m/ip"}
    for _ in range(3):
        sign_in("niemand", "falsch", address=CLIENT)
        caches["default"].clear()  # what the next process would not know
    assert sign_in("niemand", "falsch", address=CLIENT).status_code == 429


@pytest.mark.usefixtures("db", "behind_a_proxy")
def test_too_much_is_said_in_our_frame_and_in_german(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in("niemand", "falsch", address=CLIENT)
    answer = sign_in("niemand", "falsch", address=CLIENT)
    assert answer.status_code == 429
    html = answer.content.decode()
    assert "<h1" in html
    assert "Zu viele Versuche" in html
    assert "css/stadtwissen.css" in html
