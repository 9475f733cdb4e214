"""What is read out of good files of every format."""

from __future__ import annotations

import datetime as dt
import unicodedata
from email.message import EmailMessage

import pytest

from knowledge.importing.extraction import BlockKind, Extraction, extract_bytes
from tests.importing import builders
from tests.importing.builders import SENTENCE


def read(data: bytes, name: str) -> Extraction:
    extraction = extract_bytes(data, name=name)
    assert extraction.reason is None, extraction.reason
    return extraction


def kinds(extraction: Extraction) -> list[str]:
    return [block.kind.value for block in extraction.blocks]


def html_of(extraction: Extraction) -> str:
    return "".join(block.text for block in extraction.blocks if block.kind is BlockKind.TEXT)


def test_pdf_gives_one_text_a_page_with_umlauts() -> None:
    extraction = read(builders.pdf("Eins", f"Zwei\n{SENTENCE}", title="Lagebild Süd"), "l.pdf")
    assert len(extraction.pages) == 2
    assert SENTENCE in extraction.pages[1].replace("\n", " ")
    assert extraction.title == "Lagebild Süd"
    assert extraction.language == "de"


def test_pdf_headings_come_from_bookmarks() -> None:
    data = builders.pdf(f"Anlass\n{SENTENCE}", f"Ergebnis\n{SENTENCE}", bookmarks=True)
    assert read(data, "a.pdf").headings == ("Anlass", "Ergebnis")


def test_pdf_without_bookmarks_takes_large_letters_as_headings() -> None:
    data = builders.pdf(f"Anlass\n{SENTENCE * 3}", f"Ergebnis\n{SENTENCE * 3}")
    assert read(data, "a.pdf").headings == ("Anlass", "Ergebnis")


def test_pdf_joins_words_that_a_line_end_parts_but_keeps_strokes() -> None:
    data = builders.pdf("Titel\nDie Sicherheits-\nkonferenz und die Haupt-\nund Nebenwege.")
    text = read(data, "a.pdf").pages[0]
    assert "Sicherheitskonferenz" in text
    assert "Haupt- und Nebenwege" in text.replace("-\nund", "- und")


def test_pdf_leaves_out_running_titles() -> None:
    pages = [
        f"Stadt Dortmund\n{word} {SENTENCE}\n{word} zuerst.\n{word} danach.\n{word} zuletzt.\nSeite {number}"
        for number, word in enumerate(["Nord", "Süd", "Ost", "West", "Mitte", "Hafen"], start=1)
    ]
    extraction = read(builders.pdf(*pages), "a.pdf")
    assert not any("Stadt Dortmund" in page or "Seite" in page for page in extraction.pages)
    assert all(SENTENCE[:20] in page for page in extraction.pages)
    assert "Hafen zuletzt." in extraction.pages[5]


def test_pdf_pages_that_repeat_each_other_keep_their_text() -> None:
    extraction = read(builders.pdf(*["Formular\nName\nDatum der Anmeldung"] * 5), "a.pdf")
    assert all("Formular" in page for page in extraction.pages)


def test_pdf_that_only_forbids_printing_is_read() -> None:
    assert "Müllabfuhr" in read(builders.pdf(SENTENCE, password=""), "a.pdf").pages[0]


def test_docx_gives_headings_list_and_table() -> None:
    extraction = read(builders.word(), "Lage.docx")
    assert extraction.headings == ("Lagebild Nordmarkt", "Anlass", "Maßnahmen", "Sofort")
    levels = [block.level for block in extraction.blocks if block.kind is BlockKind.HEADING]
    assert levels == [1, 2, 2, 3]
    assert "<strong>unverändert</strong>." in html_of(extraction)
    assert "<ul><li>Beleuchtung prüfen</li><li>Grünschnitt</li></ul>" in html_of(extraction)
    table = next(block for block in extraction.blocks if block.kind is BlockKind.TABLE)
    assert table.rows == (("Straße", "Zahl"), ("Münsterstraße", "12"))
    assert "Münsterstraße | 12" in extraction.pages[0]


def test_odt_gives_headings_list_and_table() -> None:
    extraction = read(builders.open_text(), "Niederschrift.odt")
    # LibreOffice numbers these headings, as the styles of the file say.
    assert extraction.headings == ("Niederschrift", "1. Begrüßung", "1.1. Beschlüsse")
    levels = [block.level for block in extraction.blocks if block.kind is BlockKind.HEADING]
    assert levels == [1, 2, 3]
    assert "<p>Frau Müller begrüßt alle.</p>" in html_of(extraction)
    assert "<ul><li>Erstens</li><li>Zweitens</li></ul>" in html_of(extraction)
    table = next(block for block in extraction.blocks if block.kind is BlockKind.TABLE)
    assert table.rows[1] == ("Einladen", "EDG")
    assert table.has_header


def test_html_leaves_out_scripts_and_navigation() -> None:
    extraction = read(
        builders.html(
            "<nav><a href='x'>Menü</a></nav><h1>Sperrmüll</h1><p>Abholung <b>kostenlos</b>.</p>"
            "<p onclick='x()'>Zweiter <a href='https://example.org/a?b=1&amp;c=2'>Verweis</a></p>"
            "<style>p{}</style><pre>Zeile 1\n  Zeile 2</pre>"
        ),
        "Seite.html",
    )
    text = extraction.pages[0]
    assert "boese" not in text
    assert "Menü" not in text
    assert "<strong>kostenlos</strong>" in html_of(extraction)
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html_of(extraction)
    assert kinds(extraction) == ["heading", "text", "code"]
    assert extraction.blocks[2].text == "Zeile 1\n  Zeile 2"


def test_html_tables_with_spans_are_filled_and_layout_tables_dissolved() -> None:
    extraction = read(
        builders.html(
            "<table><tr><th>Ort</th><th>Tag</th></tr><tr><td rowspan=2>Nord</td><td>Mo</td></tr>"
            "<tr><td>Di</td></tr></table><table><tr><td><h2>Kasten</h2><p>Text im Kasten</p></td></tr></table>"
            "<table><tr><td></td><th>Hinweis</th></tr><tr><td></td><td>Bitte beachten.</td></tr></table>"
        ),
        "t.html",
    )
    assert kinds(extraction) == ["table", "heading", "text"]
    assert extraction.blocks[0].rows == (("Ort", "Tag"), ("Nord", "Mo"), ("Nord", "Di"))
    assert "<strong>Hinweis</strong>" in html_of(extraction)
    assert "Bitte beachten." in html_of(extraction)


def test_html_nested_lists_stay_nested() -> None:
    extraction = read(
        builders.html(
            "<ol><li><p>Eins</p><p>mehr</p><ul><li>innen</li></ul></li><li>Zwei</li></ol>"
        ),
        "l.html",
    )
    assert (
        html_of(extraction) == "<ol><li>Eins<br/>mehr<ul><li>innen</li></ul></li><li>Zwei</li></ol>"
    )


@pytest.mark.parametrize("charset", ["iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"])
def test_html_in_old_encodings(charset: str) -> None:
    data = builders.html(f"<h1>Größe</h1><p>{SENTENCE}</p>", charset=charset)
    assert SENTENCE in read(data, "alt.htm").pages[0]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "cp850"],
)
def test_text_in_every_usual_encoding(encoding: str) -> None:
    text = f"Öffnungszeiten der Bezirksverwaltungsstelle\n\n{SENTENCE}\nZweite Zeile.\n"
    assert SENTENCE in read(text.encode(encoding), "alt.txt").pages[0]


def test_text_with_underlined_headings_lists_and_columns() -> None:
    text = (
        "Merkblatt\n=========\n\nEin Absatz\nüber zwei Zeilen, der lang genug ist, um als Fließtext zu gelten.\n\n"
        "- eins\n- zwei\n\nOrt      Zahl\nNord       12\nSüd         3\n"
    )
    extraction = read(text.encode(), "m.txt")
    assert extraction.headings == ("Merkblatt",)
    assert "Absatz über zwei Zeilen" in html_of(extraction)
    assert "<ul><li>eins</li><li>zwei</li></ul>" in html_of(extraction)
    assert extraction.blocks[-1].kind is BlockKind.CODE


def test_markdown_gives_title_table_code_and_links() -> None:
    source = (
        "---\ntitle: Leitfaden\n---\n# Leitfaden\n\nText mit **Fett** und [Verweis](anderes.md).\n\n"
        "| A | B |\n|---|---|\n| ä | ö |\n\n```\n# kein Titel\n```\n"
    )
    extraction = read(source.encode(), "l.md")
    assert extraction.title == "Leitfaden"
    assert extraction.headings == ("Leitfaden",)
    assert 'href="anderes.md"' in html_of(extraction)
    assert kinds(extraction) == ["heading", "text", "table", "code"]


def test_spreadsheets_slides_and_mails() -> None:
    assert "Bänke | 1200" in read(builders.workbook(), "k.xlsx").pages[0]
    slides = read(builders.slides(), "p.pptx")
    assert slides.headings == ("Präventionsrat",)
    assert "Drei Stadtbezirke" in slides.pages[0]
    message = read(builders.mail(), "m.eml")
    assert message.title == "Rückmeldung zur Begehung"
    assert "Hauptbahnhof" in message.pages[0]
    assert "ä | ö" in read("Spalte;Wert\nä;ö\n".encode("cp1252"), "t.csv").pages[0]


def test_text_is_composed_and_free_of_invisible_characters() -> None:
    text = unicodedata.normalize("NFD", "Fußgänger\u00adzone im Übergang, größer als gedacht.")
    page = read(f"{text}\u200b\x1b".encode(), "n.md").pages[0]
    assert page == "Fußgängerzone im Übergang, größer als gedacht."


def test_english_is_recognised() -> None:
    text = "The manual is for all of you. It is written in the language that this test is about."
    assert read(text.encode(), "e.txt").language == "en"


SENT_AT = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
FILETIME = int((SENT_AT - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds()) * 10_000_000


def test_outlook_message_gives_head_text_and_names_of_its_attachments() -> None:
    message = builders.outlook_message(
        {
            "0037001F": "Rückmeldung zur Begehung",
            "0C1A001F": "Leitstelle",
            "5D01001F": "leitstelle@example.org",
            "0E04001F": "Ordnungsamt\x00",
            "1000001F": "Guten Tag,\r\n\r\ndie Begehung am Hauptbahnhof ist erledigt.\r\n" * 90,
        },
        attachments=("Lageplan Größe.pdf", "Liste.xlsx"),
        numbers={0x0039: (0x0040, FILETIME)},
    )
    extraction = read(message, "Rückmeldung.msg")
    assert (extraction.format, extraction.title) == ("msg", "Rückmeldung zur Begehung")
    (page,) = extraction.pages
    assert page.startswith(
        "Von | Leitstelle <leitstelle@example.org>\nAn | Ordnungsamt\n"
        "Datum | 4. Mai 2026, 11:30 Uhr\nGuten Tag,"
    )
    assert page.count("Hauptbahnhof") == 90
    assert page.endswith("Lageplan Größe.pdf\nListe.xlsx")


def test_outlook_message_in_an_old_code_page_or_with_html_alone() -> None:
    old = builders.outlook_message(
        {"0037001E": "Müll in der Straße".encode("cp1252"), "1000001E": "Größe".encode("cp1252")},
        numbers={0x3FFD: (0x0003, 1252)},
    )
    assert read(old, "alt.msg").title == "Müll in der Straße"
    assert read(old, "alt.msg").pages == ("Größe",)
    html = builders.html("<h1>Lage</h1><p>Die Begehung &amp; mehr</p>").replace(b"boese", b"x")
    page = read(builders.outlook_message({"10130102": html}), "html.msg").pages[0]
    assert page == "Lage\nDie Begehung & mehr"


def test_mails_attached_to_a_mail_are_named() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Ursprüngliche Meldung"
    inner.set_content("Der Text darin.")
    outer = EmailMessage()
    outer["Subject"] = "Weiterleitung"
    outer.set_content("Siehe Anhang, bitte prüfen.")
    outer.add_attachment(inner)
    outer.add_attachment(b"x", maintype="application", subtype="pdf", filename="Plan Süd.pdf")
    page = read(outer.as_bytes(), "w.eml").pages[0]
    assert "Ursprüngliche Meldung" in page
    assert "Plan Süd.pdf" in page
