"""Large pastes: the time grows with the size alone, each line is stored once, and keys stay."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from knowledge.articles.models import ArticlePage
from tests.conftest import Cast
from tests.editing.test_browser import keys, paste, ready, saved
from tests.factories import make_article
from tests.front.test_browser import Browsing, browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["browsing"]
SIZES = (200_000, 400_000)
LINES = 300
STORED = """() => fetch(location)
    .then((answer) => answer.text())
    .then((text) => new DOMParser().parseFromString(text, "text/html").getElementById("editor-data"))
    .then((data) => JSON.parse(data.textContent).texts[0].lines)
"""
SHOWN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


@pytest.fixture
def articles(cast: Cast) -> list[ArticlePage]:
    """Publish an article for each size, before the browser starts."""
    return [make_article(cast.space_a, f"Liste {size}", text="<p>Anfang</p>") for size in SIZES]


def entries(count: int) -> list[str]:
    """Return so many short lines, no two alike."""
    return [f"Eintrag {number:05}: Leuchte prüfen" for number in range(count)]


def as_html(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def opened(browsing: Browsing, article: ArticlePage) -> Page:
    """Open an article in the editor, with the cursor on a new line at its end."""
    page = browsing.open(f"/bearbeiten/{article.pk}/")
    ready(page)
    page.locator(".sw-writing").focus()
    keys(page, "Control+End", "Enter")
    return page


def stored(page: Page) -> list[list[Any]]:
    """Return the lines that the server has once everything is saved."""
    saved(page)
    lines: list[list[Any]] = page.evaluate(STORED)
    return lines


def processor_s(devtools: CDPSession) -> float:
    """Return the processor time of the page's main thread so far: what else runs on the machine doesn't count."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "ThreadTime"))


def test_a_paste_twice_as_large_takes_less_than_three_times_as_long(
    articles: list[ArticlePage], browsing: Browsing
) -> None:
    times = []
    for size, article in zip(SIZES, articles, strict=True):
        lines = entries(size // len(f"<p>{entries(1)[0]}</p>"))
        page = opened(browsing, article)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        before = processor_s(devtools)
        paste(page, as_html(lines))
        page.evaluate(SHOWN)
        times.append(processor_s(devtools) - before)
        now = stored(page)
        assert [runs for _key, _kind, runs in now] == [["Anfang"], *([line] for line in lines)]
        assert len({key for key, *_rest in now}) == len(now)
        page.context.close()
    assert times[1] < 3 * times[0], times


def test_pasted_lines_keep_their_keys_through_undo_redo_and_writing(
    articles: list[ArticlePage], browsing: Browsing
) -> None:
    page = opened(browsing, articles[0])
    paste(page, as_html(entries(LINES)))
    before = stored(page)
    assert len({key for key, *_rest in before}) == len(before) == LINES + 1
    keys(page, "Control+z")
    expect(page.locator(".sw-writing")).not_to_contain_text("Eintrag")
    keys(page, "Control+y")
    expect(page.locator(".sw-writing > p")).to_have_count(LINES + 1)
    keys(page, "Control+Home")
    page.keyboard.type("Am ")
    now = stored(page)
    assert [key for key, *_rest in now] == [key for key, *_rest in before]
    assert now[0][2] == ["Am Anfang"]
    assert now[1:] == before[1:]
