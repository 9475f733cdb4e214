"""One draft on its whole way, in a real browser: written, handed in, compared, returned, mended, published."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.conftest import Cast
from tests.editing.test_browser import ready, saved
from tests.factories import make_article
from tests.front.test_browser import (
    ARGUMENTS,
    CHROMIUM,
    NARROW,
    WIDE,
    Browsing,
    overflow,
    require_chromium,
    violations,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

People = tuple[Browsing, Browsing]


@pytest.fixture
def two_people(live_server: LiveServer, cast: Cast) -> Iterator[People]:
    """Start Chromium for a contributor and a publisher of the same space, after the data are there."""
    require_chromium()
    make_article(cast.space_a, "Vorhandenes")
    cookies = [_cookies(live_server, person) for person in (cast.contributor_a, cast.publisher_a)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield (
            Browsing(browser, live_server.url, cookies[0]),
            Browsing(browser, live_server.url, cookies[1]),
        )
        browser.close()


def _cookies(live_server: LiveServer, person: User) -> list[Any]:
    client = Client()
    client.force_login(person, backend="access.backends.AccessBackend")
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]


def looked_at(page: Page, name: str) -> None:
    """Nothing is wrong with the page, wide and narrow; pictures are left where `SHOTS` says."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert violations(page) == [], name
        assert overflow(page) <= 0, name
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/write-{name}-{size['width']}.png", full_page=True)


def test_a_draft_on_its_way_to_the_readers(two_people: People) -> None:
    contributor, publisher = two_people
    writing = contributor.open("/neu/", viewport=WIDE)
    writing.get_by_role("link", name="Artikel").first.click()
    writing.get_by_label("Titel").fill("Begehung am Hafen")
    writing.get_by_role("button", name="Schreiben").click()
    ready(writing)
    writing.get_by_role("textbox", name="Text").click()
    writing.keyboard.type("Die Leuchten am Hafen sind defekt.")
    saved(writing)
    writing.get_by_role("button", name="Zur Veröffentlichung vorlegen").click()
    expect(
        writing.get_by_text("Ihr Entwurf liegt vor", exact=False)
        .or_(writing.get_by_text("Dieser Entwurf liegt zur Veröffentlichung vor.", exact=False))
        .first
    ).to_be_visible()
    looked_at(writing, "vorgelegt")

    deciding = publisher.open("/", viewport=WIDE)
    deciding.get_by_role("link", name="Begehung am Hafen").first.click()
    expect(deciding.get_by_text("Die Leuchten am Hafen sind defekt.").first).to_be_visible()
    looked_at(deciding, "pruefen")
    deciding.get_by_label("Anmerkung oder Grund").fill("Welche Leuchten?")
    deciding.get_by_role("button", name="Mit Begründung zurückgeben").click()
    deciding.wait_for_url(re.compile(r"/$"))

    writing.goto(writing.url)
    ready(writing)
    expect(writing.get_by_text("Welche Leuchten?")).to_be_visible()
    writing.get_by_role("textbox", name="Text").click()
    writing.keyboard.press("Control+End")
    writing.keyboard.type(" Es sind die am Kai.")
    saved(writing)
    looked_at(writing, "zurueckgegeben")
    writing.get_by_role("button", name="Zur Veröffentlichung vorlegen").click()
    expect(
        writing.get_by_text("Dieser Entwurf liegt zur Veröffentlichung vor.", exact=False)
    ).to_be_visible()

    deciding.reload()
    deciding.get_by_role("link", name="Begehung am Hafen").first.click()
    expect(deciding.get_by_text("Welche Leuchten?")).to_be_visible()
    deciding.get_by_role("link", name="Nebeneinander zeigen").click()
    looked_at(deciding, "nebeneinander")
    deciding.get_by_role("button", name="Veröffentlichen").click()
    expect(deciding.get_by_role("heading", name="Begehung am Hafen", level=1)).to_be_visible()
    looked_at(deciding, "veroeffentlicht")

    # What can be done with the page, beside reading it.
    for name, link in (
        ("verlauf", "Verlauf"),
        ("umbenennen", "Umbenennen"),
        ("loeschen", "In den Papierkorb legen"),
    ):
        deciding.get_by_role("link", name=link, exact=True).click()
        looked_at(deciding, name)
        deciding.go_back()
    deciding.goto(publisher.url + "/papierkorb/")
    looked_at(deciding, "papierkorb")
