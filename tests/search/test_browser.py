"""The search in a real browser: suggestions, facets, back button, announcements, and all of it without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from search import outbox
from search.engines.base import SearchEngine
from search.indexer import drain
from tests.conftest import Cast
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations
from tests.search.shelf import ShelfSource, Thing

__all__ = ["browsing"]  # the fixture

# The flush between two tests would take the root page along, which a migration makes.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def books(index: SearchEngine, shelf: ShelfSource, cast: Cast) -> None:
    for number in range(25):
        kind = "minutes" if number < 5 else "article"
        shelf.things[str(number)] = Thing(
            cast.space_a.pk, f"Hafenbuch {number}", "Die Müllabfuhr", kind=kind
        )
    outbox.enqueue("shelf", shelf.things)
    drain()


def test_a_facet_renews_the_hits_says_so_and_can_be_taken_back(
    books: None, browsing: Browsing
) -> None:
    page = browsing.open("/suche/?q=Müllabfuhr", viewport=WIDE)
    expect(page.locator("#hit-count")).to_have_text(re.compile("25 Treffer"))
    assert violations(page) == []
    page.get_by_label("Protokoll").check()
    expect(page.locator("#hit-count")).to_have_text(re.compile(r"^\s*5 Treffer"))
    expect(page.locator("#announcer")).to_have_text("5 Treffer")
    expect(page).to_have_url(re.compile(r"\?q=M%C3%BCllabfuhr&kind=minutes$"))
    expect(page).to_have_title("Suche nach „Müllabfuhr“ – Stadtwissen")
    expect(page.get_by_label("Protokoll")).to_be_focused()
    assert violations(page) == []
    page.go_back()
    expect(page.locator("#hit-count")).to_have_text(re.compile("25 Treffer"))
    expect(page.get_by_label("Protokoll")).not_to_be_checked()


def test_suggestions_are_chosen_by_keyboard(books: None, browsing: Browsing) -> None:
    page = browsing.open("/suche/", viewport=WIDE)
    field = page.get_by_role("combobox", name="Alle Inhalte durchsuchen")
    field.press_sequentially("müllabf")
    option = page.get_by_role("option", name="Müllabfuhr")
    option.wait_for()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("search-suggestion-1"))
    field.press("Escape")
    expect(option).to_be_hidden()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=M%C3%BCllabfuhr$"))


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize(
    ("address", "label"),
    [("/", "Wonach suchen Sie?"), ("/mitteilungen/", "Alle Inhalte durchsuchen")],
    ids=["start", "head"],
)
def test_every_search_field_makes_suggestions(
    books: None, browsing: Browsing, address: str, label: str, viewport: ViewportSize
) -> None:
    page = browsing.open(address, viewport=viewport)
    field = page.get_by_role("combobox", name=label)
    field.press_sequentially("müllabf")
    option = page.get_by_role("option", name="Müllabfuhr")
    option.wait_for()
    assert violations(page) == []
    assert overflow(page) == 0
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=M%C3%BCllabfuhr$"))


def test_a_search_is_not_covered_by_suggestions_that_come_late(
    books: None, browsing: Browsing
) -> None:
    page = browsing.open("/suche/", viewport=WIDE)
    field = page.get_by_role("combobox", name="Alle Inhalte durchsuchen")
    field.press_sequentially("müllabf")
    page.get_by_role("option", name="Müllabfuhr").wait_for()
    expect(page.locator("#announcer")).to_have_text(re.compile(r"^\s*\d+ Vorschl"))
    field.press_sequentially("uhr")
    field.press("Enter")
    expect(page.locator("#announcer")).to_have_text("25 Treffer")
    expect(page).to_have_title("Suche nach „müllabfuhr“ – Stadtwissen")
    page.wait_for_timeout(600)  # longer than suggestions wait for the next letter
    expect(page.locator("#search-words-suggestions")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#announcer")).to_have_text("25 Treffer")


def test_everything_works_without_scripts(books: None, browsing: Browsing) -> None:
    page = browsing.open("/suche/", java_script_enabled=False, viewport=NARROW)
    page.get_by_label("Alle Inhalte durchsuchen").fill("Müllabfuhr")
    page.keyboard.press("Enter")
    expect(page.locator("#hit-count")).to_have_text(re.compile("25 Treffer"))
    expect(page.get_by_label("Protokoll")).to_be_hidden()  # the filters fold above the hits
    page.locator("summary", has_text="Treffer eingrenzen").click()
    page.get_by_label("Protokoll").check()
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator("#hit-count")).to_have_text(re.compile(r"^\s*5 Treffer"))
    page.get_by_role("link", name=re.compile("Protokoll.*Filter entfernen")).click()
    page.locator("a[rel=next]").click()
    page.locator("a[rel=next]").click()
    expect(page.locator(".sw-hit")).to_have_count(5)


def test_filters_come_where_they_are_seen_for_keyboards_too(
    books: None, browsing: Browsing
) -> None:
    page = browsing.open("/suche/?q=Müllabfuhr", viewport=NARROW)
    box = page.locator("summary", has_text="Treffer eingrenzen")
    page.get_by_role("button", name="Suchen").focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Protokoll").press("Space")
    expect(page.locator("#hit-count")).to_have_text(re.compile(r"^\s*5 Treffer"))
    expect(page.get_by_label("Protokoll")).to_be_focused()
    before = "document.querySelector('.sw-hits').compareDocumentPosition({}) & 2"
    filters = "document.getElementById('search-filters')"
    assert page.evaluate(before.format(filters))
    page.set_viewport_size(WIDE)
    page.wait_for_function(f"!({before.format(filters)})")


def test_the_page_fits_320_pixels_in_every_state(books: None, browsing: Browsing) -> None:
    page = browsing.open("/suche/", viewport=NARROW)
    for address in (
        "/suche/",
        "/suche/?q=Müllabfuhr&kind=article",
        "/suche/?q=Xylophon+Zylinder+typ:protokoll",
        "/suche/?q=typ:quatsch+Müllabfuhr",
        "/suche/?q=%22",
        f"/suche/?q={'Donaudampfschifffahrt' * 20}",
    ):
        page.goto(browsing.url + address)
        assert violations(page) == [], address
        assert overflow(page) == 0, address
