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
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from tests.conftest import Cast
from tests.factories import OrganisationFactory, make_article
from tests.front.conftest import Pages

# The flush between two tests would take the root page along, which a migration makes.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}


class Browsing:
    """A browser on the test server."""

    def __init__(
        self, browser: Browser, url: str, cookies: list[Any], *, timeout: float = 15_000
    ) -> None:
        self.url = url
        self._browser = browser
        self._cookies = cookies  # Any: Playwright's own type of cookies
        self._timeout = timeout  # in ms, of each step in the browser

    def open(self, address: str, *, signed_in: bool = True, **options: Any) -> Page:
        """Open a German window; an error in a script or something the policy blocks fails the test."""
        context = self._browser.new_context(locale="de-DE", **options)
        if signed_in:
            context.add_cookies(self._cookies)
        page = context.new_page()
        page.set_default_timeout(self._timeout)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.on("console", _fail_on_blocked)
        page.goto(self.url + address)
        return page


def _fail_on_blocked(message: ConsoleMessage) -> None:
    if "Content Security Policy" in message.text:
        pytest.fail(message.text)


def require_chromium() -> None:
    """Leave the test out where there is no browser; fail where there must be one."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: apt-get install chromium, or name yours in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture
def browsing(live_server: LiveServer, client: Client, cast: Cast) -> Iterator[Browsing]:
    """Start Chromium after the data are there, and stop it before they go: tests name `pages` first.

    While Playwright runs there is an event loop in this thread, and Django would give it another
    database connection than the one that tests prepare and clean.
    """
    require_chromium()
    client.force_login(cast.curator, backend="access.backends.AccessBackend")
    name = settings.SESSION_COOKIE_NAME
    cookies = [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield Browsing(browser, live_server.url, cookies)
        browser.close()


def follow(link: Locator, *, key: str = "") -> None:
    """Click a link or button, or press a key on it, and wait for the page that it leads to.

    What looks at the page right away would else look at the page before, or at none.
    """
    with link.page.expect_event("load"):
        if key:
            link.press(key)
        else:
            link.click()


def violations(page: Page, within: str | None = None) -> list[str]:
    """Return what axe finds wrong on the page, or inside of what a selector names; one line each."""
    found = Axe().run(page, context=within, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def squeezed(page: Page) -> list[str]:
    """Return what stands on buttons that are narrower than their words."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, .kern-btn")]
            .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
            .map(one => one.textContent.trim())"""
    )
    return found


def set_width(page: Page, size: ViewportSize) -> None:
    """Make the window as wide as asked, without opening it anew."""
    page.set_viewport_size(size)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_is_accessible(browsing: Browsing, scheme: str) -> None:
    page = browsing.open("/anmelden/", signed_in=False, viewport=NARROW, color_scheme=scheme)
    assert violations(page) == []
    assert overflow(page) == 0
    page.get_by_label("Benutzername").fill("niemand")
    page.get_by_label("Passwort").fill("falsch-falsch")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Die Anmeldung hat nicht geklappt.").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_is_accessible(browsing: Browsing, scheme: str) -> None:
    page = browsing.open("/bausteine/", viewport=WIDE, color_scheme=scheme)
    assert violations(page) == []
    set_width(page, NARROW)
    assert overflow(page) == 0


def test_the_hint_of_a_box_stands_below_its_label(browsing: Browsing) -> None:
    page = browsing.open("/bausteine/", viewport=NARROW)
    # Both at once: the page moves while its fonts are loaded.
    label, hint = page.evaluate(
        """["label[for=sample_told]", "#sample_told_hint"].map(
            one => document.querySelector(one).getBoundingClientRect().toJSON())"""
    )
    assert hint["left"] >= label["left"]
    assert hint["width"] > 150, "not squeezed into the column of the box"
    assert hint["top"] >= label["bottom"]


@pytest.fixture
def wide_article(cast: Cast) -> str:
    """Publish an article with a long word in its title and tables wider than a narrow window."""
    head, row = ["", *["Sicherheitsempfinden"] * 4], ["Quelle", *["Kriminalitätsstatistik"] * 4]
    markdown = "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * 5, row))
    table = {"data": [head, row], "first_row_is_table_header": True, "first_col_is_header": False}
    article = make_article(cast.space_a, "Kooperationsvereinbarungen und Sicherheitskommunikation")
    article.body = [("table", table), ("markdown", markdown)]
    article.save_revision().publish()
    return str(article.url)


def test_long_words_fit_and_wide_tables_scroll_by_keyboard(
    wide_article: str, browsing: Browsing
) -> None:
    page = browsing.open(wide_article, viewport=NARROW)
    assert overflow(page) == 0
    assert violations(page) == []
    assert page.locator(".sw-table-frame").count() == 2
    for frame in page.locator(".sw-table-frame").all():
        frame.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def test_every_kind_of_page_is_accessible_and_fits_320_pixels(
    pages: Pages, browsing: Browsing
) -> None:
    page = browsing.open("/")
    for kind, address in pages.addresses().items():
        set_width(page, WIDE)
        response = page.goto(browsing.url + address)
        assert response is not None
        assert response.status == 200, kind
        assert violations(page) == [], kind
        set_width(page, NARROW)
        assert violations(page) == [], f"{kind}, narrow"
        assert overflow(page) == 0, kind
        assert squeezed(page) == [], kind


@pytest.fixture
def many_roles(cast: Cast, pages: Pages) -> None:
    """Give eight organisations a role, so that the matrix is wider than a narrow window."""
    for number in range(8):
        organisation = OrganisationFactory(short_name=f"Zuständige Organisation {number}")
        grant_role(cast.space_a, organisation, Role.READER, actor=None)
    share_page(pages.measure, cast.reader_b, actor=cast.steward_a)


def test_pages_on_rights_are_accessible_and_fit_320_pixels(
    pages: Pages, many_roles: None, browsing: Browsing
) -> None:
    page = browsing.open("/", viewport=NARROW)
    for address in (
        "/zugriff/",
        "/zugriff/bereich/bereich-a/",
        f"/zugriff/seite/{pages.measure.pk}/",
        "/zugriff/mit-mir-geteilt/",
        "/aenderungsprotokoll/",
    ):
        response = page.goto(browsing.url + address)
        assert response is not None
        assert response.status == 200, address
        assert violations(page) == [], address
        assert overflow(page) == 0, address
        assert squeezed(page) == [], address


def test_account_pages_are_accessible(browsing: Browsing) -> None:
    page = browsing.open("/", viewport=NARROW)
    for address in (
        "/konto/passwort/",
        "/konto/bestaetigen/",
        "/abmelden/",
        "/anmelden/zweiter-faktor/",
        "/gibt/es/nicht/",
    ):
        page.goto(browsing.url + address)
        assert violations(page) == [], address
        assert overflow(page) == 0, address
        assert squeezed(page) == [], address


def test_narrow_menu_opens_and_closes_by_keyboard(pages: Pages, browsing: Browsing) -> None:
    page = browsing.open(pages.measure.get_url(), viewport=NARROW)
    menu = page.locator("#navigation")
    assert not menu.is_visible()
    page.get_by_role("button", name="Menü", exact=True).press("Enter")
    menu.wait_for(state="visible")
    assert violations(page) == []
    page.keyboard.press("Escape")
    menu.wait_for(state="hidden")


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_account_menu_opens_within_the_window_and_closes_by_keyboard(
    pages: Pages, browsing: Browsing, viewport: ViewportSize
) -> None:
    page = browsing.open(pages.measure.get_url(), viewport=viewport)
    sign_out = page.get_by_role("button", name="Abmelden")
    assert not sign_out.is_visible()
    page.locator("details.sw-account > summary").press("Enter")
    sign_out.wait_for(state="visible")
    menu = page.locator(".sw-account__menu").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= viewport["width"]
    # The open menu covers a part of the page; what is left of a link there is no target of its own.
    assert violations(page, within=".sw-header") == []
    page.keyboard.press("Escape")
    sign_out.wait_for(state="hidden")


def test_skip_link_is_first_and_leads_to_the_content(pages: Pages, browsing: Browsing) -> None:
    page = browsing.open(pages.measure.get_url(), viewport=WIDE)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    assert skip.evaluate(
        "link => link === document.activeElement && link.getBoundingClientRect().top >= 0"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_filter_renews_the_list_the_address_and_the_announcement(
    pages: Pages, browsing: Browsing
) -> None:
    page = browsing.open(pages.measures.get_url(), viewport=WIDE)
    page.get_by_label("Stand", exact=True).select_option("done")
    page.get_by_text("Zu dieser Auswahl gibt es keinen Eintrag.").wait_for()
    page.wait_for_url("**/?state=done*")
    assert "horizon=" not in page.url, "what was not chosen does not belong into the address"
    page.wait_for_function(
        "document.getElementById('announcer').textContent.trim() === '0 Einträge'"
    )
    page.go_back()
    page.get_by_role("link", name="Ermittlungsdienste").wait_for()


def test_filter_works_without_scripts(pages: Pages, browsing: Browsing) -> None:
    address = pages.measures.get_url()
    page = browsing.open(address, viewport=WIDE, java_script_enabled=False)
    page.get_by_label("Stand", exact=True).select_option("done")
    page.get_by_role("button", name="Anwenden").click()
    page.get_by_text("Zu dieser Auswahl gibt es keinen Eintrag.").wait_for()


def test_text_twice_as_large_still_fits(pages: Pages, browsing: Browsing) -> None:
    # A window of 1280 pixels at 200 % zoom is one of 640 CSS pixels.
    page = browsing.open("/", viewport={"width": 640, "height": 400}, device_scale_factor=2)
    addresses = pages.addresses()
    for kind in ("start", "measures", "minutes"):
        page.goto(browsing.url + addresses[kind])
        assert overflow(page) == 0, kind


def test_print_leaves_out_the_frame(pages: Pages, browsing: Browsing) -> None:
    page = browsing.open(pages.measure.get_url(), viewport=WIDE)
    page.emulate_media(media="print")
    assert not page.locator("header.sw-header").is_visible()
    assert not page.locator("footer.sw-footer").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
