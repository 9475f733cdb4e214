"""What is marked is what was found, and nothing but <mark> gets through."""

from __future__ import annotations

import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.vocabulary import german_vocabulary
from search.engines.base import Query
from search.engines.plan import plan, with_near_words
from search.passages.excerpts import WINDOW_CHARS, Marker, display_text, lead
from search.passages.needles import Needles
from search.question.query import parse

FILLER = "Verwaltung und Ordnung im Rathaus. " * 30


def marked(query: str, text: str) -> list[str]:
    typed = parse(query)
    marker = Marker(Query(words=typed.words, phrases=typed.phrases))
    passages = marker.passages(display_text(text), limit=3)
    return [word for passage in passages for word in re.findall("<mark>(.*?)</mark>", passage.html)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("müllpolizei", "Die Müllpolizei kommt.", ["Müllpolizei"]),
        ("Muellpolizei", "Die Müllpolizei kommt.", ["Müllpolizei"]),
        ("Müllpolizei", "Die Muellpolizei kommt.", ["Muellpolizei"]),
        ("Strasse", "Straßen und Plätze", ["Straßen"]),
        ("Straße", "die Strasse", ["Strasse"]),
        ("Angstraum", "Angsträume beseitigen", ["Angsträume"]),
        ("Partnerschaft", "Ordnungspartnerschaften stärken", ["Ordnungspartnerschaften"]),
        ("Zentrum", "in den Zentren", ["Zentren"]),
        ("M 12", "siehe Maßnahme 12 und M12", ["Maßnahme 12", "M12"]),
        ("§ 34a", "nach § 34a GewO", ["§ 34a"]),
        ('"der Stadt"', "Der Plan der Stadt", ["der Stadt"]),
        ("Müll", "Mu\u0308ll in Mu\u00adell", ["Müll"]),
        ("Sicherheit", "Sicher-\nheit in der Stadt", ["Sicherheit"]),
    ],
)
def test_words_are_marked_in_their_own_spelling(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text)[: len(expected)] == expected


def test_nothing_is_marked_where_nothing_matches() -> None:
    assert marked("Feuerwehr", FILLER) == []
    assert marked("", FILLER) == []


def test_several_passages_come_in_reading_order_and_each_adds_a_word() -> None:
    text = (
        f"{FILLER} Der Hafen ist groß. {FILLER} Die Müllabfuhr kommt. {FILLER} Der Hafen ist alt."
    )
    marker = Marker(Query(words=("Müllabfuhr", "Hafen")))
    passages = marker.passages(text, limit=3)
    assert len(passages) == 2
    assert passages[0].start < passages[1].start
    assert all(passage.html.startswith("… ") for passage in passages)
    assert all(len(passage.html) < WINDOW_CHARS * 1.5 for passage in passages)


def test_the_passage_with_most_words_is_preferred() -> None:
    text = f"Hafen. {FILLER} Hafen und Lärm am Markt. {FILLER} Lärm. {FILLER}"
    (passage,) = Marker(Query(words=("Hafen", "Lärm", "Markt"))).passages(text, limit=1)
    assert passage.groups == {0, 1, 2}


def test_markup_in_texts_is_escaped() -> None:
    text = '<script>alert("Müll")</script> & <mark>x</mark>'
    marker = Marker(Query(words=("Müll",)))
    assert "&lt;script&gt;" in marker.mark(text)
    assert marker.mark(text).count("<mark>") == 1
    assert "<script" not in marker.passages(text, limit=1)[0].html
    assert lead(text) == escape(text)


def test_words_taken_for_misspelt_ones_are_marked() -> None:
    query, words = Query(words=("Müllpolizzei",)), german_vocabulary()
    corrected = with_near_words(plan(query, words), {"mullpolizzei": ("mullpolizei",)}, words)
    marker = Marker(query, query_plan=corrected)
    assert marker.mark("Die Müllpolizei") == "Die <mark>Müllpolizei</mark>"


@given(st.text(max_size=400), st.text(max_size=40))
def test_only_marks_are_added_to_any_text(text: str, query: str) -> None:
    typed = parse(query)
    marker = Marker(Query(words=typed.words, phrases=typed.phrases))
    shown = display_text(text)
    html = marker.mark(text)
    assert re.sub(r"</?mark>", "", html).split() == escape(shown).split()
    for passage in marker.passages(shown, limit=3):
        bare = re.sub(r"</?mark>", "", passage.html).removeprefix("… ").removesuffix(" …")
        assert "".join(bare.split()) in "".join(escape(shown).split())
        assert "<mark>" in passage.html


@given(st.text(max_size=500))
def test_a_lead_is_short_and_escaped(text: str) -> None:
    assert len(lead(text)) <= 6 * 210


def test_a_string_without_blanks_is_cut_and_none_overlaps_another() -> None:
    needles = Needles([(False, "mull")], each=False)
    text = f"{'x' * 250}müll{'y' * 300}müll{'z' * 90} Müll\nMüll-Abfuhr"
    found = list(needles.chains_in(text))
    assert found == [(50, 450), (450, 648), (649, 653), (654, 665)]
    assert Marker(Query(words=("Müll",))).passages(text, limit=3)
