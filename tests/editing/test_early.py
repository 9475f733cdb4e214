"""What is typed while the editor is still on its way is on the screen at once, and stays when the editor is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from knowledge.articles.models import ArticlePage
from tests.editing.test_browser import article, keys, paste, ready, saved
from tests.front.test_browser import WIDE, Browsing, browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article", "browsing"]
SCRIPT = "**/editor/article*"


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """Open the editor of a page, and keep its script back until the block ends."""
    routes: list[Route] = []
    page.route(SCRIPT, lambda route: routes.append(route))  # Playwright can't wrap a built-in
    page.goto(address, wait_until="commit")
    page.locator(".sw-writing").wait_for()
    yield
    for route in routes:
        route.continue_()
    page.unroute(SCRIPT)


def test_what_is_typed_before_the_editor_is_there_stays(
    article: ArticlePage, browsing: Browsing
) -> None:
    page = browsing.open("/neu/", viewport=WIDE)
    text = page.get_by_role("textbox", name="Text")
    with held(page, f"{browsing.url}/bearbeiten/{article.pk}/"):
        page.locator("#editor-title").press_sequentially("!")
        text.locator("> p").first.click()
        keys(page, "End")
        page.keyboard.type(" frueh")
        keys(page, "Backspace")
        page.keyboard.type("h")
        text.locator("> p").nth(1).click()
        keys(page, "End")
        page.keyboard.type(" auch")
        assert text.locator("> p").all_inner_texts() == ["oben frueh", "mitte auch", "unten"]
        keys(page, "Enter")
        page.keyboard.type("- Liste **fett** ")
        paste(page, "<p>mit <i>Stil</i></p>")
        keys(page, "Enter", "Backspace")
        page.keyboard.type("Ende")
        expect(text.locator("ul")).to_have_count(0)
        expect(page.locator(".sw-editor__actions[inert]")).to_have_count(1)  # it isn't saved yet
    ready(page)
    expect(page.locator(".sw-editor__actions[inert]")).to_have_count(0)
    page.keyboard.type("!")
    saved(page)
    page.reload()
    ready(page)
    lines = text.locator("> *").all_inner_texts()
    assert lines == ["oben frueh", "mitte auch", "Liste fett mit Stil", "Ende!", "unten"]
    assert text.locator("ul :is(b, strong)").all_inner_texts() == ["fett"]
    assert text.locator("ul :is(i, em)").all_inner_texts() == ["Stil"]
    assert page.locator("#editor-title").input_value() == "!Protokoll"


def test_an_editor_that_never_comes_says_so(article: ArticlePage, browsing: Browsing) -> None:
    page = browsing.open("/neu/", viewport=WIDE)
    page.route(SCRIPT, lambda route: route.abort())
    page.goto(f"{browsing.url}/bearbeiten/{article.pk}/", wait_until="commit")
    expect(page.locator("#editor-status")).to_contain_text("konnte nicht geladen werden")
