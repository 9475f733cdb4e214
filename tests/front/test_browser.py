"""The pages in a real browser: accessible, narrow, by keyboard and without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Cast
from tests.front.conftest import Pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
KINDS = [
    "start", "search", "space", "group", "minutes", "measure", "measures", "practice",
    "contact", "paper", "event", "article",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: apt-get install chromium, or name yours in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # Playwright's loop runs in this thread; Django must not take that for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_page(browser: Browser, **options: Any) -> Page:  # Any: Playwright's many options
    """Open a German window; an error in a script or a blocked inline style fails the test."""
    context = browser.new_context(locale="de-DE", **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            pytest.fail(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    return page


@pytest.fixture
def session(client: Client, cast: Cast, live_server: LiveServer) -> list[dict[str, str]]:
    """Return the cookies of the signed-in curator for a browser."""
    client.force_login(cast.curator, backend="access.backends.AccessBackend")
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, one line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(
        page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_is_accessible(
    browser: Browser, live_server: LiveServer, scheme: str, cast: Cast
) -> None:
    page = open_page(browser, viewport=NARROW, color_scheme=scheme)
    page.goto(f"{live_server.url}/anmelden/")
    assert violations(page) == []
    assert overflow(page) == 0
    page.get_by_label("Benutzername").fill("niemand")
    page.get_by_label("Passwort").fill("falsch-falsch")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Die Anmeldung hat nicht geklappt.").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_is_accessible(
    browser: Browser, live_server: LiveServer, session: Any, scheme: str
) -> None:
    page = open_page(browser, viewport=WIDE, color_scheme=scheme)
    page.context.add_cookies(session)
    page.goto(f"{live_server.url}/bausteine/")
    assert violations(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict will do
    assert overflow(page) == 0


def test_every_kind_of_page_is_accessible_and_fits_320_pixels(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser)
    page.context.add_cookies(session)
    addresses = pages.addresses()
    for kind in KINDS:
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dict will do
        response = page.goto(live_server.url + addresses[kind])
        assert response is not None
        assert response.status == 200, kind
        assert violations(page) == [], kind
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict will do
        assert violations(page) == [], f"{kind}, narrow"
        assert overflow(page) == 0, kind


def test_narrow_menu_opens_and_closes_by_keyboard(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser, viewport=NARROW, java_script_enabled=True)
    page.context.add_cookies(session)
    page.goto(live_server.url + pages.measure.get_url())
    link = page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link").first
    assert not link.is_visible()
    page.get_by_role("button", name="Menü", exact=True).press("Enter")
    link.wait_for(state="visible")
    page.keyboard.press("Escape")
    link.wait_for(state="hidden")


def test_skip_link_is_first_and_leads_to_the_content(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser, viewport=WIDE)
    page.context.add_cookies(session)
    page.goto(live_server.url + pages.measure.get_url())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_filter_renews_the_list_the_address_and_the_announcement(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser, viewport=WIDE)
    page.context.add_cookies(session)
    page.goto(live_server.url + pages.measures.get_url())
    page.get_by_label("Stand").select_option("done")
    page.get_by_text("Zu dieser Auswahl gibt es keinen Eintrag.").wait_for()
    page.wait_for_url("**/?state=done*")
    assert "horizon=" not in page.url, "what was not chosen does not belong into the address"
    page.wait_for_function(
        "document.getElementById('announcer').textContent.trim() === '0 Einträge'"
    )
    page.go_back()
    page.get_by_role("link", name="Ermittlungsdienste").wait_for()


def test_filter_works_without_scripts(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser, viewport=WIDE, java_script_enabled=False)
    page.context.add_cookies(session)
    page.goto(live_server.url + pages.measures.get_url())
    page.get_by_label("Stand").select_option("done")
    page.get_by_role("button", name="Anwenden").click()
    page.get_by_text("Zu dieser Auswahl gibt es keinen Eintrag.").wait_for()


def test_text_twice_as_large_still_fits(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    # A window of 1280 pixels at 200 % zoom is one of 640 CSS pixels.
    page = open_page(browser, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page.context.add_cookies(session)
    for kind in ("start", "measures", "minutes"):
        page.goto(live_server.url + pages.addresses()[kind])
        assert overflow(page) == 0, kind


def test_print_leaves_out_the_frame(
    browser: Browser, live_server: LiveServer, session: Any, pages: Pages
) -> None:
    page = open_page(browser, viewport=WIDE)
    page.context.add_cookies(session)
    page.goto(live_server.url + pages.measure.get_url())
    page.emulate_media(media="print")
    assert not page.locator("header.sw-header").is_visible()
    assert not page.locator("footer.sw-footer").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
