"""Drawings as PNG, by the two libraries that write PDF and read it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2
import weasyprint
from weasyprint.urls import URLFetcher, URLFetcherResponse

from knowledge.export.drawings import size_of
from knowledge.export.portable import answer
from knowledge.export.sheets import SVG, Picture

_PNG = "image/png"
_SCALE = 2.0  # times its size in CSS pixels: sharp on paper
_POINTS_PER_PIXEL = 0.75
_DRAWING = "drawing:it"


def drawn(picture: Picture) -> Picture:
    """Return a drawing as PNG, any other picture as it is."""
    return Picture(png_of(picture.content), _PNG) if picture.media_type == SVG else picture


def png_of(svg: bytes) -> bytes:
    """Return a drawing as PNG, twice as large as it says it is."""
    width, height = size_of(svg)
    source = (
        f"<style>@page {{ margin: 0; size: {width}px {height}px }} body {{ margin: 0 }}"
        f' img {{ display: block; width: {width}px }}</style><img src="{_DRAWING}">'
    )
    written = weasyprint.HTML(string=source, url_fetcher=_OfDrawing(svg)).write_pdf()
    with pypdfium2.PdfDocument(written) as document:
        image = document[0].render(scale=_SCALE / _POINTS_PER_PIXEL).to_pil()
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


class _OfDrawing(URLFetcher):
    """Gives one drawing and nothing else."""

    def __init__(self, svg: bytes) -> None:
        super().__init__()
        self._svg = svg

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the drawing.

        Raises:
            ValueError: For everything else.
        """
        if url != _DRAWING:
            raise ValueError(f"{url} doesn't come with the drawing.")
        return answer(url, Picture(self._svg, SVG))
