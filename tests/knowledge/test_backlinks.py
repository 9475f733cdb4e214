"""A page shows what leads to it, as far as the reader may see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.measures.models import MeasurePage
from tests.conftest import Cast
from tests.factories import home_of, make_article, make_measure, publish_below

HEADING = "Was hierher führt"


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    """Measure 16 in a space; minutes of both spaces cite it."""
    measure = make_measure(cast.space_a, 16, "Ermittlungsdienste")
    link = f'<p><a linktype="page" id="{measure.pk}">Maßnahme 16</a></p>'
    for space in (cast.space_a, cast.space_b):
        index = publish_below(home_of(space), MinutesIndexPage(title="Protokolle"))
        agenda = [("item", {"title": "Stand", "text": link, "decisions": [], "tasks": []})]
        minutes = MinutesPage(title=f"Sitzung {space.slug}", held_on=dt.date(2026, 11, 5))
        minutes.agenda = agenda
        publish_below(index, minutes)
    return measure


def test_minutes_that_cite_a_measure_show_on_it(
    cast: Cast, client: Client, measure: MeasurePage
) -> None:
    client.force_login(cast.reader_a)
    text = client.get(measure.url).content.decode()
    assert HEADING in text
    assert "Sitzung bereich-a" in text
    assert "Sitzung bereich-b" not in text
    client.force_login(cast.member_of_both)
    assert "Sitzung bereich-b" in client.get(measure.url).content.decode()


def test_drafts_do_not_show_and_nothing_leaves_no_heading(cast: Cast, client: Client) -> None:
    measure = make_measure(cast.space_a, 17, "Licht")
    link = f'<p><a linktype="page" id="{measure.pk}">Maßnahme 17</a></p>'
    make_article(cast.space_a, "Entwurf", text=link, live=False)
    for person in (cast.reader_a, cast.contributor_a):
        client.force_login(person)
        assert HEADING not in client.get(measure.url).content.decode()


def test_the_number_of_queries_does_not_grow(
    cast: Cast, client: Client, measure: MeasurePage
) -> None:
    client.force_login(cast.reader_a)

    def count() -> int:
        client.get(measure.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(measure.url)
        return len(captured)

    before = count()
    link = f'<p><a linktype="page" id="{measure.pk}">Maßnahme 16</a></p>'
    for number in range(5):
        make_article(cast.space_a, f"Artikel {number}", text=link)
    assert count() == before
