"""Indicators: kept by table, drawn with gaps and breaks, seen by the readers of their space alone."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from audit.models import Entry as AuditEntry
from knowledge.exchange.models import Run
from knowledge.exchange.services import carry_out
from knowledge.indicators.models import Indicator, Value
from knowledge.indicators.services import OfYear, keep
from tests.conftest import Cast, signed_in
from tests.factories import make_measure

TABLES = "/tabellen/bereich-a/indikatoren/"
HEAD = "Kennung;Name;Art;Ebene;Einheit;Gute Richtung;Quelle;Gebiet;Jahr;Wert;Ziel;Bruch;Hinweis"
FEELING = "gefuehl;Sicherheitsgefühl;subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt"
FACTS = {
    "name": "Sicherheitsgefühl", "nature": "subjective", "level": "effect", "unit": "Schulnote",
    "direction": "down", "source": "Befragung", "area": "Stadt",
}  # fmt: skip


def send(client: Client, *lines: str, encoding: str = "utf-8") -> Any:
    data = "\n".join([HEAD, *lines]).encode(encoding)
    return client.post(TABLES, {"table": SimpleUploadedFile("werte.csv", data)}, follow=True)


def confirm(client: Client, preview: Any) -> Any:
    url = preview.redirect_chain[-1][0]
    return client.post(url, {"seen": preview.context["plan"].fingerprint}, follow=True)


def counts(preview: Any) -> tuple[int, ...]:
    return tuple(preview.context["counts"].values())  # new, changed, equal, wrong


@pytest.mark.both
def test_a_table_is_looked_at_written_and_the_second_time_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.publisher_a)
    lines = [
        f"{FEELING};2023;2,4;;;", f"{FEELING};2024;;;;nicht gefragt", f"{FEELING};2025;2,15;2,0;ja;neue Frage"
    ]  # fmt: skip
    preview = send(client, *lines, encoding="latin-1")
    assert counts(preview) == (3, 0, 0, 0)
    assert not Indicator.objects.exists(), "nothing is written before it was confirmed"
    written = confirm(client, preview)
    assert written.context["run"].done == 3
    assert written.context["run"].refused == []
    indicator = Indicator.objects.get()
    assert (indicator.space, indicator.nature) == (cast.space_a, "subjective")
    said = indicator.values.values_list("year", "value", "target", "is_break")
    assert list(said) == [
        (2023, Decimal("2.4"), None, False),
        (2024, None, None, False),
        (2025, Decimal("2.15"), Decimal(2), True),
    ]
    again = send(client, *lines)
    assert counts(again) == (0, 0, 3, 0)
    assert "Es gibt nichts zu schreiben" in again.content.decode()
    changed = send(client, f"{FEELING};2023;2,5;;;")
    assert counts(changed) == (0, 1, 0, 0)
    assert changed.context["lines"][0].changes == [("Wert", "2,4", "2,5")]
    assert AuditEntry.objects.filter(action="indicator.value").count() == 3


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_export_is_what_the_import_takes(cast: Cast, ending: str) -> None:
    facts = {**FACTS, "name": "=HYPERLINK(1)", "source": "-minus"}
    for number in range(3):
        year = OfYear(2020 + number, Decimal("1234.5"), Decimal(3), number == 1, "@x")
        keep(cast.space_a, "a", facts, year, actor=None)
    keep(cast.space_a, "ohne", FACTS, None, actor=None)
    keep(cast.space_b, "fremd", FACTS, OfYear(2020, Decimal(1), None, False, ""), actor=None)
    client = signed_in(cast.publisher_a)
    data = client.get(f"{TABLES}export.{ending}").content
    sent = SimpleUploadedFile(f"x.{ending}", data)
    preview = client.post(TABLES, {"table": sent}, follow=True)
    assert counts(preview) == (0, 0, 4, 0)
    assert b"fremd" not in data
    if ending == "csv":
        assert b'"=' not in data
        assert b'"@' not in data


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"{FEELING};20255;1;;;", "Das Jahr 20255 kann nicht gemeint sein."),
        (f"{FEELING};2025;12.5;;;", "ist keine Zahl"),
        (f"{FEELING};2025;=HYPERLINK(1);;;", "ist keine Zahl"),
        (f"{FEELING};;1;;;", "kein Jahr"),
        (f"{FEELING};2025;1;;vielleicht;", "Wählen Sie eines von: Ja, Nein"),
        (FEELING.replace("subjektiv", "gefühlt") + ";2025;1;;;", "Wählen Sie eines von: objektiv, subjektiv"),
        (FEELING.replace(";", ",") + ",2025,1,,,", "anderes Trennzeichen"),
        (f"{FEELING};2025;1;;;;;zu viel", "anderes Trennzeichen"),
        (";Name;objektiv;Wirkung;x;mehr;;;2025;1;;;", "„Kennung“ ist leer"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_left_out_with_its_sentence(cast: Cast, line: str, sentence: str) -> None:
    client = signed_in(cast.publisher_a)
    preview = send(client, line, f"{FEELING};2022;1;;;", f"{FEELING};2022;2;;;")
    assert counts(preview) == (1, 0, 0, 2)
    wrong = [one.sentence for one in preview.context["lines"] if one.what == "wrong"]
    assert sentence.casefold() in wrong[0].casefold()
    assert "steht schon in Zeile 3" in wrong[1]
    assert confirm(client, preview).context["run"].done == 1


def test_other_columns_and_no_file_are_refused_as_a_whole(cast: Cast) -> None:
    client = signed_in(cast.publisher_a)
    sent = SimpleUploadedFile("x.csv", b"Kennung;Nome\na;b")
    answer = client.post(TABLES, {"table": sent})
    assert answer.status_code == 400
    assert "unbekannt: Nome" in answer.content.decode()
    assert client.post(TABLES).status_code == 400
    assert not Run.objects.exists()


def test_the_unit_stays_once_there_are_values(cast: Cast) -> None:
    keep(cast.space_a, "a", FACTS, OfYear(2020, Decimal(1), None, False, ""), actor=None)
    with pytest.raises(ValidationError, match="neuen Indikator"):
        keep(cast.space_a, "a", {**FACTS, "unit": "Prozent"}, None, actor=None)


def test_what_changed_meanwhile_is_shown_again(cast: Cast) -> None:
    client = signed_in(cast.publisher_a)
    preview = send(client, f"{FEELING};2023;2,4;;;")
    keep(cast.space_a, "gefuehl", FACTS, OfYear(2023, Decimal(3), None, False, ""), actor=None)
    again = confirm(client, preview)
    assert "Es wurde nichts geschrieben" in again.content.decode()
    assert Value.objects.get().value == 3


def test_four_thousand_lines_are_written_in_the_background(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    begun: list[int] = []
    queue = SimpleNamespace(enqueue=begun.append)
    monkeypatch.setattr("knowledge.exchange.services.write_run", queue)
    client = signed_in(cast.publisher_a)
    lines = [
        f"k{n // 40};Name {n // 40};objektiv;Leistung;Stück;mehr;;;{1990 + n % 40};{n};;;" for n in range(4000)
    ]  # fmt: skip
    preview = send(client, *lines)
    assert counts(preview) == (4000, 0, 0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = confirm(client, preview)
    run = waiting.context["run"]
    assert (run.state, run.total, begun) == ("waiting", 4000, [run.pk])
    carry_out(Run.objects.get(pk=run.pk))
    assert Value.objects.count() == 4000
    done = client.get(waiting.redirect_chain[-1][0]).context["run"]
    assert (done.state, done.done, done.refused) == ("done", 4000, [])


def test_only_publishers_of_the_space_keep_them_and_only_readers_see_them(cast: Cast) -> None:
    measure = make_measure(cast.space_b, 1, "Verborgene Maßnahme")
    one = keep(cast.space_a, "a", FACTS, OfYear(2020, Decimal("2.5"), None, False, ""), actor=None)
    one.measures.add(measure)
    for person, reads, keeps in (
        (cast.publisher_a, True, True), (cast.reader_a, True, False), (cast.reader_b, False, False)
    ):  # fmt: skip
        client = signed_in(person)
        assert ("Sicherheitsgefühl" in client.get("/indikatoren/").content.decode()) is reads
        assert client.get(one.url).status_code == (200 if reads else 404)
        assert client.get(TABLES).status_code == (200 if keeps else 404)
        assert client.get(f"{TABLES}export.csv").status_code == (200 if keeps else 404)
        if reads:
            assert "Verborgene" not in client.get(one.url).content.decode()
    preview = send(signed_in(cast.publisher_a), f"{FEELING};2023;2,4;;;")
    run = preview.redirect_chain[-1][0]
    assert signed_in(cast.steward_a).get(run).status_code == 404, "the sender's alone"


def test_gaps_are_gaps_and_breaks_are_said(cast: Cast) -> None:
    values = (
        (2021, "2.5000", False),
        (2022, None, False),
        (2023, "2.25", False),
        (2024, "3", True),
    )
    for year, value, is_break in values:
        number = None if value is None else Decimal(value)
        one = keep(cast.space_a, "a", FACTS, OfYear(year, number, None, is_break, ""), actor=None)
    page = signed_in(cast.reader_a).get(one.url)
    plot = page.context["one"].plot
    assert (len(plot.dots), len(plot.stretches), len(plot.breaks)) == (3, 0, 1)
    said = " ".join(html.fromstring(page.content).text_content().split())
    for words in ("kein Wert", "2,25", "2,5", "mit den Jahren davor nicht vergleichbar"):
        assert words in said
    assert "2,50" not in said


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = signed_in(cast.reader_a)

    def queries() -> int:
        client.get("/indikatoren/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/indikatoren/")
        return len(captured)

    keep(cast.space_a, "a", FACTS, OfYear(2020, Decimal(1), None, False, ""), actor=None)
    few = queries()
    for number in range(10):
        keep(cast.space_a, f"b{number}", FACTS, OfYear(2020, Decimal(1), None, False, ""), actor=None)  # fmt: skip
    assert queries() == few
