"""Whoever may not change a thing changes nothing, is told that it isn't there, and those who may get further."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.attacks.conftest import client_of, undone
from tests.attacks.writes import ATTACKERS, WRITES, Write
from tests.leaks.fills import fills_of
from tests.leaks.routes import NO_ONE, NOT_SIGNED_IN, all_routes, row_of
from tests.leaks.world import World

pytestmark = pytest.mark.django_db


def target_of(world: World, write: Write) -> Any:
    """Return an object of space B, or of nobody in the cast."""
    if not write.of:
        return None
    objects = world.objects[write.of]
    return next((thing for group, thing in objects if group == "b"), objects[-1][1])


@pytest.mark.parametrize("write", WRITES, ids=lambda one: f"{one.route}-{one.of or 'none'}")
def test_only_those_who_may_change_it_get_any_further(world: World, write: Write) -> None:
    thing = target_of(world, write)
    url, data = write.address(world, thing), write.data(world, thing)
    wrong = []
    for name in ATTACKERS:
        client = client_of(world, name)
        with undone() as written:
            answer = client.post(url, data)
        if name in write.may:
            if answer.status_code in {403, 404} or answer.status_code >= 500:
                wrong.append(f"{name} may, and gets {answer.status_code}")
        elif name in NOT_SIGNED_IN:
            if answer.status_code != 302 or not answer["Location"].startswith("/anmelden/"):
                wrong.append(f"{name} is not signed in, and gets {answer.status_code}")
        elif answer.status_code not in write.refused:
            wrong.append(f"{name} may not, and gets {answer.status_code}")
        if name not in write.may and written:
            wrong.append(f"{name} may not, and writes to {sorted(written)}")
    assert not wrong, (url, wrong)


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(WRITES) * len(ATTACKERS) > 150


def posting_routes(world: World) -> list[tuple[str, str]]:
    """Return every route that isn't closed to everybody, with one address."""
    found = []
    for route in all_routes():
        if row_of(route.name).who == NO_ONE and "upload" not in route.name:
            continue
        fills = [fill for fill in fills_of(route, world) if fill.group in {"", "a"}]
        if fills and not fills[0].url.startswith("/api/"):  # the API reads no session's form
            found.append((route.name, fills[0].url))
    return found


def test_no_route_takes_a_form_from_another_site(world: World) -> None:
    client = client_of(world, "curator", enforce_csrf_checks=True)
    wrong = []
    for name, url in posting_routes(world):
        if name == "notices:unsubscribe":  # sent by mail programs; the signed address is the right
            continue
        with undone() as written:
            answer = client.post(url, {"title": "x"}, headers={"origin": "https://fremd.example"})
        if answer.status_code != 403 or written:
            wrong.append((name, url, answer.status_code, sorted(written)))
    assert not wrong, wrong


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_route_knows_another_way_of_writing(world: World, method: str) -> None:
    client = client_of(world, "curator")
    wrong = []
    for name, url in posting_routes(world):
        with undone() as written:
            answer = getattr(client, method)(url)
        if answer.status_code >= 500 or written:
            wrong.append((name, url, answer.status_code, sorted(written)))
    assert not wrong, wrong


def test_a_reading_request_writes_nothing_that_others_see(world: World) -> None:
    """A picture of another site may make anybody's browser send a GET."""
    client = client_of(world, "steward_a")
    # Thumbnails, sizes and hashes that are filled in when they are first needed, and their place in the search.
    allowed = {
        "search_outboxentry",
        "wagtailsearch_",
        "notices_",
        "wagtailadmin_",
        "wagtailusers_",
        "wagtailimages_",
        "files_",
    }
    wrong = []
    for name, url in posting_routes(world):
        with undone() as written:
            client.get(url)
        unexpected = {table for table in written if not table.startswith(tuple(allowed))}
        if unexpected:
            wrong.append((name, url, sorted(unexpected)))
    assert not wrong, wrong


def test_taking_over_a_field_that_the_form_does_not_show(world: World) -> None:
    page = world.first("page", "a")
    before = (page.space_id, page.owner_id, page.path, page.is_sample)
    client = client_of(world, "publisher_a")
    with undone():
        answer = client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            {
                "title": "T", "slug": "t", "classification": "internal", "body-count": 0,
                "attachments-TOTAL_FORMS": 0, "attachments-INITIAL_FORMS": 0, "action-publish": "1",
                "space": world.cast.space_b.pk, "owner": world.people["curator"].pk, "is_sample": "on",
                "path": "00010001", "locked": "on", "alias_of": page.pk,
            },
        )  # fmt: skip
        assert answer.status_code in {200, 302}
        page.refresh_from_db()
        assert (page.space_id, page.owner_id, page.path, page.is_sample) == before
        assert page.alias_of_id is None
    page.refresh_from_db()


# Routes whose POST is about the person herself, and those whose attacks stand in files of their own.
OWN_AFFAIRS = {
    "account_login", "account_logout", "account_change_password", "account_reauthenticate", "account_signup",
    "wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_dismissibles", "access_keys", "access:ask",
    "access:requests", "access:view_as", "access:end_view", "notices:read_all", "notices:settings", "notices:open",
    "saved_search_new", "saved_search", "people:my_data_file", "people:account",
    "people:forgotten", "search", "wagtailadmin_editing_sessions:release", "meetings:feed_settings",
}  # fmt: skip


# Pictures' sizes, which whatever shows a page makes when they are first needed.
MADE_BY_SHOWING = {"files_knowledgerendition"}


def test_every_route_that_changes_something_is_in_the_table(world: World) -> None:
    known = {write.route for write in WRITES} | OWN_AFFAIRS
    missing = []
    clients = {who: client_of(world, who) for who in ("curator", "administrator")}
    for name, url in posting_routes(world):
        if name in known or name.startswith("mfa_"):
            continue
        for who, client in clients.items():
            with undone() as written:
                client.post(url, {"save": "1", "confirm": "1", "title": "x"})
            if written - MADE_BY_SHOWING:
                missing.append((name, who, sorted(written)))
    assert not missing, f"say in tests/attacks/writes.py who may: {missing}"
