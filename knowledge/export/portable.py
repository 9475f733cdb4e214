"""Write a sheet as PDF that is tagged for readers who can't see it (PDF/UA-1).

Needs neither Django nor the database; fonts and pictures come with the call and nothing is fetched from anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from knowledge.export.as_html import LOGO, PICTURES, STYLE, html_of
from knowledge.export.letters import writable
from knowledge.export.sheets import SVG, Picture, Sheet

ACCESSIBLE = "pdf/ua-1"
_FONTS = "font:"
_DPI = 150  # pictures finer than that make large files and no better print


def pdf_of(sheet: Sheet, *, fonts: Mapping[str, Path]) -> bytes:
    """Return the sheet as PDF/UA-1.

    Args:
        sheet: What it says.
        fonts: Files of the typeface by style: Regular, Italic, SemiBold.
    """
    return pdf_of_html(source_of(sheet, fonts), fetcher=OfSheet(sheet, fonts))


def source_of(sheet: Sheet, fonts: Mapping[str, Path]) -> str:
    """Return the sheet as HTML, with letters that our typefaces have."""
    return writable(html_of(sheet, STYLE.read_text("utf-8")), fonts["Regular"])


def pdf_of_html(
    source: str, *, fetcher: URLFetcher, variant: str = ACCESSIBLE, **options: Any
) -> bytes:
    """Return a whole HTML document as a tagged PDF.

    Args:
        source: With `lang` and `title`, headings without gaps, a text for each picture.
        fetcher: Gives fonts and pictures; what it refuses is missing.
        variant: One of WeasyPrint's.
        options: Further ones of WeasyPrint's.
    """
    written = weasyprint.HTML(string=source, url_fetcher=fetcher).write_pdf(
        pdf_variant=variant,
        pdf_tags=True,
        font_config=FontConfiguration(),
        optimize_images=True,
        dpi=_DPI,
        **options,
    )
    return bytes(written or b"")


class OfSheet(URLFetcher):
    """Gives the pictures and fonts of one sheet; there is nothing else in the world."""

    def __init__(self, sheet: Sheet, fonts: Mapping[str, Path]) -> None:
        super().__init__()
        self._sheet, self._fonts = sheet, fonts

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return a picture or a font.

        Raises:
            ValueError: For everything else.
        """
        if url.startswith(_FONTS) and url.removeprefix(_FONTS) in self._fonts:
            path = self._fonts[url.removeprefix(_FONTS)]
            return answer(url, Picture(path.read_bytes(), "font/ttf"))
        if url.startswith(PICTURES) and url.removeprefix(PICTURES) in self._sheet.pictures:
            picture = self._sheet.pictures[url.removeprefix(PICTURES)]
            if picture.media_type == SVG:
                text = writable(picture.content.decode(), self._fonts["Regular"])
                picture = Picture(text.encode(), SVG)
            return answer(url, picture)
        if url.startswith(LOGO) and self._sheet.letterhead.logo is not None:
            return answer(url, self._sheet.letterhead.logo)
        raise ValueError(f"{url} doesn't come with the sheet.")


def answer(url: str, picture: Picture) -> URLFetcherResponse:
    """Return what a fetcher of WeasyPrint gives for some bytes."""
    return URLFetcherResponse(url, picture.content, {"Content-Type": picture.media_type})
