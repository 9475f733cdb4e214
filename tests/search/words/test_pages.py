"""The curator's pages: for her alone, with previews within her rights, and nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from access.models import Space
from audit.models import Entry
from audit.wording import sentence
from search.words import services
from search.words.house import Word
from search.words.models import BestBet, CountedQuery, WordEntry, WordKind
from tests.conftest import Cast
from tests.properties import examples
from tests.search.shelf import ShelfSource

pytestmark = pytest.mark.django_db

ADD = "/suche/woerter/neu/"
BETS = "/suche/woerter/empfehlungen/"
QUERIES = "/suche/woerter/anfragen/"
WOH = {"short": "WOH", "long": "Wirkungsorientierter Haushalt"}


@pytest.fixture
def curating(cast: Cast, client: Client) -> Client:
    client.force_login(cast.curator)
    return client


@pytest.fixture
def entry(cast: Cast) -> WordEntry:
    word = Word(WordKind.SYNONYMS, ("Schulzeugnis", "Befragung"))
    return services.add_word(actor=cast.curator, word=word, note="Wegen der Umfrage")


def text_of(response: Any) -> str:
    assert response.status_code == 200
    html = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "address",
    ["/suche/woerter/", ADD, "{entry}", "{entry}entfernen/", BETS, f"{BETS}neu/", QUERIES],
)
def test_only_curators_get_there(
    address: str, filled: ShelfSource, cast: Cast, client: Client, entry: WordEntry
) -> None:
    address = address.format(entry=f"/suche/woerter/{entry.pk}/")
    for name, person in cast.people().items():
        if name in ("nobody", "inactive"):
            continue
        client.force_login(person)
        expected = 200 if name == "curator" else 404
        assert client.get(address).status_code == expected, name
        if name != "curator":
            assert client.post(address, {"expressions": "a\nb"}).status_code == 404
            assert "Wörter der Suche" not in client.get("/suche/").content.decode()
    assert WordEntry.objects.count() == 1
    client.force_login(cast.curator)
    assert "Wörter der Suche" in client.get("/suche/").content.decode()


def test_the_effect_is_shown_before_anything_is_saved(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    month = dt.date.today().replace(day=1)  # noqa: DTZ011 - a day will do
    for key, text in (("woh", "Ergebnisse WOH"), ("hafen", "Hafen")):
        CountedQuery.objects.create(month=month, key=key, text=text, asked=9, is_common=True)
    data = {**WOH, "queries": "Schulnoten", "preview": "1"}
    page = text_of(curating.post(f"{ADD}?art=abbreviation", data))
    assert not WordEntry.objects.exists()
    assert "Es wurde noch nichts gespeichert." in page
    effect = page.partition("Die Wirkung auf Suchen")[2]
    assert "Treffer: jetzt 1, mit der Änderung 2." in effect
    assert "Befragung neu auf Platz" in effect
    assert "Ergebnisse der WOH Platz 1 wie bisher" in effect
    assert "Ergebnisse WOH Treffer" in effect  # a counted query that holds the word
    assert "Schulnoten Treffer" in effect  # one of her own
    assert "Unter den ersten Treffern ändert sich nichts." in effect
    assert "Hafen" not in effect


def test_the_preview_stays_within_her_rights(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    data = {"expressions": "Schulzeugnis\nKanarienbefragung", "preview": "1"}
    assert "Kanarienplan" in text_of(curating.post(ADD, data))
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    page = text_of(curating.post(ADD, data))
    assert "Kanarienplan" not in page
    assert "Treffer: jetzt 0, mit der Änderung 0." in page


def test_an_entry_is_saved_listed_changed_and_removed(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    page = text_of(curating.post(f"{ADD}?art=abbreviation", WOH, follow=True))
    assert "ist gespeichert und gilt ab der nächsten Suche" in page
    assert "WOH, Wirkungsorientierter Haushalt" in page
    (entry,) = WordEntry.objects.all()
    address = f"/suche/woerter/{entry.pk}/"
    form = curating.get(address).content.decode()
    assert 'value="WOH"' in form
    assert "Wirkungsorientierter Haushalt</textarea>" in form
    data = {**WOH, "note": "Bürgerbefragung", "version": "1"}
    curating.post(address, data, follow=True)
    page = text_of(curating.get("/suche/woerter/", {"wort": "burgerbefr"}))
    assert "1 Eintrag" in page
    assert "0 Einträge" in text_of(curating.get("/suche/woerter/?art=synonyms"))
    page = text_of(curating.get(f"{address}entfernen/"))
    assert "Soll die Suche „WOH, Wirkungsorientierter Haushalt“ vergessen?" in page
    assert "Befragung wird nicht mehr gefunden" in page
    curating.post(f"{address}entfernen/", {"version": "2"})
    assert not WordEntry.objects.exists()
    assert curating.get(address).status_code == 404
    lines = [sentence(line) for line in Entry.objects.filter(group="words").order_by("pk")]
    assert [re.sub(r".* hat bei|\d+", "", line) for line in lines] == [
        " den Wörtern der Suche den Eintrag Nr.  angelegt (Abkürzung).",
        " den Wörtern der Suche den Eintrag Nr.  geändert (Abkürzung).",
        " den Wörtern der Suche den Eintrag Nr.  entfernt (Abkürzung).",
    ]


@pytest.mark.parametrize("button", ["", "preview"])
def test_a_mistake_is_named_and_what_was_typed_stays(
    filled: ShelfSource, curating: Client, button: str
) -> None:
    data = {"expressions": "Befragung", "note": "Warum", button or "x": "1"}
    response = curating.post(ADD, data)
    assert "mindestens zwei Ausdrücke" in text_of(response)
    assert "Befragung</textarea>" in response.content.decode()
    assert 'value="Warum"' in response.content.decode()


def test_somebody_faster_is_named_and_nothing_is_lost(
    filled: ShelfSource, curating: Client, cast: Cast, entry: WordEntry
) -> None:
    word = Word(entry.kind, ("Schulzeugnis", "Notenblatt"))
    services.change_word(actor=cast.curator, entry_id=entry.pk, version=1, word=word)
    mine = {"expressions": "Schulzeugnis\nSchulnoten", "version": "1", "kind": "synonyms"}
    response = curating.post(f"/suche/woerter/{entry.pk}/", mine)
    assert "Er lautet jetzt: Schulzeugnis, Notenblatt." in text_of(response)
    assert "Schulnoten</textarea>" in response.content.decode()
    assert 'name="version" value="2"' in response.content.decode()
    curating.post(f"/suche/woerter/{entry.pk}/", {**mine, "version": "2"})
    assert WordEntry.objects.get().expressions == ["Schulzeugnis", "Schulnoten"]
    stale = curating.post(f"/suche/woerter/{entry.pk}/entfernen/", {"version": "2"})
    assert "es wurde nichts entfernt" in text_of(stale)


def test_an_entry_removed_meanwhile_can_be_added_anew(
    filled: ShelfSource, curating: Client, cast: Cast, entry: WordEntry
) -> None:
    services.remove_word(actor=cast.curator, entry_id=entry.pk, version=1)
    mine = {"expressions": "Schulzeugnis\nSchulnoten", "version": "1", "kind": "synonyms"}
    response = curating.post(f"/suche/woerter/{entry.pk}/", mine)
    assert "wurde inzwischen entfernt" in text_of(response)
    html = response.content.decode()
    assert f'action="{ADD}?art=synonyms"' in html
    assert "Schulnoten</textarea>" in html
    assert curating.post(f"/suche/woerter/{entry.pk}/", {"kind": "x"}).status_code == 404


def test_while_the_engine_is_away_words_can_be_saved_but_not_previewed(
    filled: ShelfSource, curating: Client, engine_away: Callable[[], None], entry: WordEntry
) -> None:
    data = {"expressions": "Zeugnistag\nBefragung", "preview": "1"}
    assert "lässt sich die Wirkung nicht zeigen" in text_of(
        curating.post(ADD, {**data, "expressions": "Zeugnistag\nSchulnoten"})
    )
    curating.post(ADD, {"expressions": "Zeugnistag\nSchulnoten"})
    assert WordEntry.objects.count() == 2
    never = {"expressions": "Ordnungspartnerschaft"}
    page = text_of(curating.post(f"{ADD}?art=never_split", never))
    assert "Es wurde nichts gespeichert." in page
    assert WordEntry.objects.count() == 2
    split = WordEntry.objects.create(kind="never_split", expressions=["Ordnungspartnerschaft"])
    page = text_of(curating.post(f"/suche/woerter/{split.pk}/entfernen/", {"version": "1"}))
    assert "Es wurde nichts entfernt." in page


def test_a_word_never_split_says_what_happens_in_the_background(
    filled: ShelfSource, curating: Client
) -> None:
    data = {"expressions": "Ordnungspartnerschaft"}
    page = text_of(curating.post(f"{ADD}?art=never_split", data, follow=True))
    assert "werden neu erfasst" in page


def test_the_target_of_a_recommendation_is_found_chosen_and_shown(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    data = {"expressions": "Etat", "find": "Schulnoten", "sentence": "Zahlen", "search": "1"}
    response = curating.post(f"{BETS}neu/", data)
    html = response.content.decode()
    assert 'value="shelf:woh"' in html
    assert "Etat</textarea>" in html
    assert "Bitte prüfen" not in html
    missing = curating.post(f"{BETS}neu/", {"expressions": "Etat"})
    assert "Suchen Sie das Ziel" in text_of(missing)
    chosen = {"expressions": "Etat", "target": "shelf:woh", "sentence": "Zahlen"}
    page = text_of(curating.post(f"{BETS}neu/", chosen, follow=True))
    assert "Etat Ziel Ergebnisse der WOH Satz dazu Zahlen" in page
    curating.force_login(cast.reader_a)
    page = text_of(curating.get("/suche/?q=Etats"))
    assert "Empfohlen Ergebnisse der WOH Artikel Zahlen" in page


def test_a_recommendation_is_changed_and_removed(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    bet = services.add_best_bet(actor=cast.curator, expressions=["Etat"], target="shelf:woh")
    address = f"{BETS}{bet.pk}/"
    assert "Ergebnisse der WOH" in text_of(curating.get(address))
    change = {"expressions": "Etat\nBudget", "target": "shelf:woh", "version": "1"}
    curating.post(address, change)
    bet.refresh_from_db()
    assert (bet.expressions, bet.version, bet.changed_by) == (["Etat", "Budget"], 2, cast.curator)
    stale = curating.post(address, {**change, "expressions": "Kasse"})
    assert "Er lautet jetzt: Etat, Budget." in text_of(stale)
    assert "Kasse</textarea>" in stale.content.decode()
    assert "es wurde nichts entfernt" in text_of(
        curating.post(f"{address}entfernen/", {"version": "x"})
    )
    curating.post(f"{address}entfernen/", {"version": "2"})
    assert not BestBet.objects.exists()
    assert "wurde inzwischen entfernt" in text_of(curating.post(address, change))
    assert curating.get(address).status_code == 404
    assert curating.get(f"{address}entfernen/").status_code == 404


def test_a_target_that_she_may_not_see_is_neither_named_nor_chosen(
    filled: ShelfSource, curating: Client, cast: Cast
) -> None:
    bet = services.add_best_bet(actor=cast.curator, expressions=["Etat"], target="shelf:geheim")
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    for address in (BETS, f"{BETS}{bet.pk}/", f"{BETS}{bet.pk}/entfernen/"):
        page = text_of(curating.get(address))
        assert "Kanarienplan" not in page
        assert "können es nicht sehen" in page
    hidden = {"expressions": "Budget", "target": "shelf:geheim"}
    missing = {"expressions": "Budget", "target": "shelf:gibtesnicht"}
    answers = [curating.post(f"{BETS}neu/", data) for data in (hidden, missing)]
    assert len({text_of(answer).replace("gibtesnicht", "geheim") for answer in answers}) == 1
    found = {"expressions": "Budget", "find": "Kanarienbefragung", "search": "1"}
    assert "Zu diesen Wörtern wurde nichts gefunden" in text_of(curating.post(f"{BETS}neu/", found))
    kept = {"expressions": "Budget", "target": "shelf:geheim", "version": "1"}
    curating.post(f"{BETS}{bet.pk}/", kept)
    assert BestBet.objects.get().expressions == ["Budget"]


def test_frequent_searches_lead_into_the_forms_with_their_words(
    filled: ShelfSource, curating: Client
) -> None:
    assert "Es gibt noch nichts zu zeigen." in text_of(curating.get(QUERIES))
    month = dt.date.today().replace(day=1)  # noqa: DTZ011 - a day will do
    for key, text, asked, without, is_common in (
        ("hafen", "Häfen & Märkte", 9, 0, True),
        ("xylophon", "Xylophon", 4, 4, True),
        ("erika", "Erika Beispiel", 7, 7, False),
    ):
        CountedQuery.objects.create(
            month=month, key=key, text=text, asked=asked, without_hits=without, is_common=is_common
        )
    page = text_of(curating.get(QUERIES))
    assert re.search(r"Häfen &amp; Märkte Gesucht 9 Mal .* Xylophon Gesucht 4 Mal", page)
    assert "Erika Beispiel" not in page
    response = curating.get(f"{QUERIES}?liste=ohne-treffer")
    assert "Häfen" not in text_of(response)
    (link,) = re.findall(r'href="([^"]+art=synonyms[^"]+)"', response.content.decode())
    form = curating.get(link.replace("&amp;", "&")).content.decode()
    assert form.count("Xylophon</textarea>") == 2
    assert "Xylophon" in curating.get(f"{BETS}neu/?wort=Xylophon").content.decode()


def test_lists_cost_the_same_however_long_they_are(
    filled: ShelfSource, curating: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    def add(first: int, last: int) -> None:
        for number in range(first, last):
            WordEntry.objects.create(
                kind="never_stem", expressions=[f"Wort{number}"], changed_by=cast.curator
            )
            BestBet.objects.create(
                expressions=[f"Wort{number}"], target="shelf:woh", changed_by=cast.curator
            )

    add(0, 1)
    curating.get("/suche/woerter/")  # the city's name is read once and kept
    counts = []
    for _ in range(2):
        for address in ("/suche/woerter/", BETS):
            with django_assert_max_num_queries(14) as asked:
                curating.get(address)
            counts.append(len(asked))
        add(1, 60)
    assert counts[:2] == counts[2:]


ODD = st.text(max_size=60)


@examples(30)
@given(kind=st.sampled_from([*WordKind.values, "x"]), typed=ODD, other=ODD, button=st.booleans())
def test_odd_text_is_answered_with_a_sentence(
    filled: ShelfSource, curating: Client, kind: str, typed: str, other: str, button: bool
) -> None:
    data = {"expressions": f"{typed}\n{other}", "short": typed, "long": other, "queries": other}
    more = {"preview": "1"} if button else {}
    posted = {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}
    assert curating.post(f"{ADD}?art={kind}", {**posted, **more}).status_code in (200, 302)
    bet = {"expressions": posted["expressions"], "find": other, "target": posted["short"], **more}
    assert curating.post(f"{BETS}neu/", bet).status_code in (200, 302)
    assert curating.get(ADD, {"wort": posted["short"], "art": kind}).status_code == 200
