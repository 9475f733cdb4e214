"""Beside a page stand its contents, whom to ask, what leads here, who sees it; whoever is named can be reached."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.granting.shares import share_page
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage, Participant
from knowledge.measures.models import MeasurePage, MeasureResponsibility
from search.engines import get_engine  # one stack: what a hit shows is the database's
from search.indexer import drain
from tests.conftest import Cast
from tests.factories import home_of, make_article, make_measure, publish_below
from web.anchors import with_anchors

HEADINGS = (
    "<h3>Öffentliche Räume</h3><p>a</p><h3>Öffentliche Räume</h3><h3>Zuständig &amp; offen</h3>"
)


def contact_in(space: Any, title: str, **fields: Any) -> ContactPage:
    home = home_of(space)
    index = ContactIndexPage.objects.child_of(home).first()
    if index is None:
        index = publish_below(home, ContactIndexPage(title="Kontakte", slug="kontakte"))
    page: ContactPage = publish_below(index, ContactPage(title=title, **fields))
    return page


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    """A measure of the organisation B in space A; B has a contact in A, one in B and a confidential one in A."""
    for space, title, mark in (
        (cast.space_a, "Wache Mitte", "internal"),
        (cast.space_b, "Wache Nord", "internal"),
        (cast.space_a, "Wache Geheim", "confidential"),
    ):
        contact_in(
            space, title, organisation=cast.organisation_b, person="Kim Beispiel", phone="0231 132-0",
            email="wache@example.org", responsibility="Streifen", classification=mark,
        )  # fmt: skip
    responsible: Any = [MeasureResponsibility(organisation=cast.organisation_b)]
    measure: MeasurePage = make_measure(cast.space_a, 16, "Streife", responsibilities=responsible)
    return measure


def shown_to(person: Any, url: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(url).content.decode()


def test_headings_get_anchors_that_follow_their_words() -> None:
    written, headings = with_anchors(HEADINGS, taken=["zustaendig-offen"])
    anchors = [one.anchor for one in headings]
    assert anchors == ["oeffentliche-raeume", "oeffentliche-raeume-2", "zustaendig-offen-2"]
    assert headings[2].text == "Zuständig & offen"
    for anchor in anchors:
        assert f'<h3 id="{anchor}">' in written
        assert f'href="#{anchor}" data-copy-link' in written
    assert with_anchors("<p>a</p>") == ("<p>a</p>", [])
    assert '<h2 id="x" class="y">' in with_anchors('<h2 id="x" class="y">Eigen</h2>')[0]


def test_a_long_page_lists_its_contents(cast: Cast) -> None:
    long, short = (
        make_article(cast.space_a, title, text=text)
        for title, text in (("Lang", HEADINGS), ("Kurz", "<h3>Nur eine</h3>"))
    )
    shown = shown_to(cast.reader_a, long.url)
    assert 'id="contents-heading"' in shown
    assert shown.count('href="#oeffentliche-raeume"') == 2  # in the list, and to be copied
    assert 'id="contents-heading"' not in shown_to(cast.reader_a, short.url)


def test_agenda_items_and_decisions_keep_their_anchors(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    item = {"title": "Stand", "text": "", "decisions": ["Licht."], "tasks": []}
    minutes = MinutesPage(title="Sitzung", held_on=dt.date(2026, 11, 5), agenda=[("item", item)])
    publish_below(index, minutes)
    page = MinutesPage.objects.get()
    block = page.agenda[0]
    anchors = [
        f"top-{block.id[:8]}",
        f"beschluss-{block.value['decisions'].bound_blocks[0].id[:8]}",
    ]
    shown = shown_to(cast.reader_a, page.url)
    for anchor in anchors:
        assert f'id="{anchor}"' in shown
        assert f'href="#{anchor}" data-copy-link' in shown
    block.value["title"] = "Ganz anders"
    page.save_revision().publish()
    assert all(f'id="{anchor}"' in shown_to(cast.reader_a, page.url) for anchor in anchors)


def test_whom_to_ask_is_who_the_reader_may_see(cast: Cast, measure: MeasurePage) -> None:
    shown = shown_to(cast.reader_a, measure.url)
    assert "Wen frage ich?" in shown
    assert "Wache Mitte" in shown
    assert 'href="tel:02311320"' in shown
    assert "Wache Nord" not in shown
    assert "Wache Geheim" not in shown
    assert "Wache Nord" in shown_to(cast.member_of_both, measure.url)
    article = make_article(cast.space_a, "Ohne Stelle")
    assert "Wen frage ich?" not in shown_to(cast.reader_a, article.url)


def test_who_sees_a_page_stands_on_it_in_one_line(cast: Cast, measure: MeasurePage) -> None:
    line = "Amt A, 3 Personen, die Kuratorinnen und Kuratoren"
    assert line in " ".join(shown_to(cast.reader_a, measure.url).split())
    share_page(measure, cast.stranger, actor=cast.curator)
    received = shown_to(cast.stranger, measure.url)
    assert "Sie, weil diese Seite mit Ihnen geteilt wurde." in received
    assert "Amt A" not in received
    assert f"{line}, und mit wem sie geteilt wurde" in " ".join(
        shown_to(cast.reader_a, measure.url).split()
    )


def test_whoever_took_part_is_a_link_for_who_may_know_them(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    other, twin = cast.publisher_a, cast.contributor_a
    minutes = MinutesPage(title="Sitzung", held_on=dt.date(2026, 11, 5), chair=str(other))
    minutes.participants = [
        Participant(name=str(other), organisation=cast.organisation_a),
        Participant(name=str(cast.reader_b)),
        Participant(name="Niemand Bekanntes"),
    ]
    publish_below(index, minutes)
    shown = shown_to(cast.reader_a, minutes.url)
    assert shown.count(f'href="{other.url}"') == 2
    assert cast.reader_b.url not in shown
    assert "Niemand Bekanntes" in shown
    twin.first_name, twin.last_name = other.first_name, other.last_name
    twin.save()
    assert other.url not in shown_to(cast.reader_a, minutes.url)


def test_a_contact_goes_into_address_books_of_its_readers(cast: Cast, measure: MeasurePage) -> None:
    contacts = {page.title: page for page in ContactPage.objects.all()}
    client = Client()
    client.force_login(cast.reader_a)
    answers = {
        title: client.get(reverse("contact_vcard", args=[page.pk]))
        for title, page in contacts.items()
    }
    assert {title: answer.status_code for title, answer in answers.items()} == {
        "Wache Mitte": 200, "Wache Nord": 404, "Wache Geheim": 404,
    }  # fmt: skip
    card = answers["Wache Mitte"].content.decode()
    assert card.startswith("BEGIN:VCARD\r\n")
    for line in ("FN:Kim Beispiel", "TEL;TYPE=WORK:0231 132-0", "ORG:Amt B", "NOTE:Streifen"):
        assert f"{line}\r\n" in card
    assert client.get(reverse("contact_vcard", args=[10**9])).status_code == 404
    assert reverse("contact_vcard", args=[contacts["Wache Mitte"].pk]) in shown_to(
        cast.reader_a, contacts["Wache Mitte"].url
    )


def test_a_found_contact_shows_how_to_reach_it(
    cast: Cast, measure: MeasurePage, settings: Any
) -> None:
    settings.SEARCH_DRAIN_ON_COMMIT = False
    get_engine.cache_clear()
    drain()
    hits = shown_to(cast.reader_a, "/suche/?q=Wache")
    assert hits.count('href="tel:02311320"') == 1  # none of the confidential one
    assert 'href="mailto:wache@example.org"' in hits


def test_the_right_column_costs_the_same_for_five_rows_and_fifty(
    cast: Cast, measure: MeasurePage
) -> None:
    client = Client()
    client.force_login(cast.reader_a)
    link = f'<p><a linktype="page" id="{measure.pk}">Maßnahme 16</a></p>'

    def count() -> int:
        client.get(measure.url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(measure.url).status_code == 200
        return len(captured)

    for number in range(5):
        make_article(cast.space_a, f"Artikel {number}", text=link)
    before = count()
    for number in range(5, 20):
        make_article(cast.space_a, f"Artikel {number}", text=link)
        contact_in(cast.space_a, f"Wache {number}", organisation=cast.organisation_b)
    assert count() == before <= 22
