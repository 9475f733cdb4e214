"""Two browsers, 400 ms away, write for a minute in one article and one paragraph: every word is there, once."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from knowledge.articles.models import ArticlePage
from tests.editing.test_browser import article, end_of_line, ready, saved
from tests.front.test_browser import WIDE, Browsing, browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article", "browsing"]
LATENCY_MS = 400
WRITING_S = 60
WORD = re.compile(r"[ab]\d+")


def far_away(page: Page) -> None:
    """Let each request of the page take 400 ms longer."""
    far = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    }
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", far)


def test_two_far_browsers_write_a_minute_into_one_paragraph(
    article: ArticlePage, browsing: Browsing
) -> None:
    one, two = browsing.open("/suche/", viewport=WIDE), browsing.open("/suche/", viewport=WIDE)
    for page in (one, two):
        page.set_default_timeout(60_000)
        page.goto(f"{browsing.url}/bearbeiten/{article.pk}/")
        ready(page)
        far_away(page)
    typed: dict[str, list[str]] = {"a": [], "b": []}
    end, number = time.monotonic() + WRITING_S, 0
    while time.monotonic() < end:
        # In turn five words in a paragraph of one's own, five in the same.
        for name, page, own in (("a", one, 0), ("b", two, 2)):
            if number % 5 == 0:
                end_of_line(page, own if number % 10 == 0 else 1)
            word = f"{name}{number}"
            page.keyboard.type(f" {word}")
            typed[name].append(word)
        one.wait_for_timeout(200)
        number += 1
    for page in (one, two):
        saved(page)
        page.keyboard.press("Control+s")
    every = sorted([*typed["a"], *typed["b"]])
    for page in (one, two):
        text = page.locator(".sw-writing")
        for word in (typed["a"][-1], typed["b"][-1]):
            expect(text).to_contain_text(word, timeout=60_000)
        saved(page)
        lines = text.locator("> p").all_inner_texts()
        # The key End leads to the end of a line on the screen, where words may come to stand side by side.
        assert sorted(WORD.findall(" ".join(lines))) == every, "every word is there, once"
        assert [line.split()[0] for line in lines] == ["oben", "mitte", "unten"]
    assert number > 20
