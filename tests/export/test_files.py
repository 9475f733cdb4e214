"""A page as PDF, DOCX and Markdown: right in form, whole in content, within its reader's rights."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from django.test import RequestFactory
from docx.oxml.ns import qn

from access.granting.shares import share_page
from access.handling import Classification
from audit.models import Entry
from knowledge.articles.models import ArticlePage
from knowledge.export import composing, files
from knowledge.export.composing import sheet_of_html, sheet_of_page
from knowledge.export.files import archived_pdf, pdf
from knowledge.export.making import NotMade, Order, made
from knowledge.export.sheets import Enclosed
from tests.conftest import Cast, signed_in
from tests.export.conftest import (
    Branch,
    Judged,
    address,
    attach,
    bytes_of,
    fetched,
    needs_libreoffice,
    picture,
    printed_by_libreoffice,
)
from tests.factories import make_article, make_space, publish_below_any

DRAWING = (
    '<figure><svg viewBox="0 0 200 100"><title>Drei Balken</title><rect width="40" height="80"/>'
    '<text x="50" y="50">Süd 漢</text></svg></figure>'
)


def request_of(person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user, request.session = person, {}  # type: ignore[assignment]
    return request


def text_of(written: bytes) -> list[str]:
    """Return the text of each sheet of a PDF, as a program reads it."""
    with pypdfium2.PdfDocument(written) as document:
        return [sheet.get_textpage().get_text_bounded() for sheet in document]


def test_pdf_passes_verapdf_as_accessible_and_as_archive(
    cast: Cast, branch: Branch, judged: Judged
) -> None:
    request = request_of(cast.reader_a)
    drawn = sheet_of_html(
        f"<h1>Bericht</h1>{DRAWING}", request, page=branch.page, title="Bericht", address="/"
    )
    enclosed = [Enclosed("zahlen.csv", b"a;b\n1;2\n", "text/csv", "Alle Zahlen")]
    archived = archived_pdf(sheet_of_page(branch.page, request).sheet, enclosed, longest_s=300)
    found = judged(
        "ua1",
        {
            "page": fetched(cast.reader_a, branch.page, "pdf").content,
            "branch": fetched(cast.reader_a, branch.page, "zweig-pdf").content,
            "drawn": pdf(drawn),
            "archived": archived,
        },
    )
    assert found == {"page": [], "branch": [], "drawn": [], "archived": []}
    assert judged("3a", {"archived": archived}) == {"archived": []}
    with pikepdf.open(BytesIO(archived)) as opened:
        assert opened.attachments["zahlen.csv"].get_file().read_bytes() == b"a;b\n1;2\n"


def test_pdf_says_what_the_page_says_and_is_marked_on_each_sheet(
    cast: Cast, branch: Branch
) -> None:
    written = fetched(cast.reader_a, branch.page, "zweig-pdf").content
    sheets = text_of(written)
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        assert "Handhabung: intern" in sheet
        assert "Musterstadt · Stadtwissen" in sheet
        assert f"Seite {number} von {len(sheets)}" in sheet
    whole = "\n".join(sheets)
    for words in ("Zusammenarbeit „Nord“ / Süd", "Häkchen ☐", "1.234", "Nordmarkt", "Tiefer Text",
                  "Lageplan", "Amt A"):  # fmt: skip
        assert words in whole
    with pikepdf.open(BytesIO(written)) as opened:
        assert str(opened.Root.Lang) == "de-DE"
        assert str(opened.docinfo.Title) == branch.page.title


def test_word_has_real_headings_lists_heads_links_and_descriptions(
    cast: Cast, branch: Branch
) -> None:
    answer = fetched(cast.reader_a, branch.page, "docx")
    document = docx.Document(BytesIO(answer.content))
    styles = {one.text: one.style.name for one in document.paragraphs}
    assert styles[branch.page.title] == "Heading 1"
    assert styles["Sicherheitszusammenarbeit im Bahnhofsviertel"] == "Heading 2"
    assert styles["Gleich eine Ebene zu tief"] == "Heading 3", "no level is left out"
    assert (styles["eins"], styles["darin"]) == ("List Bullet", "List Bullet 2")
    assert styles["erstens"] == "List Number"
    assert styles["Erledigt: Laternen zählen"] == "List Bullet"
    body = document.element.body
    heads = [table for table in document.tables if table._tbl.findall(f".//{qn('w:tblHeader')}")]
    assert ["Bezirk", "2025", "2026"] in [[c.text for c in one.rows[0].cells] for one in heads]
    assert "https://example.org/?a=1&b=2" in {one.target_ref for one in document.part.rels.values()}
    described = [one.get("descr") for one in body.iter(qn("wp:docPr"))]
    assert described == ["", "Ein leerer Platz", ""], "the city's mark is an ornament"
    section = document.sections[0]
    assert "Handhabung: intern" in section.header.paragraphs[0].text
    assert document.core_properties.language == "de-DE"
    assert document.core_properties.author == "Musterstadt · Stadtwissen"


@needs_libreoffice
def test_word_is_opened_by_libreoffice(cast: Cast, branch: Branch, tmp_path: Any) -> None:
    word = fetched(cast.reader_a, branch.page, "docx").content
    whole = "\n".join(text_of(printed_by_libreoffice(word, tmp_path)))
    for words in ("Gleich eine Ebene zu tief", "Seite 1 von", "Handhabung: intern", "1.234"):
        assert words in whole


def test_markdown_has_front_matter_and_the_text(cast: Cast, branch: Branch) -> None:
    answer = fetched(cast.reader_a, branch.page, "md")
    assert answer["Content-Disposition"] == 'attachment; filename="zusammenarbeit-nord-sued.md"'
    assert answer["Cache-Control"] == "private, no-store"
    head, text = answer.content.decode().removeprefix("---\n").split("\n---\n", 1)
    assert 'title: "Zusammenarbeit „Nord“ / Süd"\nkind: "Artikel"' in head
    assert 'handling: "intern"\nresponsible: "Amt A"' in head
    for words in ("# Zusammenarbeit", "### Gleich eine", "**fett**", "| Bezirk | 2025 | 2026 |",
                  "1. erstens\n2. zweitens", "> Zitat", "- Erledigt: Laternen", "x  =  1",
                  "[einem Verweis](<https://example.org/?a=1&b=2>)"):  # fmt: skip
        assert words in text


def everything_in(answer: Any) -> str:
    """Return all that a file holds, packed or not: text, metadata, names, and its headers."""
    content = bytes_of(answer)
    found = [str(answer.headers), content.decode("utf-8", "replace")]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                found += [name, archive.read(name).decode("utf-8", "replace")]
    if content.startswith(b"%PDF"):
        found += text_of(content)
        with pikepdf.open(BytesIO(content)) as opened:
            for one in opened.objects:
                found.append(repr(one))
                if isinstance(one, pikepdf.Stream) and "/Subtype" not in one:
                    found.append(one.read_bytes().decode("latin-1"))
    return "\n".join(found)


FORMS = ("pdf", "docx", "md", "zweig-pdf", "zweig-docx", "zweig-md")


def test_files_hold_nothing_that_the_page_hides(cast: Cast, branch: Branch) -> None:
    third = make_space("kanaribereich")
    hidden = make_article(third, "Kanari im Titel", text="<p>x</p>")
    foreign = picture("kanaribild", "red", third)
    page = branch.page
    page.body = [
        ("paragraph", f'<p>Hier <a linktype="page" id="{hidden.pk}">steht der Verweis</a>.</p>'),
        ("image", {"image": foreign, "alternative_text": "Kanari im Bild", "caption": "Kanari"}),
    ]
    page.save_revision().publish()
    below = publish_below_any(page, ArticlePage(title="Kanari darunter", slug="kanari-darunter"))
    below.classification = Classification.CONFIDENTIAL
    below.save_revision().publish()
    page.add_child(instance=ArticlePage(title="Kanari Entwurf", live=False))
    attach(below, "Kanari Anlage")
    share_page(page, cast.reader_b, actor=cast.steward_a, include_descendants=True)
    for form in (*FORMS, "anlagen"):
        found = everything_in(fetched(cast.reader_b, page, form))
        assert "kanari" not in found.casefold(), form
    text = fetched(cast.reader_b, page, "zweig-md").content.decode()
    assert "Hier steht der Verweis." in text
    assert "Tiefer Text" in text
    assert cast.space_a.title not in text, "a share doesn't name the space"


def test_whoever_may_not_read_gets_what_a_missing_page_gives(cast: Cast, branch: Branch) -> None:
    client = signed_in(cast.reader_b)
    hidden = [client.get(address(branch.page, form)).status_code for form in (*FORMS, "anlagen")]
    assert set(hidden) == {404}
    assert client.get("/herunterladen/987654321/pdf/").status_code == 404
    assert signed_in(cast.reader_a).get(address(branch.page, "exe")).status_code == 404
    assert signed_in(cast.reader_a).post(address(branch.page, "md")).status_code == 405


def test_confidential_pages_are_no_file(cast: Cast, branch: Branch) -> None:
    client = signed_in(cast.reader_a)
    assert "Herunterladen" in client.get(branch.page.url).content.decode()
    branch.page.classification = Classification.CONFIDENTIAL
    branch.page.save_revision().publish()
    assert "Herunterladen" not in client.get(branch.page.url).content.decode()
    answer = client.get(address(branch.page, "md"), follow=True)
    assert answer.redirect_chain == [(branch.page.url, 302)]
    assert "werden nicht als Datei herausgegeben" in answer.content.decode()


def test_a_download_leaves_a_line_and_a_refused_one_none(cast: Cast, branch: Branch) -> None:
    client = signed_in(cast.reader_a)
    client.head(address(branch.page, "md"))
    client.get(address(branch.below, "anlagen"))
    assert not Entry.objects.filter(action="page.exported").exists()
    client.get(address(branch.page, "zweig-md"))
    (entry,) = Entry.objects.filter(action="page.exported")
    assert entry.details == {"file": "zweig-md", "pages": 2}


def test_offered_is_what_there_is(cast: Cast, branch: Branch) -> None:
    client = signed_in(cast.reader_a)
    shown = client.get(branch.page.url).content.decode()
    for form in (*FORMS, "anlagen"):
        assert address(branch.page, form) in shown
    shown = client.get(branch.below.url).content.decode()
    assert address(branch.below, "pdf") in shown
    for form in ("zweig-pdf", "anlagen"):
        assert address(branch.below, form) not in shown


def test_zip_has_the_attachments_under_harmless_names(cast: Cast, branch: Branch) -> None:
    content = bytes_of(fetched(cast.reader_a, branch.page, "anlagen"))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == ["01-lageplan.txt", "02-uebersicht-2026.txt"]
        assert archive.read("01-lageplan.txt") == b"Inhalt"


@pytest.mark.parametrize(
    ("limit", "value"), [("MOST_PAGES", 1), ("HEAVIEST", 50)], ids=["pages", "text"]
)
def test_what_is_too_much_leads_back_with_a_sentence(
    cast: Cast, branch: Branch, limit: str, value: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(composing, limit, value)
    answer = signed_in(cast.reader_a).get(address(branch.page, "zweig-md"), follow=True)
    assert answer.redirect_chain == [(branch.page.url, 302)]
    assert "Es wurde nichts erstellt; wählen Sie eine Seite weiter unten" in answer.content.decode()


def test_a_file_that_takes_too_long_is_given_up(
    cast: Cast, branch: Branch, monkeypatch: Any
) -> None:
    sheet = sheet_of_page(branch.page, request_of(cast.reader_a)).sheet
    with pytest.raises(NotMade):
        made(Order("pdf", sheet, files.fonts()), longest_s=0.05)
    monkeypatch.setattr(files, "made", lambda order: made(order, longest_s=0.05))
    answer = signed_in(cast.reader_a).get(address(branch.page, "pdf"), follow=True)
    assert "hat zu lange gedauert" in answer.content.decode()
