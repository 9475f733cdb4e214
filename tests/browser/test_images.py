"""The pictures of the most used pages in `docs/images`: taken anew with `STADTWISSEN_IMAGES=1`, else left alone."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("STADTWISSEN_IMAGES" not in os.environ, reason="STADTWISSEN_IMAGES=1"),
]
FOLDER = Path(settings.BASE_DIR) / "docs" / "images"
WIDTHS = (1280, 390)
HIGHEST = 1400  # pixels: the beginning of a page says what it is
COLOURS = 64  # of a palette: text and flat colours need no more
PAGES = {
    "start": "/",
    "suche": "/suche/?q=müll",
    "massnahmen": "/massnahmen/katalog/",
    "massnahme": "/massnahmen/katalog/massnahme-16/",
    "arbeitsgruppen": "/arbeitsgruppen/",
    "arbeitsgruppe": "/ag-sichere-oeffentliche-raeume/",
    "protokoll": "/ag-sichere-oeffentliche-raeume/protokolle/raeume-sitzung-8/",
    "kontakte": "/kontakte/verzeichnis/",
    "artikel": "/wissen/artikel/wilder-muell-meldewege/",
    "bereiche": "/zugriff/",
}


def take(page: Page, base: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(base + PAGES[name])
    assert answer is not None
    assert answer.status == 200, name
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    shown = picture.crop((0, 0, width, min(picture.height, HIGHEST)))
    shown.quantize(COLOURS).save(FOLDER / f"{name}-{width}.png", optimize=True)


def test_the_most_used_pages_are_pictured(sign_in: SignIn) -> None:
    page = sign_in("koordination")
    base = page.url.rstrip("/")
    for name in PAGES:
        for width in WIDTHS:
            take(page, base, name, width)
