"""Every page type is shown to whoever may see it, and is missing for everybody else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from knowledge.articles.models import ArticleIndexPage
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.council.models import Consultation, PaperIndexPage, PaperPage
from knowledge.events.models import EventIndexPage, EventPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage, Participant
from knowledge.measures.models import MeasureIndexPage, MeasureResponsibility
from knowledge.practices.models import PracticeIndexPage, PracticeMeasure, PracticePage
from tests.conftest import Cast
from tests.factories import OrganisationFactory, home_of, make_article, make_measure, publish_below

MAX_QUERIES = 12
# Milestones, entries, needs, contacts, what a measure goes on in, events it came from and indicators take a query each.
MAX_QUERIES_OF_MEASURE = 22
# Districts, fields of action, participants and follow-up measures take a query each.
MAX_QUERIES_OF_EVENT = 13


def without_token(answer: Any) -> str:
    """Return the body without the token that differs with every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def minutes(cast: Cast, rows: int) -> Any:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    for number in range(rows):
        page = publish_below(
            index,
            MinutesPage(
                title=f"Sitzung {number}",
                held_on=dt.date(2026, 5, 1),
                agenda=[
                    (
                        "item",
                        {
                            "title": "Begrüßung",
                            "text": "<p>Alle sind da.</p>",
                            "decisions": ["Es wird beschlossen."],
                            "tasks": [{"what": "Einladen", "who": "Frau Muster", "due_on": None}],
                        },
                    )
                ],
            ),
        )
        Participant.objects.create(
            minutes=page, name="Frau Muster", organisation=cast.organisation_a
        )
    return page


def contact(cast: Cast, rows: int) -> Any:
    index = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    for number in range(rows):
        page = publish_below(
            index, ContactPage(title=f"Leitstelle {number}", organisation=OrganisationFactory())
        )
    return page


def practice(cast: Cast, rows: int) -> Any:
    index = publish_below(home_of(cast.space_a), PracticeIndexPage(title="Gute Praxis"))
    for number in range(rows):
        measure = make_measure(cast.space_a, 100 + number, f"Maßnahme {number}")
        page = publish_below(
            index, PracticePage(title=f"Beispiel {number}", problem="<p>Ein Problem.</p>")
        )
        page.partners.add(OrganisationFactory())
        page.save()
        PracticeMeasure.objects.create(practice=page, measure=measure)
    return page


def event(cast: Cast, rows: int) -> Any:
    index = publish_below(home_of(cast.space_a), EventIndexPage(title="Veranstaltungen"))
    for number in range(rows):
        page = publish_below(index, EventPage(title=f"Fest {number}", kind="survey"))
    return page


def paper(cast: Cast, rows: int) -> Any:
    index = publish_below(home_of(cast.space_a), PaperIndexPage(title="Drucksachen"))
    for number in range(rows):
        page = publish_below(index, PaperPage(title=f"Vorlage {number}", number=f"1-{number}"))
        Consultation.objects.create(paper=page, body="Rat", role="decision")
    return page


def measure(cast: Cast, rows: int) -> Any:
    for number in range(rows):
        page = make_measure(cast.space_a, number + 1, f"Maßnahme {number}")
        MeasureResponsibility.objects.create(measure=page, organisation=OrganisationFactory())
    return page


def article(cast: Cast, rows: int) -> Any:
    for number in range(rows):
        page = make_article(cast.space_a, f"Artikel {number}", text="<p>Text</p>")
    return page


KINDS = [minutes, contact, practice, event, paper, measure, article]


@pytest.mark.parametrize("make", KINDS)
def test_a_page_is_shown_to_its_readers_only(cast: Cast, client: Client, make: Any) -> None:
    page = make(cast, 1)
    client.force_login(cast.reader_a)
    answer = client.get(page.url)
    assert answer.status_code == 200
    assert page.title in answer.content.decode()
    client.force_login(cast.reader_b)
    hidden, missing = client.get(page.url), client.get("/gibt/es/nicht/")
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden) == without_token(missing)


@pytest.mark.parametrize("make", KINDS)
def test_queries_are_few_and_do_not_grow_with_rows(
    cast: Cast, client: Client, make: Any, django_assert_max_num_queries: Any
) -> None:
    page = make(cast, 2)
    most = {measure: MAX_QUERIES_OF_MEASURE, event: MAX_QUERIES_OF_EVENT}.get(make, MAX_QUERIES)
    client.force_login(cast.reader_a)
    index_url = page.get_parent().url
    client.get(page.url), client.get(index_url)  # caches that live as long as the process

    def count(url: str) -> int:
        with django_assert_max_num_queries(most) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    page_before, index_before = count(page.url), count(index_url)
    parent = page.get_parent().specific
    for number in range(6):
        page.copy(
            to=parent,
            update_attrs={"slug": f"kopie-{number}", "title": f"Kopie {number}"}
            | ({"number": f"9-{number}"} if make is paper else {}),
        )
    assert (count(page.url), count(index_url)) == (page_before, index_before)


def test_start_page_and_space_home(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    measure(cast, 3)
    make_article(cast.space_a, "In der zweiten Liste")
    make_article(cast.space_b, "Geheimnis")
    client.force_login(cast.reader_a)
    client.get("/")
    for url in ("/", home_of(cast.space_a).url):
        with django_assert_max_num_queries(MAX_QUERIES):
            answer = client.get(url)
        assert answer.status_code == 200
        assert "Geheimnis" not in answer.content.decode()
        assert "Bereich-B" not in answer.content.decode()


def test_filters_and_order_of_a_list(cast: Cast, client: Client) -> None:
    page = measure(cast, 3)
    page.horizon = "immediate"
    page.save_revision().publish()
    url = MeasureIndexPage.objects.get().url
    client.force_login(cast.reader_a)
    narrowed = client.get(url, {"horizon": "immediate"})
    assert [row.title for row in narrowed.context["listing"].rows] == ["Maßnahme 2"]
    odd = client.get(url, {"horizon": "frobnicate", "page": "zwölf", "sort": "x"})
    assert odd.context["listing"].total == 3
    assert odd.context["listing"].unknown_filters
    fragment = client.get(url, {"sort": "title"}, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()


def test_an_unpublished_page_is_missing_at_once(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    client.force_login(cast.steward_a)
    assert client.get(page.url).status_code == 200
    page.unpublish()
    assert client.get(page.get_parent().url + page.slug + "/").status_code == 404


def test_folders_of_articles_are_listed(cast: Cast, client: Client) -> None:
    index = make_article(cast.space_a, "Seite").get_parent().specific
    publish_below(index, ArticleIndexPage(title="Unterordner"))
    client.force_login(cast.reader_a)
    assert "Unterordner" in client.get(index.url).content.decode()
