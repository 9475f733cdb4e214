"""What people who write all day expect: undo of a paste, Tab for several items, find and replace, small screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from knowledge.articles.models import ArticlePage
from tests.editing.test_browser import article, keys, paste, ready, saved
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article", "browsing"]
# Of the line with the cursor and of the bar above it, in pixels from the top of the window.
TOPS = """() => {
    const at = getSelection().getRangeAt(0).getBoundingClientRect();
    const line = at.height ? at : getSelection().anchorNode.getBoundingClientRect();
    return [line.top, document.querySelector(".sw-editor__top").getBoundingClientRect().bottom];
}"""


def open_text(browsing: Browsing, article: ArticlePage, viewport: ViewportSize) -> Page:
    """Open the editor, with the cursor at the end of the text."""
    page = browsing.open(f"/bearbeiten/{article.pk}/", viewport=viewport)
    ready(page)
    page.locator(".sw-writing").focus()
    keys(page, "Control+End")
    return page


def is_free(page: Page) -> bool:
    """Tell whether the line with the cursor comes to stand below the bar: the page scrolls smoothly."""
    for _n in range(40):
        line, bar = page.evaluate(TOPS)
        if line >= bar:
            return True
        page.wait_for_timeout(50)
    return False


def test_undo_and_several_items(article: ArticlePage, browsing: Browsing) -> None:
    page = open_text(browsing, article, WIDE)
    text = page.locator(".sw-writing")
    page.keyboard.type(" getippt")
    paste(page, "<p>, eingefügt</p><ul><li>Liste</li></ul>")
    keys(page, "Control+z")
    assert text.locator("> *").all_inner_texts() == ["oben", "mitte", "unten getippt"]
    keys(page, "Control+a", "Control+Shift+8", "ArrowRight", "Shift+ArrowUp", "Tab")
    assert text.locator("> ul > li > ul > li").all_inner_texts() == ["mitte", "unten getippt"]
    keys(page, "Shift+Tab")
    assert text.locator("> ul > li").all_inner_texts() == ["oben", "mitte", "unten getippt"]
    keys(page, "Shift+Tab")
    expect(text).not_to_be_focused()
    # From the bar back into the text, where the very next key counts.
    text.focus()
    keys(page, "Control+End", "Alt+F10", "Escape")
    page.keyboard.type("!")
    expect(text.locator("li").last).to_have_text("unten getippt!")


def test_find_and_replace(article: ArticlePage, browsing: Browsing) -> None:
    page = open_text(browsing, article, WIDE)
    text = page.locator(".sw-writing")
    keys(page, "Enter")
    page.keyboard.type("Oben und **oben**, a.b")
    keys(page, "Control+h")
    wanted = page.get_by_role("textbox", name="Suchen", exact=True)
    expect(wanted).to_be_focused()
    page.keyboard.type("oben")
    bar = page.locator("#editor-seek")
    expect(bar).to_contain_text("Treffer: 3")
    assert violations(page) == []
    keys(page, "Enter")
    expect(page.locator(".sw-found--now")).to_have_text("oben")
    bar.get_by_role("textbox", name="Ersetzen durch").fill("unten")
    bar.get_by_role("button", name="Ersetzen", exact=True).click()
    assert text.locator("> p").all_inner_texts() == [
        "unten",
        "mitte",
        "unten",
        "Oben und oben, a.b",
    ]
    bar.get_by_role("button", name="Alle ersetzen").click()
    expect(page.locator("#editor-messages")).to_contain_text("Ersetzt: 2")
    expect(text.locator("strong")).to_have_text("unten")
    # Signs mean themselves.
    wanted.fill(".")
    expect(bar).to_contain_text("Treffer: 1")
    keys(page, "Escape")
    expect(text).to_be_focused()
    expect(page.locator(".sw-found")).to_have_count(0)
    keys(page, "Control+z")
    assert text.locator("> p").all_inner_texts() == [
        "unten",
        "mitte",
        "unten",
        "Oben und oben, a.b",
    ]
    saved(page)


def test_bar_and_menu_leave_the_cursor_free_on_a_small_screen(
    article: ArticlePage, browsing: Browsing
) -> None:
    page = open_text(browsing, article, NARROW)
    for number in range(12):
        keys(page, "Enter")
        page.keyboard.type(f"Zeile {number}")
    keys(page, "Enter")
    page.keyboard.type("/")
    expect(page.get_by_role("listbox")).to_be_in_viewport(ratio=1)
    keys(page, "Escape", "Backspace")
    for _n in range(15):
        keys(page, "ArrowUp")
        assert is_free(page)
    keys(page, "Control+h")
    assert violations(page) == []
    assert overflow(page) == 0
