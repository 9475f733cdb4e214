"""German words that must find each other, on both engines: in titles, in texts and in the names of attached files.

Each pair is a document and what somebody types who means it; beside it stand documents that share letters only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from access.scope import AccessScope
from search.analysis.vocabulary import german_vocabulary
from search.documents import Attachment, SearchDocument
from search.engines.base import Query, SearchEngine
from search.question.query import parse
from tests.search.engines.conftest import EngineFactory

READER = AccessScope(spaces=frozenset({1}))

# What is typed, and a text that it must find.
PAIRS = [
    ("Müllabfuhr", "Die Müllabfuhr kommt dienstags."),
    ("Muellabfuhr", "Die Müllabfuhr kommt dienstags."),
    ("Abfuhr", "Die Müllabfuhr kommt dienstags."),
    ("Müllabfuhr", "Die Muellabfuhr kommt dienstags."),
    ("Straße", "Kehren der Strasse am Markt"),
    ("Strasse", "Kehren der Straße am Markt"),
    ("Angsträume", "Ein Angstraum am Bahnhof"),
    ("Angstraum", "Drei Angsträume am Bahnhof"),
    ("Konferenz", "Die Sicherheitskonferenz tagt"),
    ("Sicherheitskonferenz", "Eine Konferenz über Sicherheit"),
    ("Ordnungsamt", "Die Ordnungsämter beraten"),
    ("Ordnungsämter", "Das Ordnungsamt berät"),
    ("Graffiti beseitigen", "Die Graffitibeseitigung ist beauftragt"),
    ("Graffitibeseitigung", "Wir wollen Graffiti beseitigen"),
    ("Jugendliche", "Ein Jugendlicher wurde befragt"),
    ("Jugendlicher", "Viele Jugendliche wurden befragt"),
    ("M 12", "Zur M12 gibt es Neues"),
    ("M 12", "Zur Maßnahme 12 gibt es Neues"),
    ("M12", "Zur M 12 gibt es Neues"),
    ("M12", "Zur Maßnahme 12 gibt es Neues"),
    ("Maßnahme 12", "Zur M 12 gibt es Neues"),
    ("Maßnahme 12", "Zur M12 gibt es Neues"),
    ("§ 34a", "Bewachung nach § 34a der Gewerbeordnung"),
    ("§34a", "Bewachung nach § 34a der Gewerbeordnung"),
    ("Dr.-Ing.", "Frau Dr.-Ing. Yıldız leitet das Amt"),
    ("AG-Protokoll", "Das AG-Protokoll vom Januar"),
    ("AG Protokoll", "Das AG-Protokoll vom Januar"),
    ("Protokoll", "Das AG-Protokoll vom Januar"),
    ("Sicherheitskonferrenz", "Die Sicherheitskonferenz tagt"),
    ("Größe", "Die Gro\u0308ße der Fla\u0308che"),
    ("Gro\u0308ße", "Die Größe der Fläche"),
    ("12.3.2026", "Ortstermin am 12.03.2026 um 9 Uhr"),
    ("12.3.2026", "Ortstermin am 12. März 2026 um 9 Uhr"),
    ("12.3.2026", "Ortstermin am 12.3.26 um 9 Uhr"),
    ("12.3.2026", "Ortstermin am 12. und 13. März 2026"),
    ("13. März 2026", "Ortstermin am 12. und 13. März 2026"),
    ("12. März 2026", "Ortstermin 2026-03-12"),
    ("2026-03-12", "Ortstermin vom 12.-14.3.2026"),
    ("12.3.2026", "Ortstermin vom 12.03. bis 14.03.2026"),
    ("12.3.", "Ortstermin am 12. März"),
    ("12. März", "Ortstermin am 12.03.2026"),
    ("November 2026", "Sitzung vom 5.11.2026"),
    ("Münsterstr.", "In der Münsterstraße 99 ist es dunkel"),
    ("Münsterstraße", "In der Münsterstr. 99 ist es dunkel"),
    ("Münsterstraße 99", "In der Münsterstr. 99 ist es dunkel"),
    ("Münsterstr. 99a", "In der Münsterstraße 99 a ist es dunkel"),
    ("Münster Straße", "In der Münsterstr. ist es dunkel"),
    ("Münsterstraße", "In der Münster Straße ist es dunkel"),
    ("Hohe Straße", "An der Hohestr. wird gebaut"),
    ("Hohestr.", "An der Hohe Str. wird gebaut"),
    ("Marktplatz", "Am Marktpl. wird gebaut"),
    ("32/5-2", "Das Verfahren hat das Aktenzeichen 32/5-2"),
    ("32/5", "Das Verfahren hat das Aktenzeichen 32/5-2"),
    ("12345-26", "Drucksache Nr. 12345-26"),
    ("Drucksache 12345-26", "Drucksache Nr. 12345-26"),
    ("0231 50-12345", "Telefon 0231 5012345"),
    ("02315012345", "Telefon (0231) 50-12 345"),
    ("5012345", "Telefon 0231 50-12345 und Fax"),
    ("+49 231 5012345", "Telefon 0231 50-12345"),
    ("DO-AB 123", "Kennzeichen DO AB 123"),
    ("do-ab123", "Kennzeichen DO-AB 123"),
    ("erika@beispiel.de", "erika@beispiel.de liest jede Post"),
    ("beispiel.de", "Post an erika@amt.beispiel.de"),
    ("§ 34 Abs. 2", "Nach § 34 Absatz 2 Satz 1 PolG"),
    ("§ 34 (2) PolG", "Nach § 34 Abs. 2 Nr. 3 PolG"),
]
# Documents that must not be found: what they have in common with what is typed means nothing.
STRANGERS = {
    "Nordstadt": "Die Stadt lädt ein",
    "M 12": "Am 12. Mai um 13 Uhr",
    "Maßnahme 12": "Maßnahme 13, danach zwölf Uhr",
    "§ 34a": "Hausnummer 34a im Hof",
    "Abfuhr": "Ab und an eine Fuhre Sand",
    "für": "Alles für die Gäste",
    "12.3.2026": "Ortstermin am 3.12.2026 um 12 Uhr",
    "12.3.": "Es kamen 12 und später 3 Personen",
    "32/5-2": "Am 2. Mai waren 32 Streifen mit 5 Kräften unterwegs",
    "0231 50-12345": "Seite 0231 von 50 und 12345 Zeichen",
}


def document(key: str, *, title: str = "Seite", body: str = "", file: str = "") -> SearchDocument:
    attached = (Attachment("a", file, "/d/a/", ("Anlage",)),) if file else ()
    return SearchDocument(
        key=key,
        space_id=1,
        path="0001",
        kind="article",
        title=title,
        url="/",
        body=body,
        attachments=attached,
    )


@pytest.fixture(scope="module")
def engine(new_engine: EngineFactory) -> SearchEngine:
    engine = new_engine()
    in_files = [document(f"pair:{n}:file", file=name_of(n)) for n in range(len(PAIRS))]
    engine.upsert(
        [
            *(document(f"pair:{n}:body", body=text) for n, (_, text) in enumerate(PAIRS)),
            *(document(f"pair:{n}:title", title=text) for n, (_, text) in enumerate(PAIRS)),
            *in_files,
            *(replace(one, key=f"{one.key}:nfd", attachments=decomposed(one)) for one in in_files),
            *(document(f"stranger:{typed}", body=text) for typed, text in STRANGERS.items()),
        ]
    )
    return engine


def name_of(number: int) -> str:
    """Return the text of a pair as people name a file after it."""
    return PAIRS[number][1].rstrip(".").replace(" ", "_") + ".pdf"


def decomposed(one: SearchDocument) -> tuple[Attachment, ...]:
    """Return the attachments with names as macOS spells them: letters and dots apart."""
    return tuple(
        replace(file, title=unicodedata.normalize("NFD", file.title)) for file in one.attachments
    )


def found(engine: SearchEngine, typed: str) -> list[str]:
    read = parse(typed)
    query = Query(words=read.words, phrases=read.phrases, limit=100)
    return [hit.key for hit in engine.search(query, READER, vocabulary=german_vocabulary()).hits]


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=[typed for typed, _ in PAIRS])
def test_what_is_meant_is_found(engine: SearchEngine, number: int) -> None:
    typed = PAIRS[number][0]
    wanted = {f"pair:{number}:{place}" for place in ("body", "title", "file", "file:nfd")}
    for form in ("NFC", "NFD"):
        missing = wanted - set(found(engine, unicodedata.normalize(form, typed)))
        assert not missing, (typed, form)


@pytest.mark.parametrize("typed", STRANGERS)
def test_what_is_not_meant_is_not_found(engine: SearchEngine, typed: str) -> None:
    assert f"stranger:{typed}" not in found(engine, typed)


def test_both_halves_of_a_pair_give_the_same_answer(engine: SearchEngine) -> None:
    """Spelling decides nothing: the forms of one sign or word find the same documents."""
    for same in (
        ("M 12", "M12", "Maßnahme 12"),
        ("Müllabfuhr", "Muellabfuhr"),
        ("Straße", "Strasse"),
    ):
        answers = {frozenset(found(engine, typed)) for typed in same}
        assert len(answers) == 1, same


def test_the_exact_place_leads(engine: SearchEngine) -> None:
    engine.upsert(
        [
            document("lead:nordstadt", body="Ein Rundgang durch die Nordstadt."),
            document("lead:stadt", title="Die Stadt", body="Die Stadt, die Stadt, die Stadt."),
        ]
    )
    assert found(engine, "Nordstadt")[0] == "lead:nordstadt"


def test_small_words_never_score(engine: SearchEngine) -> None:
    engine.upsert(
        [
            document("small:many", body="für für für für der die das und für"),
            document("small:one", body="Beratung für alle am Hellweg"),
        ]
    )
    assert found(engine, "für") == []
    assert found(engine, "für Hellweg") == ["small:one"]
