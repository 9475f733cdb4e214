"""Searches are counted without who asked, and shown once several people asked the same."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from schedule.jobs import jobs
from search.words import counting
from search.words.counting import (
    AskedWords,
    common_queries,
    common_queries_without_hits,
    count,
    countable_words,
    prune,
)
from search.words.models import CountedQuery
from tests.conftest import Cast
from tests.search.shelf import ShelfSource

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MAY = dt.date(2026, 5, 31)


def people_with_marks_of_their_own(number: int, key: str, month: dt.date) -> list[int]:
    """Primary keys of people whose marks for these words differ."""
    found: dict[int, int] = {}
    for person in range(1, 500):
        found.setdefault(counting._mark(f"{month:%Y-%m} {person} {key}"), person)
    return list(found.values())[:number]


def rows() -> list[tuple[str, int, int, bool]]:
    values = CountedQuery.objects.order_by("key")
    return list(values.values_list("text", "asked", "without_hits", "is_common"))


def test_words_are_shown_once_enough_people_asked_and_their_marks_are_dropped() -> None:
    people = people_with_marks_of_their_own(3, "mullabfuhr", MAY)
    for person in people[:2]:
        count("Müllabfuhr", person=person, has_hits=True, today=MAY)
    assert rows() == [("Müllabfuhr", 2, 0, False)]
    assert CountedQuery.objects.get().marks.bit_count() == 2
    count("muellabfuhr", person=people[2], has_hits=False, today=MAY)
    assert rows() == [("Müllabfuhr", 3, 1, True)]
    assert CountedQuery.objects.get().marks == 0
    counting._recent.forget()
    count("MÜLLABFUHR", person=people[0], has_hits=True, today=MAY)
    assert (rows(), CountedQuery.objects.get().marks) == ([("Müllabfuhr", 4, 1, True)], 0)


def test_one_person_asking_again_and_again_makes_nothing_common() -> None:
    for _ in range(50):
        counting._recent.forget()
        count("Erika Beispiel", person=7, has_hits=False, today=MAY)
    assert rows() == [("Erika Beispiel", 50, 50, False)]
    assert common_queries(limit=10) == []


def test_the_same_search_of_one_person_counts_once_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(counting.time, "monotonic", lambda: now[0])
    count("Hafen", person=1, has_hits=True, today=MAY)
    now[0] += counting.SAME_SEARCH_S - 1
    count("hafen ", person=1, has_hits=True, today=MAY)
    assert rows() == [("Hafen", 1, 0, False)]
    now[0] += counting.SAME_SEARCH_S + 1
    count("hafen", person=1, has_hits=True, today=MAY)
    assert rows() == [("Hafen", 2, 0, False)]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "und der", "!!!", "von:Beispiel", "Hafen typ:protokoll", '"Erika Beispiel"', "Hafen -Lärm",
        "Müll OR Abfall", "a b c d e f g", "x" * 81, "geboren 12.03.1975", "0231 123456", "erika@example.org",
        "Az. 123456",
    ],
)  # fmt: skip
def test_what_may_name_somebody_or_is_narrowed_is_not_counted(text: str) -> None:
    count(text, person=1, has_hits=True)
    assert rows() == []


def test_measures_and_years_are_counted() -> None:
    assert countable_words("PKS 2017") == ("PKS", "2017")
    assert countable_words("Maßnahme 12") == ("Maßnahme", "12")


@given(st.text(max_size=120))
def test_any_text_is_counted_or_not(text: str) -> None:
    words = countable_words(text)
    assert len(" ".join(words)) <= counting.MAX_CHARS


def test_months_add_up_and_what_too_few_asked_for_goes_with_its_month(settings: Any) -> None:
    settings.SEARCH_COUNT_MONTHS = 2
    today = dt.date.today().replace(day=1)  # noqa: DTZ011 - a day will do
    last = (today - dt.timedelta(days=1)).replace(day=1)
    before = (last - dt.timedelta(days=1)).replace(day=1)
    for month in (before, last, today):
        CountedQuery.objects.create(
            month=month, key="hafen", text="Hafen", asked=5, without_hits=2, is_common=True
        )
        CountedQuery.objects.create(month=month, key="name", text="Name", asked=1, marks=4)
    assert common_queries(limit=10) == [AskedWords("Hafen", 10, 4)]
    assert prune() == 3
    assert sorted(CountedQuery.objects.values_list("month", "text")) == [
        (last, "Hafen"), (today, "Hafen"), (today, "Name"),
    ]  # fmt: skip


def test_the_first_search_of_a_month_cleans_up_by_itself(capsys: Any) -> None:
    CountedQuery.objects.create(month=dt.date(2026, 4, 1), key="name", text="Name", asked=1)
    count("Hafen", person=1, has_hits=True, today=MAY)
    assert rows() == [("Hafen", 1, 0, False)]
    CountedQuery.objects.create(month=dt.date(2020, 4, 1), key="alt", text="Alt", is_common=True)
    call_command("search", "prune")
    assert not CountedQuery.objects.filter(key="alt").exists()
    assert "Deleted" in capsys.readouterr().out
    job = jobs["search.prune"]
    assert job is not None
    assert job.run is prune


def test_the_lists_are_ordered_by_what_they_are_about() -> None:
    month = dt.date.today().replace(day=1)  # noqa: DTZ011 - a day will do
    for text, asked, without in (("Oft", 9, 0), ("Selten", 4, 3), ("Mittel", 6, 1)):
        CountedQuery.objects.create(
            month=month, key=text, text=text, asked=asked, without_hits=without, is_common=True
        )
    assert [one.text for one in common_queries(limit=2)] == ["Oft", "Mittel"]
    assert [one.text for one in common_queries_without_hits(limit=9)] == ["Selten", "Mittel"]


def test_the_number_of_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MAX_TEXTS_A_MONTH", 2)
    for text in ("Eins", "Zwei", "Drei", "Eins"):
        counting._recent.forget()
        count(text, person=1, has_hits=True, today=MAY)
    assert rows() == [("Eins", 2, 0, False), ("Zwei", 1, 0, False)]


def test_what_was_seen_lately_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MAX_RECENT", 1)
    assert not counting._recent.knows("a")
    assert not counting._recent.knows("b")
    assert not counting._recent.knows("a")


def test_a_search_is_counted_after_its_answer_and_only_as_a_first_look(
    filled: ShelfSource, cast: Cast, client: Client
) -> None:
    client.force_login(cast.reader_a)
    client.get("/suche/", {"q": "Partnerschaft"})
    for more in (
        {"page": "2"}, {"sort": "date"}, {"kind": "article"}, {"after": "2025-01-01"}, {"space": "1"},
    ):  # fmt: skip
        client.get("/suche/", {"q": "Partnerschaft", **more})
    client.get("/suche/vorschlaege/", {"q": "Haushalt"})
    client.get("/suche/", {"kind": "article"})
    client.get("/suche/", {"q": "Xylophon"})
    assert rows() == [("Partnerschaft", 1, 0, False), ("Xylophon", 1, 1, False)]


def test_without_hits_is_what_the_reader_found_within_her_rights(
    filled: ShelfSource, cast: Cast, client: Client
) -> None:
    for person in (cast.reader_b, cast.reader_a):
        client.force_login(person)
        client.get("/suche/", {"q": "Kanarienbefragung"})
    assert rows() == [("Kanarienbefragung", 2, 1, False)]


def test_nothing_is_counted_while_the_engine_is_away_or_counting_is_off(
    filled: ShelfSource, cast: Cast, client: Client, settings: Any, request: Any
) -> None:
    client.force_login(cast.reader_a)
    settings.SEARCH_COUNT_MONTHS = 0
    client.get("/suche/", {"q": "Partnerschaft"})
    settings.SEARCH_COUNT_MONTHS = 12
    request.getfixturevalue("engine_away")
    client.get("/suche/", {"q": "Partnerschaft"})
    assert rows() == []


def test_whoever_looks_at_the_site_as_somebody_else_is_not_counted(
    filled: ShelfSource, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.reader_a)
    monkeypatch.setattr(counting, "acting_as", lambda request: cast.reader_b)
    client.get("/suche/", {"q": "Partnerschaft"})
    assert rows() == []


def test_a_count_that_fails_fails_nothing_and_its_text_reaches_no_log(
    filled: ShelfSource,
    cast: Cast,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("Key (key)=(partnerschaft) is taken")

    monkeypatch.setattr(counting, "_add", refuse)
    client.force_login(cast.reader_a)
    with caplog.at_level(logging.INFO):
        assert client.get("/suche/", {"q": "Partnerschaft"}).status_code == 200
    assert "could not be counted error=DatabaseError" in caplog.text
    assert "partnerschaft" not in caplog.text.lower()


def test_the_audit_log_knows_nothing_of_searches(
    filled: ShelfSource, cast: Cast, client: Client
) -> None:
    client.force_login(cast.reader_a)
    before = Entry.objects.count()
    client.get("/suche/", {"q": "Partnerschaft"})
    assert rows()
    assert Entry.objects.count() == before


def test_odd_settings_are_refused(settings: Any) -> None:
    from search.checks import check_counting

    assert check_counting(None) == []
    settings.SEARCH_COUNT_MONTHS, settings.SEARCH_COUNT_PEOPLE = 61, 1
    assert [error.id for error in check_counting(None)] == ["search.E001", "search.E002"]
