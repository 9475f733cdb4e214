"""Minutes by keyboard alone, with every key counted; each new page is usable at 1280 and at 320 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_leaving import assert_usable
from tests.front.test_browser import follow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
MOST_KEYS = 15  # beyond the text itself, for one item
ITEMS = (
    (
        "Beleuchtung",
        "Es ist dunkel.\nB: Die Laternen werden geprüft.\nA: Petra Holtkötter: Laternen zählen bis Freitag",
        "e",
    ),
    ("Sauberkeit", "Der Dienst ist unterwegs.\nA: EDG: Tourenplan schicken in 2 Wochen", "z"),
    ("Verschiedenes", "Nichts weiter.", "z"),
)  # fmt: skip


class Keys:
    """Presses keys and counts those that are no text."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_minutes_are_written_by_keyboard_and_go_out(sign_in: SignIn) -> None:
    page = sign_in("leitung")
    start = page.url
    page.goto(f"{start}sitzungen/ag-sichere-oeffentliche-raeume/neu/")
    assert_usable(page)
    expect(page.get_by_label("Tag", exact=True)).to_be_focused()
    keys, counted = Keys(page), []
    keys.type("heute")
    keys.press("Tab")
    keys.type("1000a")  # a German browser is done after the digits, this one asks for AM or PM
    keys.press("Enter")
    expect(page.get_by_text("Als Entwurf geplant.")).to_be_visible()
    for title, notes, result in ITEMS:
        keys.count = 0
        expect(page.locator("#neu-title")).to_be_focused()
        keys.type(title)
        keys.press("Tab")
        keys.type(notes)
        keys.press("Tab", result)
        with page.expect_event("load"):
            keys.press("Control+s")
        expect(page.get_by_text("Gespeichert. Niemand wurde benachrichtigt.")).to_be_visible()
        expect(page.locator("#neu-title")).to_be_focused()
        expect(page.locator("#neu-title")).to_have_value("")
        counted.append(keys.count)
    assert max(counted) <= MOST_KEYS, counted
    # The agenda began with the approval of the last minutes, which wants a result.
    keys.press("Control+Enter", "Tab", "e")
    with page.expect_event("load"):
        keys.press("Control+s")
    expect(page.get_by_text("Gespeichert. Niemand wurde benachrichtigt.")).to_be_visible()
    assert_usable(page)
    writing = page.url
    page.goto(writing.partition("#")[0] + "aufteilen/")
    expect(page.locator("select:focus")).to_be_visible()
    assert_usable(page)
    page.goto(writing)
    page.get_by_text("Wer da war").click()
    page.get_by_text("Alle Mitglieder waren anwesend").click()
    page.get_by_role("button", name="Protokoll versenden").click()
    expect(page.get_by_text("alle Betroffenen sind benachrichtigt")).to_be_visible()
    expect(page.get_by_text("Entwurf, noch nicht genehmigt")).to_be_visible()
    assert_usable(page)
    follow(page.locator(".sw-decision__label a[href^='/beschluss/']"))
    assert_usable(page)
    page.goto(f"{start}ag-sichere-oeffentliche-raeume/")
    assert_usable(page)
    clerk = sign_in("edg")
    expect(clerk.get_by_text("Laternen zählen")).to_be_visible()
    assert_usable(clerk)
    follow(clerk.get_by_role("link", name="Laternen zählen"))
    assert_usable(clerk)
