"""A long article by keyboard alone: tables, pictures, links and what Word had; stored exactly, nobody is shut in."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from knowledge.articles.models import ArticlePage
from tests.editing.test_browser import (
    OUTLINE,
    PUBLISHED,
    WORD,
    keys,
    other_article,
    paste,
    ready,
    saved,
)
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["browsing", "other_article"]
COUNT_REPORTS = """
    window.reports = [];
    addEventListener("securitypolicyviolation", (one) => reports.push(one.violatedDirective));
"""
IN_SIGHT = """() => {
    const at = getSelection().getRangeAt(0).getBoundingClientRect();
    return at.top >= 0 && at.bottom <= innerHeight;
}"""
LINKS = 5  # of each kind
TABS = 40  # more than there are fields and cells


def picture(colour: str) -> bytes:
    """Return a small picture, each of its own, since the same one twice is one file."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(file, "PNG")
    return file.getvalue()


def write_links(page: Page, number: int) -> None:
    """Write a line with a link to a page and one to an address."""
    typed = page.keyboard.type
    typed("Siehe [[Dienst")
    expect(page.get_by_role("option", name=re.compile("Dienstplan Nord"))).to_be_visible()
    keys(page, "Enter")
    typed(" und ")
    keys(page, "Control+k")
    expect(page.get_by_role("textbox", name="Adresse des Links")).to_be_focused()
    typed(f"example.org/weg-{number}")
    keys(page, "Enter")
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    typed(".")
    keys(page, "Enter")


def write_table(page: Page, name: str) -> None:
    """Write a table of three rows, and go on below it."""
    page.keyboard.type("/tab")
    keys(page, "Enter")
    for number in range(9):
        page.keyboard.type(f"{name}{number}")
        if number < 8:
            keys(page, "Tab")
    keys(page, "Control+End")


def add_picture(page: Page, name: str, colour: str) -> None:
    """Choose a picture from the menu, and say what it shows."""
    page.keyboard.type("/datei")
    expect(page.get_by_role("option", name="Bild oder Datei")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        keys(page, "Enter")
    file = {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture(colour)}
    chooser.value.set_files(files=[file])
    expect(page.locator(".sw-figure-edit input[data-field=alt]:focus")).to_have_value("")
    page.keyboard.type(f"Bild {name}")
    keys(page, "Tab")
    page.keyboard.type(f"Unterschrift {name}")
    keys(page, "Enter")


def leave(page: Page, key: str) -> int:
    """Press a key until the text is left; return how often."""
    presses = 0
    inside = "document.activeElement.closest('.sw-writing') !== null"
    while page.evaluate(inside) and presses < TABS:
        keys(page, key)
        presses += 1
    return presses


def test_a_long_article_is_written_by_keyboard_alone(
    other_article: ArticlePage, browsing: Browsing
) -> None:
    page = browsing.open("/neu/", viewport=WIDE)
    page.context.add_init_script(COUNT_REPORTS)
    # Listened to all the time, else the first may be missed.
    page.on("filechooser", lambda _chooser: None)
    page.get_by_role("link", name="Artikel").first.press("Enter")
    page.get_by_label("Titel").press_sequentially("Rundgang")
    keys(page, "Enter")
    ready(page)
    page.locator("#editor-title").focus()
    keys(page, "Tab")
    page.keyboard.type("## Wege")
    keys(page, "Enter")
    for number in range(LINKS):
        write_links(page, number)
    for name in "ab":
        write_table(page, name)
    for name, colour in (("eins", "red"), ("zwei", "green"), ("drei", "blue")):
        add_picture(page, name, colour)
    page.keyboard.type("Aus Word:")
    keys(page, "Enter")
    paste(page, WORD)
    saved(page)
    assert page.evaluate("reports") == []
    # From the end and from the beginning, Tab leads out of the text: no keyboard trap.
    keys(page, "Control+End")
    assert leave(page, "Tab") < TABS
    page.get_by_role("textbox", name="Text").focus()
    keys(page, "Control+Home")
    assert leave(page, "Tab") < TABS
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert overflow(page) == 0
    address = page.url.removeprefix(browsing.url)
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Veröffentlichen").press("Enter")
    page.wait_for_url(re.compile("/rundgang/$"))
    assert page.evaluate("reports") == []
    assert page.evaluate(OUTLINE) == STORED
    pictures = page.locator(".sw-prose figure")
    assert [one.get_attribute("alt") for one in pictures.locator("img").all()] == [
        "Bild eins", "Bild zwei", "Bild drei",
    ]  # fmt: skip
    look_at_200_percent(browsing, address)


def look_at_200_percent(browsing: Browsing, address: str) -> None:
    """Open the editor as at 200 % zoom: half as wide, twice as fine; write there, and reach the bar."""
    zoomed = browsing.open(address, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    ready(zoomed)
    assert overflow(zoomed) == 0
    text = zoomed.get_by_role("textbox", name="Text")
    text.focus()
    keys(zoomed, "Control+End")
    zoomed.keyboard.type(" Ende")
    for _n in range(50):  # scrolled there in one of the next frames
        if zoomed.evaluate(IN_SIGHT):
            break
        zoomed.wait_for_timeout(100)
    assert zoomed.evaluate(IN_SIGHT), "the place where one writes is in sight"
    keys(zoomed, "Alt+F10")
    expect(zoomed.get_by_role("button", name="Fett")).to_be_focused()
    keys(zoomed, "Escape")
    expect(text).to_be_focused()
    assert violations(zoomed) == []
    saved(zoomed)


LINK = '<a href="/bereich-a/artikel/dienstplan-nord/">Dienstplan Nord</a>'
STORED = [
    "h2 Wege",
    *(
        f'p Siehe {LINK} und <a href="https://example.org/weg-{n}">https://example.org/weg-{n}</a>.'
        for n in range(LINKS)
    ),
    *(
        f"{cell}:{name}{row} | {cell}:{name}{row + 1} | {cell}:{name}{row + 2}"
        for name in "ab"
        for row, cell in ((0, "th"), (3, "td"), (6, "td"))
    ),
    *(f"figure Unterschrift {name}" for name in ("eins", "zwei", "drei")),
    "p Aus Word:",
    *PUBLISHED[PUBLISHED.index("p Aus Word:") + 1 :],
]
