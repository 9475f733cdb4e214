"""Small real files for the samples, written without further libraries where a few lines do."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from odfdo import Document, Header, Paragraph
from PIL import Image, ImageDraw, ImageFont

LINES_PER_PDF_PAGE = 40

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_WORD_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>{paragraphs}</w:body></w:document>"
)


def as_text(title: str, lines: list[str]) -> bytes:
    """Return a plain text file."""
    return "\n".join([title, "", *lines, ""]).encode()


def as_odt(title: str, lines: list[str]) -> bytes:
    """Return an OpenDocument text."""
    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, title))
    for line in lines:
        document.body.append(Paragraph(line))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_docx(title: str, lines: list[str]) -> bytes:
    """Return a Word document."""
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in [title, *lines]
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _CONTENT_TYPES)
        package.writestr("_rels/.rels", _RELATIONSHIPS)
        package.writestr("word/document.xml", _WORD_DOCUMENT.format(paragraphs=paragraphs))
    return file.getvalue()


def as_pdf(title: str, lines: list[str]) -> bytes:
    """Return a PDF with these lines, some 40 a page."""
    text = [title, "", *lines]
    pages = [
        text[start : start + LINES_PER_PDF_PAGE]
        for start in range(0, len(text), LINES_PER_PDF_PAGE)
    ]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * number)
        )
        stream = _pdf_text(page)
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    return _pdf_file(objects)


def _pdf_text(lines: list[str]) -> bytes:
    shown = []
    for line in lines:
        # cp1252 is what PDF calls WinAnsiEncoding.
        text = line.encode("cp1252", "replace").replace(b"\\", b"\\\\")
        shown.append(b"(%b) Tj T*" % text.replace(b"(", b"\\(").replace(b")", b"\\)"))
    return b"BT /F1 11 Tf 18 TL 56 780 Td\n" + b"\n".join(shown) + b"\nET"


def _pdf_file(objects: list[bytes]) -> bytes:
    file = io.BytesIO()
    file.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(file.tell())
        file.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        file.write(b"%010d 00000 n \n" % offset)
    file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()


def flow_chart(steps: list[str]) -> bytes:
    """Return a picture (PNG) of steps from left to right.

    Args:
        steps: One short word each, in ASCII: Pillow's own font has no umlauts.
    """
    width, height, gap = 210, 110, 50  # px
    size = (len(steps) * (width + gap) + gap, height + 2 * gap)
    picture = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=24)
    middle = gap + height // 2
    for number, step in enumerate(steps):
        left = gap + number * (width + gap)
        draw.rounded_rectangle(
            (left, gap, left + width, gap + height), 12, fill="#e8eef5", outline="#1d4f91", width=3
        )
        draw.text((left + width / 2, middle), step, fill="#14213d", font=font, anchor="mm")
        if number:
            draw.line((left - gap + 6, middle, left - 12, middle), fill="#1d4f91", width=4)
            draw.polygon(
                [(left - 4, middle), (left - 18, middle - 9), (left - 18, middle + 9)],
                fill="#1d4f91",
            )
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
