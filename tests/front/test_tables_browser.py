"""Indicators and tables in a browser: send a table, look at it, write it, change many; accessible at both widths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Cast
from tests.factories import make_measure
from tests.front.test_browser import (
    ARGUMENTS,
    CHROMIUM,
    NARROW,
    WIDE,
    overflow,
    require_chromium,
    squeezed,
    violations,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
SHOTS = os.environ.get("STADTWISSEN_SHOTS", "")  # a folder: keep pictures to look at
TABLE = """Kennung;Name;Art;Ebene;Einheit;Gute Richtung;Quelle;Gebiet;Jahr;Wert;Ziel;Bruch;Hinweis
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;2021;2,4;;;
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;2022;2,6;;;
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;2023;;;;nicht gefragt
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;2024;2,1;;ja;neue Frage
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;2025;2,0;1,8;;
gefuehl;Sicherheitsgefühl (erfunden);subjektiv;Wirkung;Schulnote;weniger;Befragung;Stadt;20255;2,0;;;
"""


@pytest.fixture
def page(cast: Cast, live_server: LiveServer) -> Iterator[Page]:
    """Return a window of a publisher of A, in whose space two measures stand."""
    require_chromium()
    for number, title in ((1, "Hafen beleuchten"), (2, "Hafen reinigen")):
        make_measure(cast.space_a, number, title, state="running")
    client = Client()
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        context = browser.new_context(locale="de-DE", base_url=live_server.url, viewport=WIDE)
        named = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}
        context.add_cookies([named])  # type: ignore[list-item]
        window = context.new_page()
        window.set_default_timeout(60_000)
        yield window
        browser.close()


def assert_usable(page: Page, name: str) -> None:
    for size, width in ((WIDE, "1280"), (NARROW, "320")):
        page.set_viewport_size(size)
        assert violations(page) == [], page.url
        assert overflow(page) == 0, page.url
        assert squeezed(page) == [], page.url
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size(WIDE)


def test_a_table_is_sent_looked_at_and_written(page: Page) -> None:
    page.goto("/tabellen/bereich-a/indikatoren/")
    assert_usable(page, "exchange")
    file = {"name": "werte.csv", "mimeType": "text/csv", "buffer": TABLE.encode("latin-1")}
    page.get_by_label("CSV- oder XLSX-Datei").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Ansehen").click()
    page.get_by_text("Das Jahr 20255 kann nicht gemeint sein.").wait_for()
    assert_usable(page, "preview")
    page.get_by_role("button", name="Neues und Geändertes schreiben").click()
    page.get_by_text("5 von 5").wait_for()
    assert_usable(page, "written")
    page.goto("/indikatoren/")
    page.get_by_role("img", name="Sicherheitsgefühl (erfunden) (Stadt)").wait_for()
    assert_usable(page, "indicators")


def test_many_measures_are_changed_at_once(page: Page) -> None:
    page.goto("/ueberblick/liste/?state=running")
    page.get_by_role("link", name="Mehrere Maßnahmen ändern").click()
    page.get_by_label("Stand (freiwillig)").select_option(label="ruht")
    page.get_by_label("M 1 Hafen beleuchten").check()
    page.get_by_label("M 2 Hafen reinigen").check()
    assert_usable(page, "change")
    page.get_by_role("button", name="Ansehen").click()
    page.get_by_text("2 Maßnahmen würden geändert.").wait_for()
    assert_usable(page, "change-preview")
    page.get_by_role("button", name="Ändern").click()
    page.get_by_text("2 Maßnahmen wurden geändert.").wait_for()
