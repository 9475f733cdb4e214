"""Keys open the API in their owner's name, nothing else, and no longer than they should."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import APIToken

from accounts.models import User
from api.keys import MAX_DAYS, MAX_KEYS, TooManyKeys, create_key, revoke_key
from api.models import AccessKey
from audit.flood import FAILURES_AN_HOUR
from audit.models import Entry
from tests.api.conftest import Program
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

WHOAMI = "/api/v3/whoami/"
KEYS = "/konto/schluessel/"


def bearer(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def lines(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action))


def test_a_key_opens_the_api_in_its_owners_name(cast: Cast, program: Program) -> None:
    answer = program(cast.reader_a).get(WHOAMI)
    assert answer.status_code == 200
    assert answer.json()["username"] == "reader_a"
    assert answer.json()["key"]["name"] == "Programm"
    assert answer.json()["key"]["scope"] == "read"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_a_session_opens_the_api_too(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    answer = client.get(WHOAMI)
    assert answer.status_code == 200
    assert answer.json()["key"] is None


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v3/", WHOAMI, "/api/v3/gibt-es-nicht/", "/api/v2/", "/api/v3/pages/1/"]
)
def test_nobody_gets_the_same_refusal_everywhere(db: None, path: str) -> None:
    first, answer = Client().get("/api/v3/pages/"), Client().get(path)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.content == first.content
    assert Client().post(path).content == first.content


def test_addresses_that_are_none_answer_in_json(cast: Cast, program: Program) -> None:
    reader = program(cast.reader_a)
    for path in ("/api/", "/api/v3/", "/api/v3/gibt-es-nicht/", "/api/v2/pages/"):
        answer = reader.get(path)
        assert answer.status_code == 404, path
        assert answer["Content-Type"] == "application/problem+json"


def test_a_key_opens_nothing_but_the_api(cast: Cast, program: Program) -> None:
    reader = program(cast.reader_a)
    for path in ("/", "/suche/", KEYS, "/admin/", "/bereich-a/", "/apifoo/"):
        answer = reader.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/anmelden/"), path


def test_a_key_is_no_session_even_beside_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_b)
    _key, secret = create_key(owner=cast.reader_a, name="Programm")
    headers = {"authorization": f"Bearer {secret}"}
    answer = client.get(WHOAMI, headers=headers)
    assert answer.json()["username"] == "reader_a"
    assert not answer.cookies
    assert client.get(WHOAMI).json()["username"] == "reader_b"
    # A bad key beside a good session is refused: whoever sends one means it.
    assert client.get(WHOAMI, headers={"authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("ended", ["revoked", "expired", "closed account", "deleted account"])
def test_a_key_that_has_ended_opens_nothing(cast: Cast, program: Program, ended: str) -> None:
    reader, key = program(cast.reader_a), AccessKey.objects.get()
    assert reader.get(WHOAMI).status_code == 200
    if ended == "revoked":
        revoke_key(key, actor=cast.reader_a)
    elif ended == "expired":
        AccessKey.objects.update(expires_at=timezone.now())
    elif ended == "closed account":
        User.objects.filter(pk=cast.reader_a.pk).update(is_active=False)
    else:
        cast.reader_a.delete()
    assert reader.get(WHOAMI).status_code == 401


def test_wagtails_own_tokens_open_nothing(cast: Cast) -> None:
    _token, secret = APIToken.create_token(user=cast.reader_a, name="ohne Ende")
    assert bearer(secret).get(WHOAMI).status_code == 401


@pytest.mark.parametrize(
    "stated", ["", "Bearer", "Bearer ", "Basic cmVhZGVy", "Bearer \x00", "x" * 9000]
)
def test_what_is_no_key_is_refused(db: None, stated: str) -> None:
    client = Client(headers={"authorization": stated})
    assert client.get(WHOAMI).status_code == 401


def test_the_secret_is_stored_nowhere(cast: Cast) -> None:
    key, secret = create_key(owner=cast.reader_a, name="Programm")
    row = AccessKey.objects.filter(pk=key.pk).values().get()
    assert secret not in str(row)
    assert row["key_hash"] == AccessKey.hash_token(secret)
    assert secret not in str(list(Entry.objects.values()))


def test_refused_keys_are_recorded_without_the_key_and_slowed_down(cast: Cast) -> None:
    key, secret = create_key(owner=cast.reader_a, name="Programm")
    revoke_key(key, actor=cast.reader_a)
    _other, valid = create_key(owner=cast.reader_b, name="Programm")
    assert bearer(secret).get(WHOAMI).status_code == 401
    (line,) = lines("access_key.refused")
    assert (line.object_id, line.details["number"]) == (str(cast.reader_a.pk), key.pk)
    for _number in range(FAILURES_AN_HOUR - 1):
        assert bearer("wagtail_falsch").get(WHOAMI).status_code == 401
    late = bearer("wagtail_falsch").get(WHOAMI)
    assert late.status_code == 429
    assert late["Retry-After"] == "600"
    assert len(lines("access_key.refused")) == FAILURES_AN_HOUR
    # Behind one address there may be a whole authority: who has a valid key is not locked out.
    assert bearer(valid).get(WHOAMI).status_code == 200


@pytest.mark.both
def test_the_last_use_is_remembered_once_a_minute(cast: Cast, program: Program) -> None:
    reader = program(cast.reader_a)
    reader.get(WHOAMI)
    first = AccessKey.objects.get().last_used_at
    assert first is not None
    reader.get(WHOAMI)
    assert AccessKey.objects.get().last_used_at == first
    AccessKey.objects.update(last_used_at=first - dt.timedelta(minutes=2))
    reader.get(WHOAMI)
    assert AccessKey.objects.get().last_used_at > first


@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
def test_every_key_ends(cast: Cast, days: int) -> None:
    with pytest.raises(ValueError, match="valid for"):
        create_key(owner=cast.reader_a, name="x", days=days)


@pytest.mark.both
def test_a_person_has_a_bounded_number_of_keys(cast: Cast, client: Client) -> None:
    keys = [create_key(owner=cast.reader_a, name=f"P{n}")[0] for n in range(MAX_KEYS)]
    with pytest.raises(TooManyKeys):
        create_key(owner=cast.reader_a, name="zu viel")
    client.force_login(cast.reader_a)
    answer = client.post(KEYS, {"name": "zu viel", "days": "90"})
    assert "Widerrufen Sie einen" in answer.content.decode()
    revoke_key(keys[0], actor=cast.reader_a)
    create_key(owner=cast.reader_a, name="geht wieder")


def test_a_person_makes_a_key_and_sees_its_secret_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    shown = client.post(KEYS, {"name": "Auswertung", "days": "30"}).content.decode()
    key = AccessKey.objects.get()
    secret = shown.partition('data-testid="secret">')[2].partition("<")[0]
    assert bearer(secret).get(WHOAMI).status_code == 200
    assert key.expires_at - timezone.now() < dt.timedelta(days=31)
    later = client.get(KEYS).content.decode()
    assert "Auswertung" in later
    assert secret not in later
    (line,) = lines("access_key.created")
    assert (line.actor_id, line.details["number"]) == (cast.reader_a.pk, key.pk)


@pytest.mark.parametrize("data", [{}, {"name": ""}, {"name": "x" * 300, "days": "90"},
                                  {"name": "x", "days": "9999"}, {"name": "x", "days": "\x00"}])  # fmt: skip
def test_bad_input_makes_no_key_and_says_why(cast: Cast, client: Client, data: Any) -> None:
    client.force_login(cast.reader_a)
    answer = client.post(KEYS, data)
    assert answer.status_code == 200
    assert "Bitte prüfen Sie Ihre Angaben." in answer.content.decode()
    assert not AccessKey.objects.exists()


def test_keys_are_revoked_by_their_owner_and_by_administrators(cast: Cast, client: Client) -> None:
    key, secret = create_key(owner=cast.reader_a, name="Programm")
    address = f"{KEYS}{key.pk}/widerrufen/"
    for person in (cast.reader_b, cast.curator):
        client.force_login(person)
        refused, missing = client.post(address), client.post(f"{KEYS}987654/widerrufen/")
        assert (refused.status_code, missing.status_code) == (404, 404)
    assert bearer(secret).get(WHOAMI).status_code == 200
    client.force_login(cast.administrator)
    assert client.get(address).status_code == 405
    assert client.post(address)["Location"] == f"{KEYS}alle/"
    assert bearer(secret).get(WHOAMI).status_code == 401
    (line,) = lines("access_key.revoked")
    assert (line.actor_id, line.object_id) == (cast.administrator.pk, str(cast.reader_a.pk))
    client.post(address)
    assert len(lines("access_key.revoked")) == 1


def test_only_administrators_see_everybodys_keys_and_no_secret(cast: Cast, client: Client) -> None:
    key, secret = create_key(owner=cast.reader_a, name="Programm von A")
    client.force_login(cast.reader_b)
    assert client.get(f"{KEYS}alle/").status_code == 404
    assert "Programm von A" not in client.get(KEYS).content.decode()
    client.force_login(cast.administrator)
    shown = client.get(f"{KEYS}alle/").content.decode()
    assert "Programm von A" in shown
    assert secret not in shown
    assert key.key_hash not in shown


def test_the_list_of_all_keys_costs_the_same_however_many(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for person in (cast.reader_a, cast.reader_b, cast.curator):
        for number in range(6):
            create_key(owner=person, name=f"P{number}")
    client.force_login(cast.administrator)
    with django_assert_max_num_queries(9):
        client.get(f"{KEYS}alle/")


def test_with_another_persons_eyes_there_are_no_keys(cast: Cast, rf: Any) -> None:
    from django.http import Http404

    from api import views

    request = rf.get(KEYS)
    request.user, request.acting_as = cast.reader_a, cast.reader_a
    with pytest.raises(Http404):
        views.own_keys(request)
