"""Recommendations stand above the hits of whoever may see their target, and leave no trace for anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from access.models import Space, SpaceGroupObjectPermission
from search.requests import SearchRequest
from search.results import SearchPage
from search.service import search
from search.words import services
from search.words.best_bets import Bet, BetBook, contains_any, key_of, keys_in
from search.words.models import BestBet, WordsState
from tests.conftest import Cast
from tests.properties import examples
from tests.search.shelf import ShelfSource

pytestmark = pytest.mark.django_db

SENTENCE = "Hier steht der Plan."


def ask(user: Any, text: str, **kwargs: Any) -> SearchPage:
    return search(user, SearchRequest(text=text, **kwargs))


def titles(page: SearchPage) -> list[str]:
    return [one.title for one in page.recommended]


@pytest.fixture
def recommend(cast: Cast) -> Callable[..., BestBet]:
    def add(target: str, *expressions: str, sentence: str = "") -> BestBet:
        return services.add_best_bet(
            actor=cast.curator, expressions=expressions, target=target, sentence=sentence
        )

    return add


@pytest.mark.parametrize(
    ("expression", "typed", "expected"),
    [
        ("Graffiti beseitigen", "Graffitibeseitigung melden", True),
        ("Graffitibeseitigung", "wer kann Graffiti beseitigen", True),
        ("Müll", "MUELL", True),
        ("Müll", "Müllpolizei", False),
        ("Müllpolizei", "Müll", False),
        ("Maßnahme 12", "was ist M12", True),
        ("M 12", "M 13", False),
        ("Treu und Glauben", "treu glauben", True),
        ("AG Protokoll", "AG-Protokolle 2025", True),
        ("PKS", "PKS 2017", True),
        ("Leiter der Feuerwehr", "Feuerwehr Leiter", False),
    ],
)
def test_an_expression_is_recognised_by_its_words_not_its_letters(
    expression: str, typed: str, expected: bool
) -> None:
    assert contains_any(typed, [key_of(expression)]) is expected


def test_a_recommendation_stands_above_the_hits_and_is_not_counted(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet]
) -> None:
    before = ask(cast.reader_a, "Haushalt")
    recommend("shelf:woh", "Haushalte", sentence=SENTENCE)
    page = ask(cast.reader_a, "der städtische Haushalt")
    assert [(one.title, one.url, one.kind_label, one.sentence) for one in page.recommended] == [
        ("Ergebnisse der WOH", "/woh/", "Artikel", SENTENCE)
    ]
    after = ask(cast.reader_a, "Haushalt")
    assert (after.total, after.hits, after.facets) == (before.total, before.hits, before.facets)
    assert titles(ask(cast.reader_a, '"Haushalt"')) == ["Ergebnisse der WOH"]
    assert titles(ask(cast.reader_a, "Haushalt OR Etat")) == ["Ergebnisse der WOH"]
    assert titles(ask(cast.reader_a, "Befragung -Haushalt")) == []
    assert titles(ask(cast.reader_a, "Haushalt", filters={"kind": ("article",)})) == []
    assert titles(ask(cast.reader_a, "Befragung")) == []


def test_it_helps_where_nothing_else_is_found(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet]
) -> None:
    recommend("shelf:woh", "Xylophonetat")
    page = ask(cast.reader_a, "Xylophonetat")
    assert (titles(page), page.total) == (["Ergebnisse der WOH"], 0)


def test_it_is_shown_while_the_engine_is_away(
    filled: ShelfSource,
    cast: Cast,
    recommend: Callable[..., BestBet],
    engine_away: Callable[[], None],
) -> None:
    recommend("shelf:woh", "Haushalt")
    page = ask(cast.reader_a, "Haushalt")
    assert page.is_degraded
    assert titles(page) == ["Ergebnisse der WOH"]


def test_whoever_may_not_see_the_target_gets_the_same_answer_as_without_it(
    filled: ShelfSource,
    cast: Cast,
    client: Client,
    recommend: Callable[..., BestBet],
) -> None:
    def page(text: str) -> str:
        html = client.get("/suche/", {"q": text}).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)

    client.force_login(cast.reader_a)
    before, nothing = page("Haushalt"), page("Xylophon")
    recommend("shelf:geheim", "Haushalt", "Xylophon", sentence="Der Kanarienplan.")
    assert titles(ask(cast.reader_b, "Haushalt")) == ["Kanarienplan"]
    assert (page("Haushalt"), page("Xylophon")) == (before, nothing)
    for person in (cast.stranger, cast.administrator, cast.inactive, cast.nobody):
        assert titles(ask(person, "Haushalt")) == []
    filled.things["geheim"].live = False
    assert titles(ask(cast.reader_b, "Haushalt")) == []
    filled.things["geheim"].live = True
    SpaceGroupObjectPermission.objects.filter(content_object=cast.space_b).delete()
    assert titles(ask(cast.reader_b, "Haushalt")) == []


def test_a_hidden_target_takes_no_place_from_the_others(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet]
) -> None:
    for key in ("geheim", "woh", "partner", "paten", "haushalt"):
        recommend(f"shelf:{key}", "Haushalt")
    assert titles(ask(cast.reader_a, "Haushalt")) == [
        "Ergebnisse der WOH",
        "Ordnungspartnerschaften",
        "Partnerschaft im Quartier",
    ]


def test_a_changed_and_a_removed_recommendation_count_at_once(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet]
) -> None:
    bet = recommend("shelf:woh", "Haushalt")
    with pytest.raises(services.ChangedMeanwhile):
        services.remove_best_bet(actor=cast.curator, bet_id=bet.pk, version=7)
    services.change_best_bet(
        actor=cast.curator, bet_id=bet.pk, version=1, expressions=["Etat"], target="shelf:woh"
    )
    assert titles(ask(cast.reader_a, "Haushalt")) == []
    assert titles(ask(cast.reader_a, "Etat")) == ["Ergebnisse der WOH"]
    services.remove_best_bet(actor=cast.curator, bet_id=bet.pk, version=2)
    assert titles(ask(cast.reader_a, "Etat")) == []


@pytest.mark.parametrize("expressions", [[], ["der die"], ["!!"], ["Haushalte"], ["x" * 100]])
def test_what_nobody_could_search_for_or_is_there_already_is_refused(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet], expressions: list[str]
) -> None:
    recommend("shelf:woh", "Haushalt")
    with pytest.raises(ValidationError):
        recommend("shelf:woh", *expressions)
    assert BestBet.objects.count() == 1
    assert WordsState.objects.count() == 1


def test_nobody_recommends_what_she_may_not_see(
    filled: ShelfSource, cast: Cast, recommend: Callable[..., BestBet]
) -> None:
    bet = recommend("shelf:geheim", "Haushalt")
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    for target in ("shelf:geheim", "shelf:gibtesnicht"):
        with pytest.raises(ValidationError, match="Wählen Sie das Ziel"):
            recommend(target, "Etat")
    services.change_best_bet(
        actor=cast.curator, bet_id=bet.pk, version=1, expressions=["Etat"], target="shelf:geheim"
    )
    assert BestBet.objects.get().expressions == ["Etat"]


@examples(60)
@given(expressions=st.lists(st.text(max_size=60), max_size=4), typed=st.text(max_size=300))
def test_any_text_has_keys_and_its_own_is_among_them(expressions: list[str], typed: str) -> None:
    book = BetBook([Bet(tuple(expressions), "shelf:1")])
    assert len(book.asked_for([typed])) <= 1
    for one in expressions:
        key = key_of(one)
        if key and len(one) <= 30:
            assert key in set(keys_in(one))
            assert book.asked_for([f"{one} "])
