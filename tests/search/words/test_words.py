"""What the curator changes counts at the next search, on the stack's real engine, in finding, marking and proposing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from search.analysis.vocabulary import german_vocabulary
from search.indexer import drain
from search.maintenance import rebuild
from search.models import OutboxEntry
from search.requests import SearchRequest
from search.results import SearchPage
from search.service import search, suggest
from search.words import house, services
from search.words.house import Word, house_words, vocabulary_of
from search.words.models import WordEntry, WordKind, WordsState
from tests.conftest import Cast
from tests.properties import examples
from tests.search.shelf import ShelfSource

pytestmark = pytest.mark.django_db

LONG = "Wirkungsorientierter Haushalt"


def ask(user: Any, text: str) -> SearchPage:
    return search(user, SearchRequest(text=text))


def keys(page: SearchPage) -> list[str]:
    return sorted(hit.key.partition(":")[2] for hit in page.hits)


def add(cast: Cast, kind: str, *expressions: str) -> WordEntry:
    return services.add_word(actor=cast.curator, word=Word(kind, expressions))


def test_an_abbreviation_counts_from_the_next_search_on_both_ways(
    filled: ShelfSource, cast: Cast
) -> None:
    assert keys(ask(cast.reader_a, "WOH")) == ["woh"]
    add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    page = ask(cast.reader_a, "woh")
    assert keys(page) == ["haushalt", "woh"]
    assert keys(ask(cast.reader_a, "wirkungsorientierten Haushalts")) == ["haushalt", "woh"]
    texts = [str(passage) for hit in page.hits for passage in hit.passages]
    assert (
        "Der <mark>wirkungsorientierte</mark> <mark>Haushalt</mark> wird jährlich befragt." in texts
    )
    back = ask(cast.reader_a, LONG)
    assert "<mark>WOH</mark>" in "".join(str(hit.title_marked) for hit in back.hits)


def test_a_changed_and_a_removed_entry_count_at_once_too(filled: ShelfSource, cast: Cast) -> None:
    entry = add(cast, WordKind.SYNONYMS, "Schulzeugnis", "Befragung")
    assert keys(ask(cast.reader_a, "Schulzeugnis")) == ["haushalt"]
    entry = services.change_word(
        actor=cast.curator,
        entry_id=entry.pk,
        version=1,
        word=Word(entry.kind, ("Schulzeugnis", "Schulnoten")),
    )
    assert keys(ask(cast.reader_a, "Schulzeugnis")) == ["woh"]
    services.remove_word(actor=cast.curator, entry_id=entry.pk, version=2)
    assert keys(ask(cast.reader_a, "Schulzeugnis")) == []


def test_spelling_proposals_and_suggestions_follow_the_words(
    filled: ShelfSource, cast: Cast
) -> None:
    assert ask(cast.reader_a, "Befragunk").did_you_mean == "Befragung"
    assert suggest(cast.reader_a, "Umfragezeugnis") == []
    add(cast, WordKind.SYNONYMS, "Umfragezeugnis", "Befragung")
    assert [one.text for one in suggest(cast.reader_a, "Umfragezeugnis")] == ["Befragung"]
    assert suggest(cast.reader_b, "Umfragezeugnis") == []
    page = ask(cast.reader_a, "Umfragezeugniss")
    assert (page.did_you_mean, keys(page)) == ("Umfragezeugnis", ["haushalt"])
    add(cast, WordKind.SYNONYMS, "Befragunk", "Schulnoten")
    page = ask(cast.reader_a, "Befragunk")
    assert (page.did_you_mean, keys(page)) == ("", ["woh"])


def test_a_word_in_its_exact_form_only(filled: ShelfSource, cast: Cast) -> None:
    assert "partner" in keys(ask(cast.reader_a, "Ordnungspartnerschaftens"))
    add(cast, WordKind.NEVER_STEM, "Ordnungspartnerschaftens")
    assert keys(ask(cast.reader_a, "Ordnungspartnerschaftens")) == []


def test_a_word_never_split_is_no_longer_found_by_its_parts_once_the_outbox_is_drained(
    filled: ShelfSource, cast: Cast
) -> None:
    assert keys(ask(cast.reader_a, "Partnerschaft")) == ["partner", "paten"]
    entry = add(cast, WordKind.NEVER_SPLIT, "Ordnungspartnerschaft")
    assert [row.object_id for row in OutboxEntry.objects.all()] == ["partner"]
    drain()
    assert keys(ask(cast.reader_a, "Partnerschaft")) == ["paten"]
    assert keys(ask(cast.reader_a, "Ordnungspartnerschaften")) == ["partner"]
    rebuild(lambda done, total: None)
    assert keys(ask(cast.reader_a, "Partnerschaft")) == ["paten"]
    services.remove_word(actor=cast.curator, entry_id=entry.pk, version=1)
    drain()
    assert keys(ask(cast.reader_a, "Partnerschaft")) == ["partner", "paten"]


def test_words_change_nothing_about_who_sees_what(filled: ShelfSource, cast: Cast) -> None:
    add(cast, WordKind.SYNONYMS, "Schulzeugnis", "Kanarienbefragung")
    assert keys(ask(cast.reader_b, "Schulzeugnis")) == ["geheim"]
    page = ask(cast.reader_a, "Schulzeugnis")
    assert (page.hits, page.total, page.facets, page.did_you_mean) == ([], 0, [], "")


def test_the_words_are_read_once_and_their_state_at_each_search(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    with django_assert_num_queries(4):
        first = house_words()
    with django_assert_num_queries(1):
        assert house_words() is first


def test_what_was_rolled_back_is_not_remembered(cast: Cast) -> None:
    add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    before = house_words()
    with transaction.atomic():
        add(cast, WordKind.SYNONYMS, "Schulzeugnis", "Befragung")
        assert house_words().vocabulary.synonyms_of(("schulzeugnis",))
        transaction.set_rollback(True)
    assert not house_words().vocabulary.synonyms_of(("schulzeugnis",))
    assert house_words().token == before.token
    add(cast, WordKind.SYNONYMS, "Zeugnistag", "Schulnoten")
    assert house_words().vocabulary.synonyms_of(("zeugnistag",))


def test_another_process_sees_the_change_at_its_next_search(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = house_words()
    add(cast, WordKind.SYNONYMS, "Schulzeugnis", "Befragung")
    monkeypatch.setattr(house, "_known", theirs)
    assert house_words().vocabulary.synonyms_of(("schulzeugnis",))


def test_without_any_entry_the_shipped_words_count(cast: Cast) -> None:
    assert not WordEntry.objects.exists()
    assert house_words().vocabulary.synonyms == german_vocabulary().synonyms


def test_only_curators_change_words(cast: Cast) -> None:
    entry = add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    word = Word(WordKind.ABBREVIATION, ("WOH", "Etwas anderes"))
    for name, person in cast.people().items():
        if name in ("curator", "nobody"):
            continue
        with pytest.raises(PermissionDenied):
            services.add_word(actor=person, word=Word(WordKind.SYNONYMS, ("Eins", "Zwei")))
        with pytest.raises(PermissionDenied):
            services.change_word(actor=person, entry_id=entry.pk, version=1, word=word)
        with pytest.raises(PermissionDenied):
            services.remove_word(actor=person, entry_id=entry.pk, version=1)
        with pytest.raises(PermissionDenied):
            services.add_best_bet(actor=person, expressions=["x"], target="shelf:1")
    assert WordEntry.objects.get().version == 1


def test_a_change_is_refused_when_somebody_else_was_faster(cast: Cast) -> None:
    entry = add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    word = Word(WordKind.ABBREVIATION, ("WOH", "Wirkungshaushalt"))
    services.change_word(actor=cast.curator, entry_id=entry.pk, version=1, word=word)
    state = WordsState.objects.get().token
    with pytest.raises(services.ChangedMeanwhile) as conflict:
        services.change_word(actor=cast.curator, entry_id=entry.pk, version=1, word=word)
    assert conflict.value.entry == entry
    with pytest.raises(services.ChangedMeanwhile):
        services.remove_word(actor=cast.curator, entry_id=entry.pk, version=1)
    services.remove_word(actor=cast.curator, entry_id=entry.pk, version=2)
    with pytest.raises(services.ChangedMeanwhile) as gone:
        services.change_word(actor=cast.curator, entry_id=entry.pk, version=2, word=word)
    assert gone.value.entry is None
    assert WordsState.objects.get().token != state


def test_the_log_says_who_and_which_entry_and_no_word(cast: Cast) -> None:
    entry = add(cast, WordKind.ABBREVIATION, "WOH", LONG)
    services.remove_word(actor=cast.curator, entry_id=entry.pk, version=1)
    lines = Entry.objects.filter(group="words").order_by("pk")
    assert [line.action for line in lines] == ["words.entry_added", "words.entry_removed"]
    for line in lines:
        assert line.actor_id == cast.curator.pk
        assert line.details == {"number": entry.pk, "kind": "abbreviation"}
        assert line.object_reference == f"search.WordEntry:{entry.pk}"
        assert "WOH" not in str(vars(line))


@pytest.mark.parametrize(
    ("kind", "expressions", "sentence"),
    [
        ("synonyms", ["Befragung"], "mindestens zwei"),
        ("synonyms", [], "mindestens zwei"),
        ("synonyms", ["Befragung", "BEFRAGUNGEN"], "dasselbe Wort"),
        ("synonyms", ["Befragung", "die und der"], "lässt die Suche weg"),
        ("synonyms", ["Befragung", "!!!"], "enthält kein Wort"),
        ("synonyms", ["Befragung", "x" * 81], "zu lang"),
        ("synonyms", ["Befragung", "eins zwei drei vier fünf sechs sieben"], "zu lang"),
        ("synonyms", [f"Wort{letter}" for letter in "abcdefghij"], "Höchstens 9"),
        ("synonyms", ["Führerschein", "Fahrerlaubnis"], "schon als gleichbedeutend"),
        ("synonyms", ["Zeugnis", "Altbestand"], "schon in einem anderen Eintrag"),
        ("abbreviation", ["WOH"], "mindestens eine Langform"),
        ("abbreviation", ["W O H", LONG], "ein einzelnes Wort"),
        ("abbreviation", ["WOH", "woh"], "ein anderes Wort"),
        ("abbreviation", ["PKS", "Kriminalstatistik"], "kennt diese Abkürzung schon"),
        ("never_split", ["Haus"], "zerlegt „Haus“ nicht"),
        ("never_split", ["Ordnungs partnerschaft"], "genau ein Wort"),
        ("never_stem", ["und"], "lässt die Suche weg"),
        ("never_stem", ["einer"], "lässt die Suche weg"),
    ],
)
def test_what_would_do_nothing_is_refused_with_a_sentence(
    cast: Cast, kind: str, expressions: list[str], sentence: str
) -> None:
    add(cast, WordKind.SYNONYMS, "Zeugnisse", "Notenblatt")
    with pytest.raises(ValidationError) as refused:
        add(cast, kind, *expressions)
    assert sentence in " ".join(refused.value.messages)
    assert WordEntry.objects.count() == 1


def test_there_are_not_more_entries_than_memory_should_hold(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.words.checking.MAX_ENTRIES", 1)
    add(cast, WordKind.SYNONYMS, "Zeugnisse", "Notenblatt")
    with pytest.raises(ValidationError):
        add(cast, WordKind.SYNONYMS, "Anderes", "Weiteres")


odd = st.lists(st.text(max_size=40), max_size=4)


@examples(40)
@given(kind=st.sampled_from(WordKind.values), expressions=odd, note=st.text(max_size=400))
def test_whatever_is_typed_is_kept_or_refused(
    cast: Cast, kind: str, expressions: list[str], note: str
) -> None:
    with transaction.atomic():
        try:
            entry = services.add_word(
                actor=cast.curator, word=Word(kind, tuple(expressions)), note=note
            )
        except ValidationError:
            assert WordEntry.objects.count() == 0
        else:
            entry.refresh_from_db()
            vocabulary_of([Word(entry.kind, tuple(entry.expressions))])
            assert house_words().token == WordsState.objects.get().token
        transaction.set_rollback(True)
