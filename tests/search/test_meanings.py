"""What a person means by a word: bodies by their names, phrases in any inflection, whom to ask for the rest."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.taxonomy.models import FieldOfAction
from search import indexer, outbox
from search.requests import SearchRequest
from search.service import search
from search.words import counting
from search.words.models import CountedQuery, WordEntry
from search.words.proposals import proposals_for
from tests.factories import (
    OrganisationFactory,
    home_of,
    make_article,
    make_measure,
    publish_below,
)
from tests.search.shelf import Thing

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def find(index, shelf, cast):
    """Put things on the shelf, and return the titles that a reader finds."""

    def find_in(things: dict[str, Thing], typed: str) -> list[str]:
        shelf.things = things
        outbox.enqueue("shelf", things)
        while indexer.drain():
            pass
        return [hit.title for hit in search(cast.reader_a, SearchRequest(text=typed)).hits]

    return find_in


@pytest.fixture
def bodies(cast):
    """Three bodies, two of whose names hold the fire service, and something of each; one text only speaks of it."""
    for slug, name, short in (
        ("fw", "Feuerwehr Dortmund", "FW"),
        ("stiftung", "Stiftung Rettungsdienst und Feuerwehr", "SRF"),
        ("edg", "Entsorgung Dortmund GmbH", "EDG"),
    ):
        OrganisationFactory(slug=slug, name=name, short_name=short)
    space = cast.space_a.pk
    return {
        "1": Thing(space, "Brandschau", "Termine im Mai.", organisations=("fw",)),
        "2": Thing(space, "Spenden", "Konten und Belege.", organisations=("stiftung",)),
        "3": Thing(space, "Tonnen", "Leerung am Montag.", organisations=("edg",)),
        "4": Thing(space, "Übung", "Die Feuerwehr übt."),
    }


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Entsorgung Dortmund GmbH", ["Tonnen"]),
        ("edg", ["Tonnen"]),
        ("Entsorgung", ["Tonnen"]),
        ("stiftung rettungsdienst und feuerwehr", ["Spenden", "Brandschau", "Übung"]),
        ("SRF", ["Spenden"]),
    ],
)
def test_a_body_is_found_by_its_name_as_people_type_it(find, bodies, typed, expected):
    found = find(bodies, typed)
    assert found[0] == expected[0]
    assert set(found) <= set(expected)


def test_a_body_with_the_fire_service_in_its_name_is_not_the_fire_service(find, bodies):
    assert set(find(bodies, "feuerwehr")) == {"Brandschau", "Übung"}


def test_a_new_name_counts_at_once(find, bodies, cast):
    body = OrganisationFactory(slug="neu", name="Amt Neu", short_name="AN")
    things = {"1": Thing(cast.space_a.pk, "Vermerk", "Nichts weiter.", organisations=("neu",))}
    assert find(things, "Quartiersbüro") == []
    body.name = "Quartiersbüro"
    body.save()
    assert find(things, "Quartiersbüro") == ["Vermerk"]


def test_phrases_in_any_inflection_on_request(find, cast):
    things = {
        "1": Thing(cast.space_a.pk, "Eins", "Wir brauchen sichere Nachbarschaften im Norden."),
        "2": Thing(cast.space_a.pk, "Zwei", "Die Nachbarschaft ist sicher."),
        "3": Thing(cast.space_a.pk, "Drei", "Eine sichere Nachbarschaft für alle."),
    }
    assert find(things, '"sichere Nachbarschaft"') == ["Drei"]
    assert set(find(things, '~"sichere Nachbarschaft"')) == {"Eins", "Drei"}
    page = search(cast.reader_a, SearchRequest(text='~"sichere Nachbarschaft"'))
    marked = "".join("".join(hit.passages) for hit in page.hits)
    assert "<mark>sichere Nachbarschaften</mark>" in marked


def test_a_phrase_that_is_not_there_is_offered_in_other_forms(find, cast):
    things = {
        "1": Thing(cast.space_a.pk, "Eins", "Wir brauchen sichere Nachbarschaften im Norden.")
    }
    assert find(things, '"sicherer Nachbarschaft"') == []
    explanation = search(cast.reader_a, SearchRequest(text='"sicherer Nachbarschaft"')).explanation
    assert [(one.word, one.total) for one in explanation.words][-1] == (
        '~"sicherer Nachbarschaft"',
        1,
    )


def test_a_word_that_nothing_has_is_found_as_the_office_calls_it(find, cast):
    things = {"1": Thing(cast.space_a.pk, "Eins", "Der Grundbesitz wird geprüft.")}
    assert find(things, "Landbesitz") == ["Eins"]
    page = search(cast.reader_a, SearchRequest(text="Landbesitz"))
    assert page.did_you_mean == ""
    assert "<mark>Grundbesitz</mark>" in page.hits[0].passages[0]
    assert search(cast.reader_b, SearchRequest(text="Landbesitz")).total == 0
    things["2"] = Thing(cast.space_a.pk, "Zwei", "Der Landbesitz ist neu.")
    assert find(things, "Landbesitz") == ["Zwei"]  # noise only where there is nothing else


@pytest.fixture
def contact(cast):
    body = OrganisationFactory(slug="licht", name="Amt Licht", short_name="AL")
    shelf = publish_below(
        home_of(cast.space_a), ContactIndexPage(title="Kontakte", slug="kontakte")
    )
    page = ContactPage(
        title="Störungsdienst", organisation=body, phone="0231 50-1", email="licht@example.org"
    )
    return publish_below(shelf, page)


def test_who_finds_nothing_is_told_whom_to_ask(cast, index, contact, client):
    page = make_article(cast.space_a, "Eins", text="<p>Die Lampe ist defekt.</p>")
    page.owning_organisation = contact.organisation
    page.save_revision().publish()
    while indexer.drain():
        pass
    explanation = search(cast.reader_a, SearchRequest(text="Lampenwartungsplan")).explanation
    assert [card.title for card in explanation.ask] == ["Störungsdienst"]
    hidden = search(cast.reader_b, SearchRequest(text="Lampenwartungsplan")).explanation
    assert list(hidden.ask) == []
    client.force_login(cast.reader_a)
    shown = client.get(reverse("search"), {"q": "Lampenwartungsplan"}).content.decode()
    assert "mailto:licht@example.org?subject=" in shown


def test_who_finds_nothing_is_told_the_contacts_of_the_field(cast, index, contact):
    field = FieldOfAction.objects.create(slug="licht", title="Licht")
    contact.fields_of_action = [field]
    contact.save_revision().publish()
    make_measure(cast.space_a, 1, "Die Lampe am Tunnel", field_of_action=field)
    while indexer.drain():
        pass
    explanation = search(cast.reader_a, SearchRequest(text="Lampenwartungsplan")).explanation
    assert [card.title for card in explanation.ask] == ["Störungsdienst"]


def test_searches_without_hits_propose_synonyms_to_the_curator_alone(find, cast, client):
    things = {"1": Thing(cast.space_a.pk, "Eins", "Die Lampe am Viadukt, eine Überführung.")}
    find(things, "")
    month = timezone.localdate().replace(day=1)
    for text in ("Kellerlampe", "Wankelmut"):
        CountedQuery.objects.create(
            month=month, key=text.lower(), text=text, asked=4, without_hits=4, is_common=True
        )
    (asked,) = [
        one for one in counting.common_queries_without_hits(limit=9) if one.text == "Kellerlampe"
    ]
    found = proposals_for(cast.reader_a, [asked])
    assert [(one.word, one.other, one.total) for one in found["Kellerlampe"]] == [
        ("Kellerlampe", "Lampe", 1)
    ]
    assert proposals_for(cast.reader_b, [asked])["Kellerlampe"] == []
    client.force_login(cast.curator)
    listed = client.get(
        reverse("search_counted_queries"), {"liste": "ohne-treffer"}
    ).content.decode()
    assert "Vorschlag: Kellerlampe = Lampe" in listed
    address = f"{reverse('search_word_add')}?art=synonyms&wort=Kellerlampe&wort=Lampe"
    page = client.get(address)
    assert page.context["effects"][0].text == "Kellerlampe"
    assert not WordEntry.objects.exists()
