"""Indicators are kept by form: what they are, what a year says; and who keeps them hears of a value that is late."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from knowledge.indicators import notices, services
from knowledge.indicators.models import Indicator, Value
from knowledge.indicators.services import OfYear, keep
from notices.models import Notice
from notices.selectors import in_words
from tests.conftest import Cast, signed_in
from tests.factories import make_measure

FACTS = {
    "name": "Sicherheitsgefühl", "nature": "subjective", "level": "effect", "unit": "Schulnote",
    "direction": "down", "source": "Befragung", "area": "Stadt",
}  # fmt: skip
TYPED = {**FACTS, "every_years": "1", "days_after": "90", "measures_typed": ""}
NEW = "/indikatoren/neu/bereich-a/"
KEEPERS = {"publisher_a", "steward_a", "curator"}


def of(year: int, value: str = "2.4", note: str = "") -> OfYear:
    return OfYear(year, Decimal(value) if value else None, None, False, note)


@pytest.fixture
def indicator(cast: Cast) -> Indicator:
    return keep(cast.space_a, "gefuehl", FACTS, of(2024), actor=None)


def seen_on(client: Client, url: str) -> str:
    return str(client.get(url).context["seen"])


# --- what it is -----------------------------------------------------------------------------------------
def test_an_indicator_is_made_and_changed_by_form(cast: Cast) -> None:
    client = signed_in(cast.publisher_a)
    first, second = (
        make_measure(cast.space_a, number, f"Maßnahme {number}") for number in (12, 14)
    )
    made = client.post(NEW, {**TYPED, "measures_typed": "M 12; 14"})
    one = Indicator.objects.get()
    assert (made.status_code, made["Location"]) == (302, one.url)
    assert (one.key, one.space, one.nature) == ("sicherheitsgefuehl", cast.space_a, "subjective")
    assert set(one.measures.all()) == {first, second}
    client.post(NEW, TYPED)
    assert Indicator.objects.exclude(pk=one.pk).get().key == "sicherheitsgefuehl-2"

    url = f"{one.url}aendern/"
    shown = client.get(url)
    assert shown.context["form"]["measures_typed"].value() == "M 12; M 14"
    sent = {**TYPED, "seen": shown.context["seen"], "area": "Nord", "measures_typed": "M 14"}
    assert client.post(url, sent).status_code == 302
    one.refresh_from_db()
    assert (one.area, [measure.number for measure in one.measures.all()]) == ("Nord", [14])
    again = client.post(url, {**sent, "area": "Süd"})
    assert again.status_code == 400
    assert "inzwischen geändert" in again.content.decode()


def test_measures_that_the_keeper_does_not_see_stay(cast: Cast, indicator: Indicator) -> None:
    hidden = make_measure(cast.space_b, 7, "Verborgen")
    indicator.measures.add(hidden)
    client, url = signed_in(cast.publisher_a), f"{indicator.url}aendern/"
    refused = client.post(NEW, {**TYPED, "measures_typed": "M 7"})
    missing = client.post(NEW, {**TYPED, "measures_typed": "M 8"})
    assert (refused.status_code, missing.status_code) == (400, 400)
    said = [str(one.context["form"].errors).replace("M 8", "M 7") for one in (refused, missing)]
    assert said[0] == said[1], "hidden and missing measures are answered alike"
    assert client.post(url, {**TYPED, "seen": seen_on(client, url)}).status_code == 302
    assert list(indicator.measures.all()) == [hidden]


def test_another_unit_is_refused_at_its_field_once_there_are_values(
    cast: Cast, indicator: Indicator
) -> None:
    client, url = signed_in(cast.publisher_a), f"{indicator.url}aendern/"
    answer = client.post(url, {**TYPED, "seen": seen_on(client, url), "unit": "Prozent"})
    assert answer.status_code == 400
    assert "neuen Indikator" in str(answer.context["form"].errors["unit"])
    indicator.refresh_from_db()
    assert indicator.unit == "Schulnote"


@pytest.mark.parametrize("name", [*sorted(KEEPERS), "reader_a", "contributor_a", "publisher_b",
                                  "member_of_both", "administrator", "stranger"])  # fmt: skip
def test_publishers_of_the_space_keep_indicators(
    cast: Cast, indicator: Indicator, name: str
) -> None:
    person = getattr(cast, name)
    client, may = signed_in(person), name in KEEPERS
    urls = (NEW, *(f"{indicator.url}{end}" for end in ("aendern/", "jahr/", "jahr/2024/")))
    for url in urls:
        assert client.get(url).status_code == (200 if may else 404), url
        assert client.post(url, {"drop": "1"}).status_code in ({400, 302} if may else {404}), url
    if not may:
        with pytest.raises(PermissionDenied):
            services.keep_value(indicator, of(2025), actor=person, seen="")
        with pytest.raises(PermissionDenied):
            services.drop_value(indicator, 2024, actor=person)
        assert Value.objects.count() == 1


# --- what a year says -----------------------------------------------------------------------------------
def test_a_year_is_written_corrected_and_taken_out(cast: Cast, indicator: Indicator) -> None:
    client, url = signed_in(cast.publisher_a), f"{indicator.url}jahr/"
    assert client.get(url).context["form"]["year"].value() == "2025", "the one that is awaited"
    client.post(url, {"year": "2025", "value": "2,15", "is_break": "on", "note": "neue Frage"})
    row = Value.objects.get(year=2025)
    assert (row.value, row.target, row.is_break) == (Decimal("2.15"), None, True)
    assert "nicht vergleichbar" in client.get(indicator.url).content.decode()
    again = client.post(url, {"year": "2025", "value": "9"})
    assert "schon einen Wert" in str(again.context["form"].errors["year"])

    of_year = f"{url}2025/"
    seen = seen_on(client, of_year)
    assert client.get(of_year).context["form"]["value"].value() == Decimal("2.15")
    assert client.post(of_year, {"value": "2,2", "target": "2", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert (row.value, row.target, row.is_break) == (Decimal("2.2"), 2, False)
    assert client.post(of_year, {"value": "3", "seen": seen}).status_code == 400, "two editors"
    assert client.post(of_year, {"drop": "1"}).status_code == 302
    assert not Value.objects.filter(year=2025).exists()
    assert client.get(of_year).status_code == 404


@pytest.mark.parametrize(("typed", "field", "said"), [
    ({"year": "20255", "value": "1"}, "year", "Das Jahr 20255 kann nicht gemeint sein"),
    ({"year": "bald", "value": "1"}, "year", "ist kein Jahr"),
    ({"year": "2025"}, "value", "für eine Lücke"),
    ({"year": "2025", "value": "viel"}, "value", ""),
])  # fmt: skip
def test_what_can_t_be_meant_is_said_at_its_field(
    cast: Cast, indicator: Indicator, typed: dict[str, str], field: str, said: str
) -> None:
    answer = signed_in(cast.publisher_a).post(f"{indicator.url}jahr/", typed)
    assert answer.status_code == 400
    assert said in str(answer.context["form"].errors[field])
    assert Value.objects.count() == 1


# --- late values ----------------------------------------------------------------------------------------
def told(person: Any) -> int:
    return Notice.objects.filter(recipient=person, kind=notices.LATE).count()


def reminded(monkeypatch: pytest.MonkeyPatch, first: dt.date, days: int) -> list[dt.date]:
    """Let days pass, and return those on which somebody was reminded."""
    found = []
    for number in range(days):
        day = first + dt.timedelta(days=number)
        monkeypatch.setattr(timezone, "localdate", _today(day))
        if notices.remind():
            found.append(day)
    return found


def _today(day: dt.date) -> Any:
    return lambda value=None, *more: day if value is None else value.date()


def made_on(indicator: Indicator, year: int) -> None:
    Indicator.objects.filter(pk=indicator.pk).update(made_at=dt.datetime(year, 5, 1, tzinfo=dt.UTC))


def test_a_value_that_is_late_is_told_in_a_rhythm(
    cast: Cast, indicator: Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_on(indicator, 2025)
    due = dt.date(2025, 12, 31) + dt.timedelta(days=90)
    found = reminded(monkeypatch, due - dt.timedelta(days=20), 100)
    assert [(day - due).days for day in found] == [1, 7, 30, 60]
    assert min((b - a).days for a, b in pairwise(found)) >= 5
    assert (told(cast.publisher_a), told(cast.reader_a), told(cast.publisher_b)) == (1, 0, 0)
    notice = Notice.objects.filter(recipient=cast.publisher_a, kind=notices.LATE).latest("pk")
    words = in_words(cast.publisher_a, [notice])[notice.pk]
    assert words.title == "Noch kein Wert für 2025: Sicherheitsgefühl (Stadt)"
    assert notices.render_late(cast.publisher_b, [notice]) == [None], "whoever lost the right"
    assert "steht noch aus" in signed_in(cast.reader_a).get(indicator.url).content.decode()
    keep(cast.space_a, "gefuehl", FACTS, of(2025), actor=None)
    assert told(cast.publisher_a) == 0, "what is unread goes with the value"


@pytest.mark.parametrize(("said", "every", "is_told"), [
    (of(2025), 1, False), (of(2025, "", "nicht gefragt"), 1, False), (of(2025, ""), 1, True),
    (of(2024), 2, False), (of(2024), 0, False), (of(2024), 1, True),
])  # fmt: skip
def test_what_is_no_gap_any_more_and_what_is_not_awaited_is_left_alone(
    cast: Cast, indicator: Indicator, monkeypatch: pytest.MonkeyPatch,
    said: OfYear, every: int, is_told: bool,
) -> None:  # fmt: skip
    made_on(indicator, 2025)
    facts = {**FACTS, "every_years": every}
    keep(cast.space_a, "gefuehl", facts, said, actor=None)
    assert bool(reminded(monkeypatch, dt.date(2026, 4, 1), 40)) is is_told


def test_whoever_has_just_made_an_indicator_is_not_reminded_at_once(
    cast: Cast, indicator: Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_on(indicator, 2026)
    assert reminded(monkeypatch, dt.date(2026, 5, 1), 1) == []
