"""Small real files, each of which the import once spoilt, through the whole import: the page and what is searched."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from knowledge.articles.models import ArticlePage
from knowledge.importing.extraction import Reason
from knowledge.importing.extraction.confined import conversion, recognition
from knowledge.importing.services import Report, import_folder
from knowledge.pages.source import PageSource
from search.documents import SearchDocument
from tests.conftest import IN_CI, Cast

CASES = Path(__file__).parent / "cases"


@dataclass
class Imported:
    """What became of one file."""

    page: Any
    document: SearchDocument
    report: Report
    attached: Any
    lines: list[str] = field(default_factory=list)

    @property
    def tables(self) -> list[Any]:
        return [block["value"] for block in self.page.body.raw_data if block["type"] == "table"]

    @property
    def html(self) -> str:
        return "".join(
            str(block["value"])
            for block in self.page.body.raw_data
            if block["type"] in {"heading", "paragraph"}
        )

    @property
    def searched(self) -> str:
        """All that the search knows of the page and its file, without the title."""
        pages = [text for attachment in self.document.attachments for text in attachment.pages]
        return "\n".join([self.document.body, *pages])


Import = Callable[[str], Imported]


@pytest.fixture
def imported(cast: Cast, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Import:
    """Return a function that imports one of the cases."""

    def run(name: str) -> Imported:
        folder = tmp_path / "Ablage"
        folder.mkdir()
        shutil.copy(CASES / name, folder / name)
        with django_capture_on_commit_callbacks(execute=True):
            report = import_folder(actor=None, directory=folder, space=cast.space_a)
        assert not report.failures
        page = ArticlePage.objects.get()
        (document,) = PageSource().documents([str(page.pk)])
        attached = page.attachments.get().document
        assert attached.title == name
        return Imported(page, document, report, attached)

    return run


@pytest.fixture
def libreoffice() -> None:
    if not conversion.is_available():
        reason = "LibreOffice is missing: apt-get install libreoffice-{writer,calc,impress}-nogui"
        pytest.fail(reason) if IN_CI else pytest.skip(reason)


@pytest.mark.parametrize("name", ["alt.rtf", "alt.doc"])
def test_old_formats_are_read(libreoffice: None, imported: Import, name: str) -> None:
    found = imported(name)
    assert found.page.title == "Vermerk Alt"
    assert "Die Prüfung der Straße Ölbaum ist abgeschlossen." in found.searched


@pytest.mark.parametrize("name", ["alt.rtf", "alt.doc"])
def test_old_formats_without_libreoffice_become_pages_with_the_reason(
    imported: Import, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(conversion, "_program", lambda: "")
    found = imported(name)
    assert found.page.title == "alt"
    assert [result.reason for result in found.report.without_text] == [Reason.UNSUPPORTED]
    assert found.attached.extracted_text.reason == "unsupported"


def test_line_break_in_a_cell_of_a_csv(imported: Import) -> None:
    found = imported("maengel.csv")
    assert found.tables[0]["data"] == [
        ["Ort", "Bemerkung"],
        ["Eving", "Lampe defekt\nMast schief"],
        ["Hörde", "in Ordnung; geprüft"],
    ]
    assert "Eving Lampe defekt Mast schief" in found.document.body


def test_mail_is_dated_by_its_head(imported: Import, cast: Cast, client: Client) -> None:
    found = imported("alt.eml")
    client.force_login(cast.reader_a)
    shown = " ".join(client.get(found.page.url).content.decode().split())
    assert "Datum des Inhalts: 9. Oktober 2019 (Kopf der Mail)" in shown
    assert found.document.dated_on == dt.date(2019, 10, 9)
    assert (found.page.dated_on, found.page.dated_by) == (dt.date(2019, 10, 9), "mail")


def test_results_of_fields_stay_in_the_text(imported: Import) -> None:
    found = imported("vermerk.docx")
    assert "Aktenzeichen: 32/5-Goldregen, siehe Abschnitt Zuständigkeit" in found.searched


def test_headings_keep_their_automatic_numbers(imported: Import) -> None:
    found = imported("dienstanweisung.docx")
    assert found.document.headings == (
        "1 Geltungsbereich", "1.1 Grundsatz", "1.2 Ausnahmen", "2 Meldeweg",
    )  # fmt: skip


def test_boxes_are_ticked_or_empty(imported: Import) -> None:
    assert "wird ☒ zugestimmt ☐ abgelehnt" in imported("antrag.docx").searched


def test_comments_are_named(imported: Import) -> None:
    found = imported("entwurf.docx")
    assert "Steinbrech" not in found.searched
    assert "1 Kommentar nicht übernommen" in found.attached.search_note
    assert [result.sentence for result in found.report.results] == ["1 Kommentar nicht übernommen."]


def test_first_row_of_a_styled_table_is_its_head(imported: Import) -> None:
    table = imported("zeiten.docx").tables[0]
    assert table["first_row_is_table_header"]
    assert table["data"] == [["Ort", "Zeit"], ["Hörde", "9 Uhr"], ["Eving", "10 Uhr"]]


def test_table_of_minutes_with_a_list_in_a_cell_stays_a_table(imported: Import) -> None:
    found = imported("niederschrift.docx")
    assert found.page.title == "Niederschrift"
    (table,) = found.tables
    assert table["first_row_is_table_header"]
    assert table["data"][1] == [
        "1", "Beleuchtung", "Beschlossen:\nLampen tauschen\nBericht im Mai", "Tiefbauamt",
    ]  # fmt: skip
    assert "1 Beleuchtung Beschlossen: Lampen tauschen Bericht im Mai Tiefbauamt" in (
        found.document.body
    )


def test_text_box_follows_its_paragraph(imported: Import) -> None:
    assert (
        "Vor dem Kasten.\nAchtung Sperrzone Kornblume\nNach dem Kasten."
        in imported("sperrzone.docx").searched
    )


def test_hidden_text_stays_hidden(imported: Import) -> None:
    found = imported("einsatz.docx")
    assert "Der Einsatz beginnt um 9 Uhr." in found.searched
    assert "Zeugenwohnung" not in found.searched
    assert "ausgeblendet" not in found.attached.search_note


def test_items_of_nested_lists_are_lines_of_their_own(imported: Import) -> None:
    found = imported("begehung.docx")
    assert "<ul><li>Beleuchtung<ul><li>Wallring</li></ul></li>" in found.html
    assert "Beleuchtung\nWallring\nGraffiti\nOstwall" in found.document.body


def test_word_for_the_web_is_read(imported: Import) -> None:
    assert "Hartriegel" in imported("browser.docx").searched


def test_head_of_a_mail_is_german_and_in_local_time(imported: Import) -> None:
    found = imported("nachts.eml")
    assert found.tables[0]["data"] == [
        ["Von", "Wache Nord <wache@example.org>"],
        ["An", "amt@example.org"],
        ["Datum", "13. März 2026, 00:30 Uhr"],
    ]
    assert found.document.dated_on == dt.date(2026, 3, 13)


def test_undeclared_umlauts_in_a_mail_are_guessed(imported: Import) -> None:
    found = imported("fax.eml")
    assert found.page.title == "Überprüfung Gehölz"
    assert "Amt für Ordnung" in found.searched
    assert "Die Prüfung läuft." in found.searched


def test_opaque_signature_is_opened(imported: Import) -> None:
    assert "Meldung Pfaffenhütchen" in imported("signiert.eml").searched


def test_page_inside_a_form_is_read(imported: Import) -> None:
    found = imported("sitzung.html")
    assert found.page.title == "Ausschuss für Bürgerdienste"
    assert "Beschluss zur Sauberkeit am Wallring Mehlbeere." in found.searched
    assert found.tables[0]["data"] == [["TOP", "Betreff"], ["1", "Eröffnung"]]


def test_footnote_of_an_odt_is_kept(imported: Import) -> None:
    found = imported("erlass.odt")
    assert "gesperrt [1], die Zufahrt" in found.searched
    assert "[1] Siehe Erlass Eisenhut." in found.searched


def test_filled_form_of_a_pdf_says_what_was_filled_in(imported: Import) -> None:
    found = imported("antrag.pdf")
    assert "Antragsteller: Verein Traubenhyazinthe" in found.searched
    assert "Genehmigt: ☒" in found.searched


def test_running_titles_of_two_pages_are_left_out(imported: Import) -> None:
    found = imported("bericht.pdf")
    assert "Seite 1 von" not in found.searched
    assert "Stadt" not in found.searched
    assert "Stadt" not in found.page.title


def test_ligatures_are_read_by_the_names_of_their_glyphs(imported: Import) -> None:
    found = imported("begriffe.pdf")
    assert "Die Begriffe sind definiert und die Wache befindet sich" in found.searched


def test_typographic_hyphens_at_line_ends_are_joined(imported: Import) -> None:
    found = imported("beleuchtung.pdf")
    text = " ".join(found.searched.split())
    assert "Beleuchtungskörper" in text
    assert "Kriminalitätsschwerpunkt" in text
    assert "Haupt- und Nebenwege" in text
    assert "Beleuchtungskörper" in found.page.title


def test_slides_come_in_the_order_of_the_presentation(imported: Import) -> None:
    found = imported("folge.pptx")
    assert found.document.headings == ("Anlass", "Verlauf")
    assert found.page.title == "Zusammenfassung"
    (attachment,) = found.document.attachments
    assert [page.split("\n")[0] for page in attachment.pages] == [
        "Zusammenfassung", "Anlass", "Verlauf",
    ]  # fmt: skip


def test_strict_office_files_are_read(imported: Import) -> None:
    assert imported("streng.pptx").page.title == "Wiesenknopf"


def test_tables_of_slides_are_tables(imported: Import) -> None:
    found = imported("fallzahlen.pptx")
    assert [table["data"][1][0] for table in found.tables] == [
        "Sachbeschädigung",
        "Fahrraddiebstahl",
    ]
    (attachment,) = found.document.attachments
    assert "Fahrraddiebstahl" in attachment.pages[1]


def test_scan_becomes_a_page_and_its_text_follows(imported: Import) -> None:
    if not recognition.is_available():
        reason = "Tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-deu"
        pytest.fail(reason) if IN_CI else pytest.skip(reason)
    found = imported("scan.pdf")
    assert found.page.title == "scan"
    assert found.attached.extracted_text.recognised_pages == 1
    found.attached.extracted_text.refresh_from_db()
    assert found.attached.extracted_text.reason == ""
    assert len(found.attached.extracted_text.pages[0]) > 20


def test_direction_marks_are_left_out(imported: Import) -> None:
    assert "Der Wachschutzdienstplan liegt vor." in imported("plan.txt").searched


def test_default_title_of_powerpoint_is_no_title(imported: Import) -> None:
    assert imported("lagebild-q1.pptx").page.title == "Lagebild Quartal"


def test_default_name_of_a_sheet_is_no_title(imported: Import) -> None:
    found = imported("Kriminalstatistik Eving 2025.xlsx")
    assert found.page.title == "Kriminalstatistik Eving 2025"
    assert found.page.slug == "kriminalstatistik-eving-2025"


def test_dates_of_cells_are_shown_as_excel_shows_them(imported: Import) -> None:
    found = imported("begehungen.xlsx")
    assert found.tables[0]["data"][1:] == [
        ["Nordmarkt", "12.03.2026"],
        ["Westpark", "25.10.2026 09:00"],
    ]


def test_all_rows_are_searched_though_the_page_shows_the_first(imported: Import) -> None:
    found = imported("verzeichnis.xlsx")
    assert len(found.tables[0]["data"]) == 500
    assert "Kennwort750x" in found.searched
    assert "Kennwort1200x" in found.searched
    assert "steht in der angehängten Datei" in found.html
