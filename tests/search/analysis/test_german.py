"""What German words mean the same to a searcher, and what doesn't."""

from __future__ import annotations

import pytest

from search.analysis.compounds import german_splitter
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.analysis.tokens import extras, tokens
from search.analysis.vocabulary import german_vocabulary
from search.engines.base import Query
from search.engines.matching import Matcher
from search.engines.plan import plan, with_near_words


def marked(typed: str, text: str) -> list[str]:
    spans = Matcher(Query(words=tuple(typed.split()))).spans(text)
    return [text[span.start : span.end] for span in spans]


def covers(typed: str, text: str) -> bool:
    """Tell whether `text` meets each word of what was typed."""
    matcher = Matcher(Query(words=tuple(typed.split())))
    met = {group for span in matcher.spans(text) for group in span.groups}
    return met == set(range(len(matcher.groups)))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Muellabfuhr", "Die Müllabfuhr kommt."),
        ("Müllabfuhr", "Die Muellabfuhr kommt."),
        ("Abfuhr", "Die Müllabfuhr kommt."),
        ("Strasse", "In der Straße"),
        ("Straße", "In der Strasse"),
        ("Angsträume", "Ein Angstraum"),
        ("Angstraum", "Viele Angsträume"),
        ("Konferenz", "Die Sicherheitskonferenz tagt"),
        ("Sicherheitskonferenz", "Eine Konferenz zur Sicherheit"),
        ("Ordnungsamt", "Beide Ordnungsämter"),
        ("Ordnungsämter", "Das Ordnungsamt"),
        ("Graffitibeseitigung", "Graffiti beseitigen"),
        ("Graffiti beseitigen", "Die Graffitibeseitigung"),
        ("Jugendliche", "Ein Jugendlicher"),
        ("Jugendlicher", "Viele Jugendliche"),
        ("Partnerschaft", "Die Ordnungspartnerschaft"),
        ("Rechtschreibprüfung", "Prüfung der Rechtschreibung"),
        ("Prüfung der Rechtschreibung", "Rechtschreibprüfung"),
        ("prüfen", "Die Prüfung"),
        ("vermitteln", "Der Vermittler"),
        ("Verbesserung", "verbessern"),
        ("Jugendzentren", "Das Jugendzentrum"),
        ("Kriterium", "Drei Kriterien"),
        ("M 12", "siehe M12"),
        ("M12", "siehe M 12"),
        ("M12", "siehe Maßnahme 12"),
        ("Maßnahme 12", "siehe M 12"),
        ("§ 34a", "nach § 34a GewO"),
        ("§34a", "nach §§ 34a und 35"),
        ("§ 36", "nach §§ 34a, 35 und 36"),
        ("Dr.-Ing.", "Frau Dr.-Ing. Yıldız"),
        ("AG-Protokoll", "Das AG‑Protokoll"),
        ("AG Protokoll", "Das AG-Protokoll"),
        ("E-Mail", "Ihre E-Mails"),
        ("Email", "Ihre E-Mails"),
        ("Sicherheitskonferenz", "Sicher\u00adheits\u00adkonferenz"),
        ("Sicherheitskonferenz", "die Sicherheits-\nkonferenz"),
        ("Müllabfuhr", "Mu\u0308llabfuhr"),
        ("Mu\u0308llabfuhr", "Müllabfuhr.pdf"),
        ("Führerschein", "Die Fahrerlaubnis"),
        ("Führerscheinentzug", "Entziehung der Fahrerlaubnis"),
    ],
)
def test_these_meet(typed: str, text: str) -> None:
    assert covers(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Nordstadt", "Die Stadt"),
        ("M 12", "12 Meter M"),
        ("M 12", "siehe M 13, danach 12 Uhr"),
        ("§ 34a", "Hausnummer 34a"),
        ("Abfuhr", "Ab und an eine Fuhre"),
        ("für", "für die Stadt"),
    ],
)
def test_these_do_not_meet(typed: str, text: str) -> None:
    matcher = Matcher(Query(words=tuple(typed.split())))
    assert not matcher.groups or not covers(typed, text)
    assert marked(typed, text) == []


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Melderegisterauskunft", "melde register auskunft"),
        ("Sicherheitskonferenz", "sicherheit konferenz"),
        ("Ordnungsamt", "ordnung amt"),
        ("Bauamt", "bau amt"),
        ("Straßenverkehrsordnung", "strasse verkehr ordnung"),
        ("Verwaltung", ""),
        ("Gesellschaft", ""),
        ("interessieren", ""),
        ("Wiedereinsetzung", ""),
        ("öffentlich", ""),
    ],
)
def test_compounds_are_taken_apart(word: str, parts: str) -> None:
    leaves = german_splitter().split(fold(word)).leaves
    assert [stem(leaf) for leaf in leaves] == [stem(part) for part in parts.split()]


def test_parts_in_the_middle_are_found_too() -> None:
    inner = german_splitter().split(fold("Sicherheitskonferenzprotokoll")).inner
    assert set(inner) == {"sicherheitskonferenz", "konferenzprotokoll"}


def test_marks_cover_whole_words_with_hyphens_and_numbers() -> None:
    text = "Zur M 12 gibt es ein AG-Protokoll von der Müllpolizei."
    assert marked("M12 AG-Protokoll Polizei", text) == ["M 12", "AG-Protokoll", "Müllpolizei"]


def test_a_phrase_is_marked_as_one() -> None:
    text = "Nach Treu und Glauben; Treu, Glauben"
    spans = Matcher(Query(phrases=("Treu und Glauben",))).spans(text)
    assert [(text[one.start : one.end], one.is_phrase) for one in spans] == [
        ("Treu und Glauben", True),
        ("Treu", False),
        ("Glauben", False),
    ]


def test_corrected_words_are_marked() -> None:
    query = Query(words=("Konferrenz",))
    words = german_vocabulary()
    corrected = with_near_words(plan(query, words), {"konferrenz": ("konferenz",)}, words)
    spans = Matcher(query, query_plan=corrected).spans("Die Konferenzen")
    assert [(span.start, span.end) for span in spans] == [(4, 15)]


def test_numbered_things_meet_under_one_name() -> None:
    def numbers(text: str) -> set[str]:
        return {extra.term for extra in extras(text, tokens(text)) if not extra.word}

    assert numbers("M 12") == numbers("M12") == numbers("Maßnahme 12") == {"m_12"}
    assert "m_12" in numbers("Maßnahme Nr. 12")
    assert numbers("TOP 3") == numbers("Tagesordnungspunkt 3")
    assert numbers("und 12 für 13 die 14") == set()
