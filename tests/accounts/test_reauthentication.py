"""Keys, roles and exports ask for the password again; whoever confirms goes on where they were."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from access.consequence.space_grants import grants_in
from access.rights import can
from access.roles import Action, Role
from accounts.models import User
from api.keys import create_key
from api.models import AccessKey
from audit.models import Entry
from tests.conftest import Cast

PASSWORD = "Sturmflut unter Glas"
ASKED = "/konto/bestaetigen/"


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in_long_ago(person: User, *, minutes: int = 16) -> Client:
    client = Client()
    client.force_login(with_password(person), backend="access.backends.AccessBackend")
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - minutes * 60
    session.save()
    return client


def doors(cast: Cast) -> list[tuple[User, str, str, dict[str, Any]]]:
    """Return who does what at which address."""
    row = f"user:{cast.stranger.pk}"
    role = {
        "rows": row,
        f"{row}-choice": str(Role.READER.value),
        f"{row}-was": "0||",
        "state": grants_in(cast.space_a).fingerprint,  # as if the consequence had been confirmed
    }
    space = reverse("access:space", args=[cast.space_a.slug])
    person = reverse("people:person", args=[cast.stranger.pk])
    return [
        (cast.reader_a, "post", reverse("access_keys"), {"name": "Programm", "days": "30"}),
        (cast.steward_a, "post", space, role),
        (cast.administrator, "post", person, {"change": "close", "confirmed": "1", "reason": "x"}),
        (cast.administrator, "get", reverse("audit_log_export"), {}),
        (cast.reader_a, "get", reverse("people:my_data_file"), {}),
        (cast.curator, "post", reverse("partners:organisation", args=["amt-a"]), {}),
    ]


@pytest.mark.parametrize("number", range(6))
def test_what_gives_away_much_asks_again(cast: Cast, number: int) -> None:
    person, method, address, data = doors(cast)[number]
    long_ago = getattr(signed_in_long_ago(person), method)(address, data)
    assert long_ago.status_code == 302
    assert long_ago.url.startswith(ASKED)
    just_now = getattr(signed_in_long_ago(person, minutes=14), method)(address, data)
    assert not just_now.get("Location", "").startswith(ASKED)


def test_what_was_sent_is_done_after_the_password(cast: Cast) -> None:
    client = signed_in_long_ago(cast.reader_a)
    asked = client.post(reverse("access_keys"), {"name": "Programm", "days": "30"})
    assert not AccessKey.objects.exists()
    wrong = client.post(asked.url, {"password": "falsch", "next": reverse("access_keys")})
    assert not AccessKey.objects.exists()
    assert wrong.status_code == 200
    done = client.post(asked.url, {"password": PASSWORD, "next": reverse("access_keys")})
    assert AccessKey.objects.get().name == "Programm"
    assert 'data-testid="secret"' in done.content.decode()


def test_a_form_whose_address_has_parameters_keeps_its_input(cast: Cast) -> None:
    client = signed_in_long_ago(cast.steward_a)
    row = f"user:{cast.stranger.pk}"
    sent = {"rows": row, f"{row}-choice": str(Role.READER.value), f"{row}-was": "0||"}
    space = reverse("access:space", args=[cast.space_a.slug])
    here = f"{space}?wer={row}"
    shown = client.post(here, sent)
    asked = client.post(here, sent | shown.context["hidden"])
    assert asked.url.startswith(ASKED)
    following = parse_qs(urlsplit(asked.url).query)["next"][0]
    client.post(asked.url, {"password": PASSWORD, "next": following})
    assert can(cast.stranger, Action.READ, cast.space_a)


def test_whoever_may_not_is_answered_as_ever(cast: Cast) -> None:
    client = signed_in_long_ago(cast.stranger)
    assert client.get(reverse("audit_log_export")).status_code == 404
    space = reverse("access:space", args=[cast.space_a.slug])
    assert client.post(space, {"state": "1"}).status_code == 404


@pytest.mark.parametrize(("chosen", "left"), [({"end_keys": "on"}, 0), ({}, 2)])
def test_a_new_password_offers_to_end_all_keys(
    cast: Cast, chosen: dict[str, str], left: int
) -> None:
    client = signed_in_long_ago(cast.reader_a)
    for name in ("eins", "zwei"):
        create_key(owner=cast.reader_a, name=name)
    page = client.get(reverse("account_change_password")).content.decode()
    assert "Alle Zugriffsschlüssel beenden" in page
    new = "Regenbogen über Scharnhorst"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new, **chosen},
    )
    assert AccessKey.objects.of(cast.reader_a).usable().count() == left
    assert Entry.objects.filter(action="access_key.revoked").count() == 2 - left


def test_without_keys_nothing_is_offered(cast: Cast) -> None:
    client = signed_in_long_ago(cast.reader_a)
    _key, _secret = create_key(owner=cast.reader_a, name="alt")
    AccessKey.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert "end_keys" not in client.get(reverse("account_change_password")).content.decode()
