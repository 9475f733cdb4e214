"""Files made for the tests; none comes from elsewhere."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import docx
from fpdf import FPDF
from fpdf.enums import AccessPermission
from odfdo import Document as OdfDocument
from odfdo import Header, List, Paragraph, Row, Table

SENTENCE = "Die Müllabfuhr räumt wöchentlich die Straße vor dem Ordnungsamt auf."


def pdf(*pages: str, title: str = "", password: str = "", bookmarks: bool = False) -> bytes:
    """Return a PDF with one text a page; the first line of each is its heading."""
    document = FPDF()
    if title:
        document.set_title(title)
    if password:
        document.set_encryption(
            owner_password="owner", user_password=password, permissions=AccessPermission.none()
        )
    for text in pages:
        document.add_page()
        heading, _, rest = text.partition("\n")
        if bookmarks:
            document.start_section(heading)
        document.set_font("Helvetica", size=18)
        document.multi_cell(0, 10, heading, new_x="LMARGIN", new_y="NEXT")
        document.set_font("Helvetica", size=11)
        if rest:
            document.multi_cell(0, 6, rest, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def scanned_pdf() -> bytes:
    """Return a PDF whose only page has a drawing and no text."""
    document = FPDF()
    document.add_page()
    document.rect(20, 20, 100, 100, style="F")
    return bytes(document.output())


def word(*, title: str = "Lagebild Nordmarkt") -> bytes:
    """Return a DOCX with title, headings, a list, bold text, a link-free paragraph and a table."""
    document = docx.Document()
    document.add_heading(title, level=0)
    document.add_heading("Anlass", level=1)
    paragraph = document.add_paragraph("Die Lage ist ")
    paragraph.add_run("unverändert").bold = True
    paragraph.add_run(".")
    document.add_heading("Maßnahmen", level=1)
    document.add_heading("Sofort", level=2)
    document.add_paragraph("Beleuchtung prüfen", style="List Bullet")
    document.add_paragraph("Grünschnitt", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["Straße", "Zahl", "Münsterstraße", "12"],
        strict=True,
    ):
        cell.text = text
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def open_text(*, title: str = "Niederschrift") -> bytes:
    """Return an ODT with headings, a list and a table."""
    document = OdfDocument("text")
    body = document.body
    body.clear()
    body.append(Paragraph(title, style="Title"))
    body.append(Header(1, "Begrüßung"))
    body.append(Paragraph("Frau Müller begrüßt alle."))
    body.append(Header(2, "Beschlüsse"))
    body.append(List(["Erstens", "Zweitens"]))
    table = Table("Aufgaben")
    for values in (["Aufgabe", "Wer"], ["Einladen", "EDG"], ["Räumen", "Stadt"]):
        row = Row()
        row.set_values(values)
        table.append(row)
    body.append(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def replaced(data: bytes, part: str, content: bytes) -> bytes:
    """Return an office file with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, part: content})


def workbook() -> bytes:
    """Return an XLSX with one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Kosten"
    sheet.append(["Posten", "Euro"])
    sheet.append(["Bänke", 1200])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def slides() -> bytes:
    """Return the parts of a PPTX that hold text: one slide with title and text."""
    namespaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    slide = (
        f'<p:sld {namespaces}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
        "<p:txBody><a:p><a:r><a:t>Präventionsrat</a:t></a:r></a:p></p:txBody></p:sp>"
        "<p:sp><p:txBody><a:p><a:r><a:t>Drei Stadtbezirke</a:t></a:r></a:p></p:txBody></p:sp>"
        "</p:spTree></p:cSld></p:sld>"
    )
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "ppt/presentation.xml": b"<presentation/>",
            "ppt/slides/slide1.xml": slide.encode(),
        }
    )


def mail() -> bytes:
    """Return a mail with umlauts in subject and text."""
    message = EmailMessage()
    message["Subject"] = "Rückmeldung zur Begehung"
    message["From"] = "leitstelle@example.org"
    message["To"] = "ordnungsamt@example.org"
    message.set_content("Guten Tag,\n\ndie Begehung am Hauptbahnhof ist erledigt.\n")
    return message.as_bytes()


def html(body: str, *, title: str = "Seite", charset: str = "utf-8") -> bytes:
    """Return an HTML page."""
    page = (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}</title>"
        f"<script>alert('boese')</script></head><body>{body}</body></html>"
    )
    return page.encode(charset)
