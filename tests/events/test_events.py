"""An event says when it was, who took part and what came of it; measures lead back, each within the reader's rights."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from access.granting.services import grant_role
from access.roles import Role
from knowledge.events.models import EventPage
from knowledge.pages.source import PageSource
from tests.conftest import Cast, signed_in
from tests.events.conftest import Events
from tests.factories import publish_below
from tests.facts.test_facts import filled

pytestmark = pytest.mark.django_db


def test_an_event_shows_its_results_and_the_measures_that_the_reader_sees(
    cast: Cast, events: Events
) -> None:
    html = signed_in(cast.reader_a).get(events.event.url).content.decode()
    for said in ("17:00 bis 19:30", "7. März 2026", "Sichere Wege", str(cast.organisation_b)):
        assert said in html
    assert html.index("Ergebnisse") < html.index("Laternen an der Treppe")
    assert "Helle Wege" in html
    assert "Stille Post" not in html
    both = signed_in(cast.member_of_both).get(events.event.url).content.decode()
    assert "Stille Post" in both


def test_a_measure_leads_back_to_its_event_if_the_reader_sees_it(
    cast: Cast, events: Events
) -> None:
    grant_role(cast.space_a, cast.reader_b, Role.READER, actor=None)
    assert events.event.title in signed_in(cast.reader_b).get(events.hidden.url).content.decode()
    stays_out = signed_in(cast.publisher_b).get(events.hidden.url)
    assert stays_out.status_code == 200
    assert events.event.title not in stays_out.content.decode()


def test_events_are_listed_by_kind_district_topic_and_year(
    cast: Cast, events: Events, client: Client
) -> None:
    publish_below(
        events.index,
        EventPage(title="Fachgespräch", kind="expert_talk", held_on=dt.date(2025, 1, 9)),
    )
    client.force_login(cast.reader_a)

    def titles(**chosen: str) -> list[str]:
        listing = client.get(events.index.url, chosen).context["listing"]
        assert not listing.unknown_filters
        return [row.title for row in listing.rows]

    assert titles() == [events.event.title, "Fachgespräch"]
    assert titles(kind="expert_talk") == titles(year="2025") == ["Fachgespräch"]
    assert titles(field="wege") == titles(district="nordbezirk") == titles(year="2026")
    assert titles(year="2026") == [events.event.title]


def test_search_and_api_know_what_an_event_says(cast: Cast, events: Events, client: Client) -> None:
    (document,) = PageSource().documents([str(events.event.pk)])
    assert "Laternen an der Treppe" in document.body
    assert list(document.organisations) == [cast.organisation_b.slug]
    assert list(document.facets["field_of_action"]) == ["wege"]
    client.force_login(cast.reader_a)
    found = client.get("/api/v3/pages/", {"kind": "event"}).json()["items"]
    given = client.get(found[0]["api_url"]).json()
    assert (given["facts"]["begins_at"], given["facts"]["last_day"]) == ("17:00:00", "2026-03-07")
    assert given["facts"]["participants"][0]["slug"] == cast.organisation_b.slug
    assert [text["name"] for text in given["texts"]] == ["results"]
    assert "Stille Post" not in str(given)


def test_the_form_keeps_times_and_measures_that_its_writer_did_not_touch(
    cast: Cast, events: Events
) -> None:
    client, url = signed_in(cast.publisher_a), f"/angaben/{events.event.pk}/"
    shown = client.get(url)
    assert "Stille Post" not in shown.content.decode()
    assert 'value="17:00"' in shown.content.decode()
    late = filled(shown) | {"begins_at": "17:00", "ends_at": "19:30"}
    # Somebody else moves the beginning meanwhile: hours that were only shown don't overwrite it.
    other = signed_in(cast.steward_a)
    other.post(
        url, filled(other.get(url)) | {"begins_at": "16:30", "ends_at": "19:30", "deed": "publish"}
    )
    client.post(url, late | {"place": "Aula", "deed": "publish"})
    event = EventPage.objects.get(pk=events.event.pk)
    assert (event.place, event.begins_at) == ("Aula", dt.time(16, 30))
    assert {one.measure_id for one in event.follow_ups.all()} == {events.own.pk, events.hidden.pk}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": dt.date(2026, 3, 5)}, "last_day"),
        ({"held_on": None, "last_day": None}, "held_on"),
        ({"begins_at": None}, "begins_at"),
        ({"last_day": None, "ends_at": dt.time(16)}, "ends_at"),
        ({"held_on": dt.date(202, 3, 6)}, "held_on"),
        ({"last_day": dt.date(9999, 12, 31)}, "last_day"),
    ],
)
def test_an_event_does_not_end_before_it_begins(
    events: Events, wrong: dict[str, Any], field: str
) -> None:
    for name, value in wrong.items():
        setattr(events.event, name, value)
    with pytest.raises(ValidationError) as refused:
        events.event.full_clean()
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"held_on": "31.02.2026"}, "held_on", "gültiges Datum"),
        ({"held_on": "20255-01-01"}, "held_on", "gültiges Datum"),
        ({"held_on": "2999-01-01", "last_day": ""}, "held_on", "Das Jahr 2999 kann nicht gemeint sein"),
        ({"last_day": "2026-03-05"}, "last_day", "vor dem ersten"),
        ({"begins_at": "25:00"}, "begins_at", "gültige Uhrzeit"),
        ({"title": "x" * 5000}, "title", "255"),
        ({"place": "x" * 5000}, "place", "200"),
        ({"kind": "fest"}, "kind", "fest"),
        ({"participants": ["987654321"]}, "participants", "987654321"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(
    cast: Cast, events: Events, typed: dict[str, Any], field: str, said: str
) -> None:
    client, url = signed_in(cast.publisher_a), f"/angaben/{events.event.pk}/"
    data = filled(client.get(url)) | {"begins_at": "17:00", "ends_at": "19:30", "deed": "publish"}
    answer = client.post(url, data | typed)
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said in " ".join(form.errors[field])
    assert form[field].data == typed[field], "what was typed is still there"
    assert EventPage.objects.get(pk=events.event.pk).held_on == dt.date(2026, 3, 6)


def test_only_rows_that_are_there_can_be_taken_away(cast: Cast, events: Events) -> None:
    shown = signed_in(cast.publisher_a).get(f"/angaben/{events.event.pk}/").content.decode()
    taken_away = [f'name="follow_ups-{number}-DELETE"' in shown for number in range(4)]
    assert taken_away == [True, True, False, False]
