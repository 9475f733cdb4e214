"""Who must have a second factor is reminded, then stopped until one is set up, and gets recovery codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from accounts.checks import second_factor_roles
from accounts.models import User
from api.keys import create_key
from tests.conftest import Cast

NEEDED = "/konto/zweiter-faktor/"


@pytest.fixture(autouse=True)
def for_curators(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["curator"]


def over(person: User) -> None:
    User.objects.filter(pk=person.pk).update(
        second_factor_due=timezone.now() - dt.timedelta(days=1)
    )


def current_code(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def test_the_grace_begins_at_the_first_sign_in_and_is_said(cast: Cast, client: Client) -> None:
    cast.curator.set_password("Sturmflut unter Glas")
    cast.curator.save()
    client.post("/anmelden/", {"login": "curator", "password": "Sturmflut unter Glas"})
    cast.curator.refresh_from_db()
    left = cast.curator.second_factor_due - timezone.now()
    assert dt.timedelta(days=13) < left < dt.timedelta(days=14)
    page = client.get("/")
    assert page.status_code == 200
    assert "zweiten Faktor" in page.content.decode()


def test_afterwards_nothing_works_until_one_is_set_up(cast: Cast, client: Client) -> None:
    over(cast.curator)
    client.force_login(cast.curator)
    for address in ("/", "/admin/", "/suche/?q=x", "/gibt-es-nicht/", "/api/v3/whoami/"):
        assert client.get(address).headers.get("Location") == NEEDED
    assert client.post("/zugriff/anfrage/", {}).headers.get("Location") == NEEDED
    assert "Zweiter Faktor nötig" in client.get(NEEDED).content.decode()
    setting_up = "/anmelden/zweiter-faktor/totp/activate/"
    asked = client.get(setting_up)
    cast.curator.set_password("Sturmflut unter Glas")
    cast.curator.save()
    client.force_login(cast.curator)
    client.post(f"/konto/bestaetigen/?next={setting_up}", {"password": "Sturmflut unter Glas"})
    asked = client.get(setting_up)
    assert asked.status_code == 200
    code = current_code(client.session[SECRET_SESSION_KEY])
    done = client.post(setting_up, {"code": code}, follow=True)
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert "recovery-codes" in done.redirect_chain[-1][0]
    assert client.get("/").status_code == 200


def test_whoever_takes_it_out_again_is_stopped_again(cast: Cast, client: Client) -> None:
    over(cast.curator)
    factor = Authenticator.objects.create(user=cast.curator, type="totp", data={})
    client.force_login(cast.curator)
    assert client.get("/").status_code == 200
    factor.delete()
    assert client.get("/").headers["Location"] == NEEDED


def test_others_are_asked_nothing(cast: Cast, client: Client) -> None:
    over(cast.reader_a)
    client.force_login(cast.reader_a)
    assert client.get("/").status_code == 200
    assert client.get(NEEDED).status_code == 302


@pytest.mark.parametrize(("bodies", "status"), [(["amt-a"], 302), (["amt-b"], 200), (["*"], 302)])
def test_an_organisation_may_ask_for_it(
    cast: Cast, client: Client, settings: Any, bodies: list[str], status: int
) -> None:
    settings.SECOND_FACTOR_ORGANISATIONS = bodies
    over(cast.reader_a)
    client.force_login(cast.reader_a)
    assert client.get("/").status_code == status


def test_programs_go_on(cast: Cast) -> None:
    over(cast.curator)
    _key, secret = create_key(owner=cast.curator, name="Programm")
    program = Client(headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/v3/whoami/").status_code == 200


def test_a_role_that_does_not_exist_stops_the_start(settings: Any) -> None:
    assert second_factor_roles(None) == []
    settings.SECOND_FACTOR_ROLES = ["curators"]
    assert [error.id for error in second_factor_roles(None)] == ["accounts.E001"]
