"""Files made for the tests; none comes from elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
from email.message import EmailMessage
from typing import Any

import docx
import pypdfium2 as pdfium
from fpdf import FPDF
from fpdf.enums import AccessPermission
from odfdo import Document as OdfDocument
from odfdo import Header, List, Paragraph, Row, Table

SENTENCE = "Die Müllabfuhr räumt wöchentlich die Straße vor dem Ordnungsamt auf."


def pdf(
    *pages: str,
    title: str = "",
    password: str = "",
    bookmarks: bool = False,
    size_mm: tuple[int, int] = (210, 297),
) -> bytes:
    """Return a PDF with one text a page; the first line of each is its heading."""
    document = FPDF(format=size_mm)
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


def photographed_pdf(*pages: str) -> bytes:
    """Return a PDF whose pages are pictures of these texts, as a scanner makes it; an empty text is a blank page."""
    scanned = FPDF()
    for page in pdfium.PdfDocument(pdf(*pages)):
        picture = page.render(scale=200 / 72, grayscale=True).to_pil()
        scanned.add_page()
        scanned.image(picture, 0, 0, scanned.w, scanned.h)
    return bytes(scanned.output())


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


def outlook_message(
    properties: dict[str, str | bytes],
    *,
    attachments: tuple[str, ...] = (),
    numbers: dict[int, tuple[int, int]] | None = None,
    named: dict[int, int] | None = None,
    inside: bytes = b"",
) -> bytes:
    """Return a MSG file.

    Args:
        properties: Number and type of a property (`0037001F`) to its value; text is stored as UTF-16.
        attachments: Their long file names.
        numbers: Number of a property to its type and value, for times and code pages.
        named: Number that a named property has everywhere to the one that it has in this file.
        inside: A text; if given, a message with that text is attached.
    """
    table = b"\x00" * 32 + b"".join(
        struct.pack("<HHIQ", kind, number, 6, value)
        for number, (kind, value) in (numbers or {}).items()
    )
    tree: dict[str, Any] = {"__properties_version1.0": table}
    for name, value in properties.items():
        stored = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{name}"] = stored
    for number, name in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": b"\x00" * 8,
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": b"\x00" * 5000,
        }
    if named:
        entries = (struct.pack("<IHH", lid, 0, here - 0x8000) for lid, here in named.items())
        tree["__nameid_version1.0"] = {"__substg1.0_00030102": b"".join(entries)}
    if inside:
        message = {"__properties_version1.0": b"\x00" * 24, "__substg1.0_1000001F": inside}
        tree["__attach_version1.0_#00000099"] = {
            "__properties_version1.0": b"\x00" * 8,
            "__substg1.0_3701000D": message,
        }
    return _compound_file(tree)


_END, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
_SECTOR, _SMALL_SECTOR, _SMALL_STREAM = 512, 64, 4096


def _compound_file(tree: dict[str, Any]) -> bytes:
    """Write a compound file ([MS-CFB], version 3); each storage holds its entries as a list, not a balanced tree."""
    entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5}]

    def add(level: dict[str, Any], parent: int) -> None:
        before = None
        for name, value in sorted(level.items(), key=lambda one: (len(one[0]), one[0].upper())):
            entries.append({"name": name, "kind": 1 if isinstance(value, dict) else 2})
            number = len(entries) - 1
            entries[parent if before is None else before][
                "child" if before is None else "right"
            ] = number
            before = number
            if isinstance(value, dict):
                add(value, number)
            else:
                entries[number]["data"] = value

    add(tree, 0)
    sectors: list[bytes] = []
    chain: list[int] = []

    def store(data: bytes) -> int:
        """Append data to the sectors and return where it begins."""
        if not data:
            return _END
        first = len(sectors)
        for start in range(0, len(data), _SECTOR):
            sectors.append(data[start : start + _SECTOR].ljust(_SECTOR, b"\x00"))
            chain.append(len(sectors))
        chain[-1] = _END
        return first

    small, small_chain = b"", []
    for entry in entries[1:]:
        data = entry.get("data", b"")
        if len(data) >= _SMALL_STREAM:
            entry["start"] = store(data)
        elif data:
            entry["start"] = len(small_chain)
            count = -(-len(data) // _SMALL_SECTOR)
            small += data.ljust(count * _SMALL_SECTOR, b"\x00")
            small_chain += [*range(len(small_chain) + 1, len(small_chain) + count), _END]
    entries[0] |= {"data": small, "start": store(small)}
    small_table = b"".join(struct.pack("<I", one) for one in small_chain)
    small_table_at = store(small_table)
    directory = b"".join(map(_directory_entry, entries))
    directory_at = store(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\x00"))
    table_count = -(-(len(chain) + 109) // (_SECTOR // 4))
    table_at = len(sectors)
    table = [*chain, *[0xFFFFFFFD] * table_count]
    table += [_FREE] * (table_count * _SECTOR // 4 - len(table))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, table_count, directory_at, 0, _SMALL_STREAM, small_table_at,
        -(-len(small_table) // _SECTOR), _END, 0,
    )  # fmt: skip
    places = [*range(table_at, table_at + table_count)]
    head += b"".join(struct.pack("<I", one) for one in places + [_FREE] * (109 - len(places)))
    return head + b"".join(sectors) + b"".join(struct.pack("<I", one) for one in table)


def _directory_entry(entry: dict[str, Any]) -> bytes:
    name = entry["name"].encode("utf-16-le") + b"\x00\x00"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), entry["kind"], 1, _NONE, entry.get("right", _NONE),
        entry.get("child", _NONE), b"", 0, 0, 0, entry.get("start", 0), len(entry.get("data", b"")),
    )  # fmt: skip
