"""A bound on searches that no person meets, for each by herself, whichever process answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from search import pace
from search.engines.base import SearchEngine
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("slow")]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, settings: Any, index: SearchEngine) -> None:
    caches["shared"].clear()
    settings.SEARCHES_A_MINUTE, settings.SUGGESTIONS_A_MINUTE = 20, 30
    monkeypatch.setattr("search.pace.time.time", lambda: 6_000_000_010.0)


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.reader_a)
    return client


def test_who_searches_too_fast_waits_for_the_next_minute(
    reader: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {reader.get("/suche/?q=a").status_code for _ in range(20)} == {200}
    refused = reader.get("/suche/?q=a")
    assert (refused.status_code, refused["Retry-After"]) == (429, "50")
    assert "Bitte warten Sie" in refused.content.decode()
    other = Client()
    other.force_login(cast.reader_b)
    assert other.get("/suche/?q=a").status_code == 200
    monkeypatch.setattr("search.pace.time.time", lambda: 6_000_000_061.0)
    assert reader.get("/suche/?q=a").status_code == 200


@pytest.mark.both
def test_processes_count_together(reader: Client) -> None:
    answers = []
    for _process in range(3):
        pace.forget()  # as another process knows nothing of this one
        answers += [reader.get("/suche/?q=a").status_code for _ in range(10)]
    assert answers[:20] == [200] * 20
    assert 429 in answers[20:]


def test_the_api_counts_with_the_page(reader: Client) -> None:
    for _ in range(20):
        reader.get("/suche/?q=a")
    answer = reader.get("/api/v3/search/?q=a")
    assert answer.status_code == 429
    assert "Zu viele Suchen" in answer.json()["detail"]


def test_proposals_have_a_bound_of_their_own(reader: Client) -> None:
    answers = [reader.get("/suche/vorschlaege/?q=ab").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert reader.get("/suche/?q=a").status_code == 200


def test_a_few_searches_ask_no_cache(reader: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert [pace.wait_to_search_s(1) for _ in range(9)] == [0] * 9
