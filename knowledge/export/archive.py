"""Write a PDF for the archive that is accessible as well: PDF/A-3a and PDF/UA-1 in one, with files inside.

WeasyPrint writes either. What makes a PDF/A-3a a PDF/UA-1, too, is said in its metadata, where PDF/A wants each
property described that it doesn't know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import weasyprint
from weasyprint.urls import URLFetcher

from knowledge.export.portable import OfSheet, pdf_of_html, source_of
from knowledge.export.sheets import Enclosed, Sheet

_VARIANT = "pdf/a-3a"
_IS_ACCESSIBLE = """
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def archived_sheet(
    sheet: Sheet, *, fonts: Mapping[str, Path], enclosed: Sequence[Enclosed] = ()
) -> bytes:
    """Return the sheet as PDF/A-3a and PDF/UA-1."""
    source = source_of(sheet, fonts)
    return archived_html(source, fetcher=OfSheet(sheet, fonts), enclosed=enclosed)


def archived_html(source: str, *, fetcher: URLFetcher, enclosed: Sequence[Enclosed] = ()) -> bytes:
    """Return a whole HTML document as PDF/A-3a and PDF/UA-1.

    Args:
        source: With `lang` and `title`, headings without gaps, a text for each picture.
        fetcher: Gives fonts and pictures; what it refuses is missing.
        enclosed: Files to lie inside.
    """
    attachments = [
        weasyprint.Attachment(
            string=one.content, name=one.name, description=one.description, relationship="Data"
        )
        for one in enclosed
    ]
    written = pdf_of_html(source, fetcher=fetcher, variant=_VARIANT, attachments=attachments)
    return _said_to_be_accessible(written)


def _said_to_be_accessible(written: bytes) -> bytes:
    """Return a tagged PDF/A-3a that says that it is PDF/UA-1 as well.

    WeasyPrint's own option `xmp_metadata` adds behind the RDF, where nothing reads it.
    """
    with pikepdf.open(BytesIO(written)) as pdf:
        before = bytes(pdf.Root.Metadata.read_bytes()).decode()
        stream = pdf.make_stream(
            before.replace("</rdf:RDF>", f"{_IS_ACCESSIBLE}</rdf:RDF>").encode(),
            Type=pikepdf.Name.Metadata,
            Subtype=pikepdf.Name.XML,
        )
        pdf.Root.Metadata = stream
        out = BytesIO()
        # PDF/A wants a file identifier, and 1.7 in the first line.
        pdf.save(out, force_version="1.7", deterministic_id=False)
    return out.getvalue()
