"""Several lines at once become items, tasks, quotes or headings, and paragraphs again, and stay the same lines."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knowledge.articles.models import ArticlePage
from tests.editing.test_browser import article, keys, ready, saved
from tests.front.test_browser import WIDE, Browsing, browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article", "browsing"]


def stored(page: Page) -> list[list[Any]]:  # Any: lines as JSON
    """Save, load the page anew, and return the lines that the server has."""
    saved(page)
    page.reload()
    ready(page)
    read = "JSON.parse(document.getElementById('editor-data').textContent).texts[0].lines"
    lines: list[list[Any]] = page.evaluate(read)
    return lines


def choose_all(page: Page) -> None:
    page.locator(".sw-writing").focus()
    keys(page, "Control+a")


def test_all_chosen_lines_become_items_and_paragraphs_again(
    article: ArticlePage, browsing: Browsing
) -> None:
    page = browsing.open(f"/bearbeiten/{article.pk}/", viewport=WIDE)
    ready(page)
    for name, kind in (("ul", "ul"), ("ol", "ol"), ("quote", "quote"), ("h3", "h3")):
        choose_all(page)
        page.locator(f"[data-command={name}]").click()
        lines = stored(page)
        assert [line[1:3] for line in lines] == [
            [kind, ["oben"]], [kind, ["mitte"]], [kind, ["unten"]],
        ]  # fmt: skip
    choose_all(page)
    page.locator("[data-command=task]").click()
    assert [line[1] for line in stored(page)] == ["task"] * 3
    choose_all(page)
    page.locator("[data-command=task]").click()
    before = stored(page)
    assert [line[1] for line in before] == ["p"] * 3
    choose_all(page)
    keys(page, "Control+Shift+8")
    lines = stored(page)
    assert [line[:2] for line in lines] == [[key, "ul"] for key, *_rest in before]
    choose_all(page)
    keys(page, "Control+Shift+8")
    assert [line[:2] for line in stored(page)] == [[key, "p"] for key, *_rest in before]


def test_signs_and_nested_items(article: ArticlePage, browsing: Browsing) -> None:
    page = browsing.open(f"/bearbeiten/{article.pk}/", viewport=WIDE)
    ready(page)
    text = page.locator(".sw-writing")
    text.focus()
    keys(page, "Control+Home")
    page.keyboard.type("- ")
    keys(page, "End", "Enter", "Tab")
    page.keyboard.type("darunter")
    # The other kind of list is meant for the items beside this one, a paragraph for this one alone.
    keys(page, "Control+Shift+7")
    expect(text.locator("ul > li > ol > li")).to_have_text("darunter")
    keys(page, "ArrowUp", "Control+Shift+8")
    assert text.locator("> *").all_inner_texts() == ["oben", "darunter", "mitte", "unten"]
    expect(text.locator("> ol > li")).to_have_text("darunter")
    keys(page, "Control+End", "Enter")
    page.keyboard.type("> Zitat")
    keys(page, "Enter")
    page.keyboard.type("danach")
    assert [(line[1], *line[2]) for line in stored(page)] == [
        ("p", "oben"), ("ol", "darunter"), ("p", "mitte"), ("p", "unten"), ("quote", "Zitat"), ("p", "danach"),
    ]  # fmt: skip
