"""A curator makes and merges organisations and founds a group, by keyboard and narrow; headings are linked to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.front.conftest import Pages
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations

__all__ = ["browsing"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def check(page: Page) -> None:
    """Look at what stands there, wide and narrow."""
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert overflow(page) == 0
    page.set_viewport_size(WIDE)


def confirm(page: Page) -> None:
    """Read the consequence, then save it."""
    expect(page.get_by_role("heading", name="Die Folgen")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Speichern").press("Enter")


def test_a_curator_keeps_bodies_and_links_to_what_was_decided(
    pages: Pages, cast: Cast, browsing: Browsing
) -> None:
    page = browsing.open("/neu/", viewport=WIDE)
    page.get_by_role("link", name="Organisation", exact=True).press("Enter")
    check(page)
    page.get_by_label("Name", exact=True).fill("Amt A (doppelt)")
    page.get_by_label("Kurzname", exact=True).fill("Amt AA")
    page.get_by_label("Kurzname in Adressen").fill("amt-aa")
    page.get_by_label("Art", exact=True).select_option("department")
    page.get_by_role("button", name="Speichern").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amt A (doppelt)")
    page.get_by_role("link", name="Mit einer anderen Organisation zusammenlegen").press("Enter")
    check(page)
    page.get_by_label("Organisation, die bleibt").select_option("amt-a")
    page.get_by_label("Grund").fill("Tippfehler")
    page.get_by_role("button", name="Folgen anzeigen").press("Enter")
    confirm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Amt A")
    _found_a_group(page, browsing.url, lead=cast.reader_a.username)
    _link_to_a_heading(page, browsing.url + pages.minutes.url)


def _found_a_group(page: Page, url: str, *, lead: str) -> None:
    page.goto(f"{url}/bereiche/")
    check(page)
    page.get_by_role("link", name="Neue Arbeitsgruppe").press("Enter")
    check(page)
    page.get_by_label("Name", exact=True).fill("AG Hafen")
    page.get_by_label("Kurzname in Adressen").fill("ag-hafen")
    page.get_by_label("Leitung").fill(lead)
    page.get_by_label("Protokolle").check()
    page.get_by_role("button", name="Folgen anzeigen").press("Enter")
    confirm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("AG Hafen")
    page.get_by_text("Jemanden in die Gruppe aufnehmen").press("Enter")
    check(page)


def _link_to_a_heading(page: Page, url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(url)
    link = page.get_by_role("link", name="Link kopieren: TOP 1 Beleuchtung am Markt")
    link.press("Enter")
    expect(page.locator("#announcer")).to_have_text("Der Link ist kopiert.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "#top-" in page.url
    page.set_viewport_size(NARROW)
    aside, text = (page.locator(f".sw-{name}").bounding_box() for name in ("aside", "content"))
    assert aside is not None
    assert text is not None
    assert aside["y"] >= text["y"] + text["height"]
