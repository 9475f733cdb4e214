"""The pages on rights: who sees this, sharing, roles on a space, all spaces."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client, override_settings

from access.consequence.space_grants import grants_in
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import Space, SpaceUserObjectPermission
from access.rights import can
from access.roles import Action, Role
from tests.access.sheets import confirm, words_of
from tests.conftest import Cast
from tests.factories import make_article
from web.days import end_of


def test_readers_see_who_reads_a_page_and_why(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.steward_a, reason="Vertretung")
    client.force_login(cast.reader_a)
    answer = client.get(f"/zugriff/seite/{page.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Amt A" in text
    assert "Vertretung" in text
    assert str(cast.steward_a) in text
    assert str(cast.reader_b) not in text
    assert answer.context["form"] is None
    assert client.post(f"/zugriff/seite/{page.pk}/", {"who": "Amt B"}).status_code == 404


@pytest.mark.parametrize("name", ["reader_b", "publisher_b", "administrator", "stranger"])
def test_others_find_nothing(cast: Cast, client: Client, name: str) -> None:
    page = make_article(cast.space_a, "Seite")
    client.force_login(getattr(cast, name))
    for url in (f"/zugriff/seite/{page.pk}/", "/zugriff/bereich/bereich-a/", "/zugriff/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"who": "x"}).status_code in {404, 405}


def test_a_steward_shares_with_the_consequence_in_sight(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    url = f"/zugriff/seite/{page.pk}/"
    client.force_login(cast.steward_a)
    data = {"who": "Amt B", "reason": "Absprache", "until": "2099-01-31"}
    asked, saved = confirm(client, url, data)
    assert "2 Personen können dann 1 Seite lesen" in words_of(asked.context["consequence"])
    assert "Die Freigabe endet nach dem 31. Januar 2099." in asked.content.decode()
    assert saved.status_code == 302
    assert can(cast.reader_b, Action.READ, page)
    other = Client()
    other.force_login(cast.reader_b)
    assert "Seite" in other.get("/zugriff/mit-mir-geteilt/").content.decode()
    assert "Bereich-A" not in other.get("/zugriff/mit-mir-geteilt/").content.decode()
    asked, saved = confirm(client, url, {"revoke": f"organisation:{cast.organisation_b.pk}"})
    assert "Amt B: Die Freigabe von 1 Seite endet für 2 Personen." in asked.content.decode()
    assert saved.status_code == 302
    assert not can(cast.reader_b, Action.READ, page)
    again = client.post(url, {"revoke": f"organisation:{cast.organisation_b.pk}"}, follow=True)
    assert (
        "Eine solche Freigabe dieser Seite gibt es nicht mehr. Es wurde nichts geändert."
        in again.content.decode()
    )


def test_a_share_of_a_page_above_is_ended_there_and_not_claimed_to_be_ended_here(
    cast: Cast, client: Client
) -> None:
    page = make_article(cast.space_a, "Seite")
    above = page.get_parent()
    share_page(above, cast.reader_b, actor=cast.steward_a, include_descendants=True)
    client.force_login(cast.steward_a)
    url, key = f"/zugriff/seite/{page.pk}/", f"user:{cast.reader_b.pk}"
    text = client.get(url).content.decode()
    assert f'href="/zugriff/seite/{above.pk}/"' in text
    assert f'value="{key}"' not in text, "no button that ends nothing"
    answer = client.post(url, {"revoke": key}, follow=True)
    assert "gibt es nicht mehr. Es wurde nichts geändert." in answer.content.decode()
    assert can(cast.reader_b, Action.READ, page)
    assert f'value="{key}"' in client.get(f"/zugriff/seite/{above.pk}/").content.decode()


def test_the_name_of_a_draft_above_is_told_only_to_those_who_read_drafts(
    cast: Cast, client: Client
) -> None:
    page = make_article(cast.space_a, "Seite")
    above = page.get_parent().specific
    share_page(above, cast.reader_b, actor=cast.steward_a, include_descendants=True)
    above.unpublish()
    above.refresh_from_db()
    above.title = "Geheimer Arbeitstitel"
    above.save()
    for person, knows in ((cast.reader_a, False), (cast.reader_b, False), (cast.steward_a, True)):
        client.force_login(person)
        text = client.get(f"/zugriff/seite/{page.pk}/").content.decode()
        assert str(cast.reader_b) in text
        assert ("Geheimer Arbeitstitel" in text) is knows, person


def test_nothing_is_saved_before_the_confirmation(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    client.force_login(cast.steward_a)
    client.post(f"/zugriff/seite/{page.pk}/", {"who": "Amt B"})
    assert not can(cast.reader_b, Action.READ, page)


def test_a_steward_gives_a_role_to_somebody_new(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    url = "/zugriff/bereich/bereich-a/"
    _asked, saved = confirm(client, url, {"who": "Amt B", "role": "2"})
    assert saved.status_code == 302
    assert can(cast.reader_b, Action.ADD, cast.space_a)
    confirm(client, url, {"who": "Amt B", "role": "0"})
    assert not can(cast.reader_b, Action.READ, cast.space_a)


@pytest.mark.parametrize(
    "data",
    [
        {"who": ""},
        {"who": "gibt es nicht"},
        {"who": "Amt", "role": "1"},
        {"who": "Amt B", "role": "7"},
        {"who": "Amt B", "role": "1", "until": "2001-01-01"},
        {"who": "Amt B", "role": "1", "until": "morgen"},
        {"principal": "user:999999", "role": "1"},
        {"principal": "organisation:x", "role": "1"},
        {"principal": "inactive", "role": "1"},
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    cast: Cast, client: Client, data: dict[str, str]
) -> None:
    if data.get("principal") == "inactive":
        state = grants_in(cast.space_a).fingerprint  # as if the consequence had been confirmed
        data = {**data, "principal": f"user:{cast.inactive.pk}", "state": state}
    client.force_login(cast.steward_a)
    answer = client.post("/zugriff/bereich/bereich-a/", data)
    assert answer.status_code == 200
    assert not can(cast.reader_b, Action.READ, cast.space_a)
    said = [str(message) for message in answer.context["messages"]]
    assert answer.context["form"].errors or any("geschlossen" in one for one in said)


def test_the_curator_sees_all_spaces_and_where_nobody_is_responsible(
    cast: Cast, client: Client
) -> None:
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    client.force_login(cast.curator)
    text = client.get("/zugriff/").content.decode()
    assert "Bereich-A" in text
    assert "Bereich-B" not in text


def test_queries_do_not_grow_with_grants(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    page = make_article(cast.space_a, "Seite")
    for person in (cast.stranger, cast.reader_b, cast.publisher_b):
        grant_role(cast.space_a, person, Role.READER, actor=None)
        share_page(page, person, actor=None)
    client.force_login(cast.steward_a)
    client.get("/")
    with django_assert_max_num_queries(17):
        client.get(f"/zugriff/seite/{page.pk}/")
    with django_assert_max_num_queries(19):
        client.get("/zugriff/bereich/bereich-a/")


@override_settings(TIME_ZONE="America/New_York")
def test_every_place_names_the_same_days(cast: Cast, client: Client) -> None:
    # An end is stored as the moment after the last day, and in UTC: both are a day away from what was typed.
    page = make_article(cast.space_a, "Seite")
    until, since = end_of(dt.date(2099, 1, 31)), dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
    share_page(page, cast.reader_b, actor=cast.steward_a, until=until)
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.steward_a, until=until)
    SpaceUserObjectPermission.objects.filter(user=cast.stranger).update(granted_at=since)
    for person, url, names_begin in (
        (cast.reader_b, page.url, False),
        (cast.reader_b, f"/zugriff/seite/{page.pk}/", False),
        (cast.steward_a, f"/zugriff/seite/{page.pk}/", True),
        (cast.steward_a, "/zugriff/bereich/bereich-a/", True),
    ):
        client.force_login(person)
        text = client.get(url).content.decode()
        assert "31. Januar 2099" in text or 'value="2099-01-31"' in text, url
        assert "Februar 2099" not in text, url
        assert ("25. November 2026" in text) is names_begin, url


def test_a_share_tells_nothing_of_the_space(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    share_page(page, cast.reader_b, actor=cast.steward_a)
    client.force_login(cast.reader_b)
    for url in (page.url, f"/zugriff/seite/{page.pk}/", "/", "/suche/?q=Seite"):
        text = client.get(url).content.decode()
        assert "Bereich-A" not in text, url
        assert "Amt A" not in text, url
