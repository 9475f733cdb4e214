"""Saving a search and meeting what is new in it on the start page, in a real browser, with and without scripts."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from search import conf, outbox
from search.engines.base import SearchEngine
from search.indexer import drain
from search.models import SavedSearch
from search.saved.new_matches import check_due
from tests.conftest import Cast
from tests.front.test_browser import (
    NARROW,
    WIDE,
    Browsing,
    browsing,
    overflow,
    squeezed,
    violations,
)
from tests.search.shelf import ShelfSource, Thing

__all__ = ["browsing"]  # the fixture

# The flush between two tests would take the root page along, which a migration makes.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def books(index: SearchEngine, shelf: ShelfSource, cast: Cast) -> ShelfSource:
    put(shelf, cast, "alt")
    return shelf


def put(shelf: ShelfSource, cast: Cast, name: str) -> None:
    shelf.things[name] = Thing(cast.space_a.pk, f"Hafenbuch {name}", "Die Müllabfuhr")
    outbox.enqueue("shelf", [name])
    drain()


def save(page: Page) -> None:
    page.get_by_role("link", name="Suche speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suche speichern")
    assert violations(page) == []
    page.get_by_label("Name").fill("Abfall am Hafen")
    page.get_by_label("Auf neue Treffer hinweisen").select_option("Als Mitteilung")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Die Suche „Abfall am Hafen“ ist gespeichert.")).to_be_visible()


def time_passes(shelf: ShelfSource, cast: Cast) -> None:
    """Let something new appear and the job run; in a thread, since Playwright has an event loop in this one."""

    def work() -> None:
        put(shelf, cast, "neu")
        past = timezone.now() - 2 * conf.SAVED_SEARCH_CHECK_AFTER
        SavedSearch.objects.update(checked_at=past)
        assert check_due() == 1
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_is_saved_and_what_is_new_is_met_on_the_start_page(
    books: ShelfSource, cast: Cast, browsing: Browsing, scripts: bool
) -> None:
    page = browsing.open("/suche/?q=Müllabfuhr", viewport=WIDE, java_script_enabled=scripts)
    if scripts:
        save(page)
    else:
        page.get_by_role("link", name="Suche speichern").click()
        page.get_by_label("Name").fill("Abfall am Hafen")
        page.get_by_role("button", name="Speichern").click()
    page.goto(f"{browsing.url}/")
    mine = page.get_by_role("region", name="Meine gespeicherten Suchen")
    expect(mine).to_contain_text("Abfall am Hafen")
    expect(mine).not_to_contain_text("neuer Treffer")
    time_passes(books, cast)
    page.reload()
    expect(mine).to_contain_text("1 neuer Treffer")
    mine.get_by_role("link", name="Alle gespeicherten Suchen").click()
    expect(page.get_by_role("link", name="Hafenbuch neu")).to_be_visible()
    if scripts:
        assert violations(page) == []
        page.set_viewport_size(NARROW)
        assert overflow(page) <= 0
        assert squeezed(page) == []
    page.get_by_role("link", name="Abfall am Hafen", exact=True).click()
    expect(page).to_have_url(re.compile(r"/suche/\?q=M%C3%BCllabfuhr$"))
    page.goto(f"{browsing.url}/")
    expect(mine).not_to_contain_text("neuer Treffer")
