"""Files as people have them, imported, and found whatever the spelling of a date, a street or a number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.importing.services import import_folder
from search import indexer, outbox
from search.requests import SearchRequest
from search.results import SearchPage
from search.service import search
from tests.factories import OrganisationFactory, home_of, make_article, publish_below
from tests.search.shelf import Thing

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def find(cast, index, tmp_path: Path):
    """Import texts by their names, and return what a reader gets."""

    def find_in(texts: dict[str, str], typed: str) -> SearchPage:
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        import_folder(actor=None, directory=tmp_path, space=cast.space_a)
        while indexer.drain():
            pass
        return search(cast.reader_a, SearchRequest(text=typed))

    return find_in


@pytest.fixture
def ask(find):
    """Import texts by their names, and return the titles that a reader finds."""
    return lambda texts, typed: [hit.title for hit in find(texts, typed).hits]


DAYS = {
    "a.txt": "Ortstermin Kastanie\n\nDer Ortstermin ist am 12.03.2026 um 9 Uhr.\n",
    "b.txt": "Ortstermin Platane\n\nDer Ortstermin ist am 12. März 2026 um 10 Uhr.\n",
    "c.txt": "Ortstermin Robinie\n\nDer Ortstermin ist am 12.3.26 um 11 Uhr.\n",
    "d.txt": "Ortstermin Zeder\n\nDer Ortstermin ist am 3.12.2026 um 12 Uhr.\n",
}
SAME_DAY = {"Ortstermin Kastanie", "Ortstermin Platane", "Ortstermin Robinie"}


@pytest.mark.parametrize(
    "typed", ["12.3.2026", "12.03.26", "12. März 2026", "2026-03-12", "12.3.", "12. März"]
)
def test_a_day_is_one_thing(ask, typed):
    assert set(ask(DAYS, typed)) == SAME_DAY


def test_days_come_before_months(ask):
    assert ask(DAYS, "3.12.2026") == ["Ortstermin Zeder"]


def test_a_month_leads_with_what_is_of_that_month(ask):
    texts = {
        "a.txt": "Protokoll Alpha\n\nSitzung vom 5.11.2026 im Rathaus.\n",
        "b.txt": "Protokoll Beta\n\nSitzung vom 5.10.2026; die nächste ist in einem Monat, 2026.\n",
    }
    assert ask(texts, "protokoll november 2026")[0] == "Protokoll Alpha"


STREETS = {
    "s1.txt": "Beleuchtung Bericht A\n\nIn der Münsterstr. 99 ist die Lampe ausgefallen.\n",
    "s2.txt": "Beleuchtung Bericht B\n\nIn der Münsterstraße 99 ist die Lampe ausgefallen.\n",
}


@pytest.mark.parametrize(
    "typed", ["Münsterstraße 99", "Münsterstr.", "münsterstr 99", "Münster Straße"]
)
def test_a_street_is_found_however_it_is_shortened(ask, typed):
    assert len(ask(STREETS, typed)) == 2


def test_the_house_that_was_meant_comes_first(ask):
    texts = STREETS | {
        "s1.txt": "Bericht A\n\nMünsterstr. 9, 99 Meter vom Platz.\n",
        "c.txt": "Bericht C\n\nIn der Münsterstraße 12 a steht ein Rad.\n",
    }
    assert ask(texts, "Münsterstr. 99")[0] == "Beleuchtung Bericht B"
    assert ask(texts, "Münsterstraße 12a")[0] == "Bericht C"


def test_a_file_number_is_looked_for_as_a_whole(ask):
    figures = "".join(f"{n % 40};{n % 7};{n % 3};{32 if n % 2 else 5}\n" for n in range(50))
    texts = {
        "a.txt": "Akte Lindenhof\n\nDas Verfahren trägt das Aktenzeichen 32/5-2 und ist offen.\n",
        "b.txt": "Akte Birkenweg\n\nDas Aktenzeichen ist 32/5-1. Zwei Personen, 2 Termine, 5 Zeugen.\n",
        "c.txt": "Akte Erlengrund\n\nDas Verfahren trägt das Aktenzeichen 32/2-5, Teil 32.\n",
        "d.csv": f"a;b;c;d\n{figures}",
        "e.txt": "Statistik\n\nAm 2. Mai waren 32 Streifen mit 5 Kräften unterwegs.\n",
    }
    assert ask(texts, "32/5-2") == ["Akte Lindenhof"]
    assert set(ask(texts, "32/5")) == {"Akte Lindenhof", "Akte Birkenweg"}


@pytest.mark.parametrize(
    "typed", ["0231 50-12345", "0231/5012345", "+49 231 50 12345", "(0231) 5012345", "5012345"]
)
def test_a_phone_number_is_found_with_any_gaps(ask, typed):
    texts = {
        "a.txt": "Leitstelle\n\nErreichbar unter 0231/50-12 345 zu jeder Zeit.\n",
        "b.txt": "Andere Stelle\n\nErreichbar unter 0231/50-12 346 zu jeder Zeit.\n",
    }
    assert ask(texts, typed) == ["Leitstelle"]


def test_what_was_found_is_marked(cast, index, ask):
    ask(DAYS | STREETS, "")
    for typed, marked in (
        ("12.3.2026", "<mark>12. März 2026</mark>"),
        ("12. März 2026", "<mark>12.3.26</mark>"),
        ("Münsterstraße", "<mark>Münsterstr</mark>"),
    ):
        shown = search(cast.reader_a, SearchRequest(text=typed)).hits
        assert any(marked in passage for hit in shown for passage in hit.passages), typed


@pytest.mark.parametrize(
    "typed", ["telefon ordnungsamt", "ansprechpartner ordnungsamt", "ordnungsamt nummer"]
)
def test_who_asks_for_a_number_finds_the_contact_first(cast, index, typed):
    make_article(cast.space_a, "Das Ordnungsamt", text="<p>Das Ordnungsamt nimmt Anrufe an.</p>")
    contacts = publish_below(
        home_of(cast.space_a), ContactIndexPage(title="Kontakte", slug="kontakte")
    )
    body = OrganisationFactory(name="Ordnungsamt", short_name="OA")
    publish_below(contacts, ContactPage(title="Wache", organisation=body, phone="0231 50-1"))
    while indexer.drain():
        pass
    assert search(cast.reader_a, SearchRequest(text=typed)).hits[0].title == "Wache"


@pytest.mark.parametrize(
    "typed", ["letztes protokoll", "Letzte Sitzung", "neueste Niederschrift", "aktuelles Protokoll"]
)
def test_the_last_minutes_are_the_newest(cast, index, typed):
    shelf = publish_below(
        home_of(cast.space_a), MinutesIndexPage(title="Protokolle", slug="protokolle")
    )
    for month in (3, 9, 6):
        held = dt.date(2026, month, 1)
        publish_below(shelf, MinutesPage(title=f"Sitzung {month}", slug=f"s{month}", held_on=held))
    make_article(cast.space_a, "Letztes Protokoll, letzte Sitzung, neueste Niederschrift")
    while indexer.drain():
        pass
    found = search(cast.reader_a, SearchRequest(text=typed))
    assert [hit.title for hit in found.hits] == ["Sitzung 9", "Sitzung 6", "Sitzung 3"]
    assert found.active_filters


MISTYPED = {
    "a.txt": "Paten für Stellplätze\n\nSchulen übernehmen Abfallpatenschaften für ihr Viertel.\n",
    "b.txt": "Gang im Dunkeln\n\nDie Nachtbegehungen beginnen im Herbst.\n",
    "c.txt": "Ratten im Hof\n\nZur Bekämpfung rücken zwei Trupps aus.\n",
    "d.txt": "Sitzbänke\n\nDie Straßenlaternenmasten werden gestrichen.\n",
}


@pytest.mark.parametrize(
    ("typed", "proposed", "title", "marked"),
    [
        # Inflected in the documents: compared by the stem.
        ("Abfalpatenschaft", "Abfallpatenschaft", "Paten für Stellplätze", "Abfallpatenschaften"),
        ("Schuhle", "Schulen", "Paten für Stellplätze", "Schulen"),
        ("Nachtbegehug", "Nachtbegehung", "Gang im Dunkeln", "Nachtbegehungen"),
        # Its parts stand far from each other, and inside another compound.
        ("rattenbekämfung", "Rattenbekämpfung", "Ratten im Hof", "Ratten"),
        ("Strassenlatrene", "Straßenlaterne", "Sitzbänke", "Straßenlaternenmasten"),
    ],
)
def test_a_mistyped_word_is_found_by_its_stem_and_its_parts(find, typed, proposed, title, marked):
    page = find(MISTYPED, typed)
    assert page.did_you_mean.startswith(proposed)
    assert [hit.title for hit in page.hits] == [title]
    hit = page.hits[0]
    assert f"<mark>{marked}</mark>" in "".join((hit.title_marked, *hit.passages))


def test_a_right_spelling_that_finds_nothing_here_is_not_proposed(find):
    page = find({"a.txt": "Sitzbänke\n\nNeue Bänke am Kanal.\n"}, "Rattenbekämfung")
    assert (page.hits, page.did_you_mean) == ([], "")


def test_what_a_hit_was_found_by_is_named_where_no_text_has_it(index, shelf, cast):
    shelf.things = {
        "1": Thing(cast.space_a.pk, "Sitzung", "Nichts davon.", organisations=("amt-a",)),
        "2": Thing(cast.space_a.pk, "Straßen", "Laternen werden geprüft."),
    }
    outbox.enqueue("shelf", shelf.things)
    indexer.drain()
    by_name = search(cast.reader_a, SearchRequest(text="amt-a")).hits
    assert [hit.named for hit in by_name] == [["<mark>Amt</mark> <mark>A</mark>"]]
    by_parts = search(cast.reader_a, SearchRequest(text="Straßenlaterne")).hits
    assert [(hit.title_marked, list(hit.passages)) for hit in by_parts] == [
        ("<mark>Straßen</mark>", ["<mark>Laternen</mark> werden geprüft."])
    ]


def test_an_empty_answer_offers_what_has_a_part_of_the_compound(find, cast):
    texts = {
        "a.txt": "Hof\n\nAbfallpatenschaften gibt es hier.\n",
        "b.txt": "Müll\n\nDer Abfall bleibt liegen.\n",
    }
    page = find(texts, "Abfallkalender")
    assert page.explanation
    offered = [(one.word, one.total) for one in page.explanation.related]
    assert offered == [("Abfall", 2), ("Abfallpatenschaften", 1)]
    assert search(cast.reader_b, SearchRequest(text="Abfallkalender")).explanation.related == []
