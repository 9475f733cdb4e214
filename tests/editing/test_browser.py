"""The editor in a real browser, by keyboard alone: what is typed and pasted is stored exactly, and published."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from knowledge.articles.models import ArticlePage
from search import maintenance
from tests.conftest import Cast
from tests.factories import make_article
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["browsing"]

WORD = (Path(__file__).parent / "word_fragment.html").read_text(encoding="utf-8")


def ready(page: Page) -> None:
    """Wait until the editor takes keys."""
    page.locator("#editor[data-ready]").wait_for()


def saved(page: Page) -> None:
    """Wait until everything is saved."""
    expect(page.locator("#editor-status")).to_have_attribute("data-state", "saved", timeout=20_000)


def paste(page: Page, html: str) -> None:
    """Paste HTML where the cursor is."""
    page.evaluate(
        """(html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "text");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


@pytest.fixture
def other_article(cast: Cast) -> ArticlePage:
    """Publish an article that others link to, before the browser starts."""
    article = make_article(cast.space_a, "Dienstplan Nord", text="<p>Plan</p>")
    maintenance.rebuild(lambda done, total: None)  # whatever index another test left behind
    return article


def test_an_article_is_written_and_published_by_keyboard_alone(
    other_article: ArticlePage, browsing: Browsing
) -> None:
    page = browsing.open("/neu/", viewport=WIDE)
    page.get_by_role("link", name="Artikel").first.press("Enter")
    page.get_by_label("Titel").press_sequentially("Begehung der Unterführung")
    keys(page, "Enter")
    ready(page)
    assert violations(page) == []
    # From the title into the text: the bar is one stop.
    page.locator("#editor-title").focus()
    keys(page, "Tab")
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    typed = page.keyboard.type
    typed("## Anlass")
    keys(page, "Enter")
    typed("Gestern war der **Ortstermin** mit [[")
    typed("Dienst")
    option = page.get_by_role("option", name=re.compile("Dienstplan Nord"))
    expect(option).to_be_visible()
    keys(page, "Enter")
    typed(".")
    keys(page, "Enter")
    typed("- Licht")
    keys(page, "Enter")
    typed("Leuchten")
    keys(page, "Tab", "Enter", "Enter")
    typed("Treppe")
    keys(page, "Enter", "Enter")
    typed("[] Angebot holen")
    keys(page, "Enter", "Enter")
    typed("/tab")
    keys(page, "Enter")
    typed("Ort")
    keys(page, "Tab")
    typed("Zustand")
    keys(page, "Tab", "Tab")
    typed("Nord")
    tabs = 0
    while tabs < 20 and page.evaluate("document.activeElement.closest('.sw-writing') !== null"):
        keys(page, "Tab")
        tabs += 1
    assert tabs == 6, "the five cells that follow, then out: no keyboard trap"
    saved(page)
    # Back into the text, to its end, and what Word has on the clipboard.
    keys(page, "Shift+Tab", "Control+End")
    typed("Aus Word:")
    keys(page, "Enter")
    paste(page, WORD)
    expect(page.locator("#editor-messages")).to_contain_text("(1)")
    saved(page)
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Veröffentlichen").press("Enter")
    page.wait_for_url(re.compile("/begehung-der-unterfuehrung/$"))
    assert page.evaluate(OUTLINE) == PUBLISHED
    # Back into the editor, and out again: nothing has changed.
    page.get_by_role("link", name="Bearbeiten").press("Enter")
    ready(page)
    assert page.locator(".sw-writing table").count() == 2


OUTLINE = """() => {
    const lines = [];
    const isList = (node) => /^[UO]L$/.test(node.nodeName);
    const cell = (one) => one.localName + (one.colSpan > 1 ? one.colSpan : "") + ":" + one.innerHTML.trim();
    const walk = (children, depth) => {
        for (const one of children) {
            const name = one.localName;
            if (name === "a") continue; // leads to the heading beside it
            if (["div", "tbody", "thead", "table"].includes(name)) walk(one.children, depth);
            else if (name === "figure") lines.push(name + " " + one.innerText.trim());
            else if (isList(one)) walk(one.children, depth + 1);
            else if (name === "tr") lines.push([...one.cells].map(cell).join(" | "));
            else if (name === "li") {
                const own = [...one.childNodes].filter((node) => !isList(node));
                const text = own.map((node) => node.textContent).join("").trim().replace(/\\s+/g, " ");
                lines.push("-".repeat(depth) + one.parentElement.localName + " " + text);
                walk([...one.children].filter(isList), depth);
            } else lines.push(name + " " + one.innerHTML.replace(/ data-block-key="[^"]*"/g, ""));
        }
    };
    walk(document.querySelector(".sw-prose").children, 0);
    return lines;
}"""
PUBLISHED = [
    "h2 Anlass",
    'p Gestern war der <b>Ortstermin</b> mit <a href="/bereich-a/artikel/dienstplan-nord/">Dienstplan Nord</a>.',
    "-ul Licht",
    "--ul Leuchten",
    "-ul Treppe",
    "-ul Offen: Angebot holen",
    "th:Ort | th:Zustand | td:",
    "td:Nord | td: | td:",
    "td: | td: | td:",
    "p Aus Word:",
    "h2 Begehung Unterführung",
    "p Am <b>12. November</b> war die <i>gemeinsame</i> Begehung, siehe "
    '<a href="https://example.org/plan">Plan</a>.',
    "p <b>Fettes aus Formatvorlage</b> und normal",
    "-ul Beleuchtung",
    "--ul zwei Leuchten defekt",
    "--ul eine fehlt",
    "-ul Graffiti",
    "-ol Erster Schritt",
    "-ol Zweiter Schritt",
    "th:Ort | th:Mangel | th:Zuständig",
    "td:Nord<br>Treppe | td:Graffiti | Schmutz | td:EDG",
    "td2:Zusammen 2 | td:",
    "p Ende – Schließung um 22&nbsp;Uhr",
]


@pytest.fixture
def article(cast: Cast) -> ArticlePage:
    """Publish an article with two paragraphs, before the browser starts."""
    return make_article(cast.space_a, "Protokoll", text="<p>oben</p><p>mitte</p><p>unten</p>")


def late(page: Page, route: Route) -> None:
    """Let a save take 400 ms longer."""
    page.wait_for_timeout(400)
    route.continue_()


def end_of_line(page: Page, number: int) -> None:
    """Put the cursor at the end of a paragraph."""
    page.locator(".sw-writing > p").nth(number).click()
    keys(page, "End")


def test_two_people_write_at_once_and_lose_nothing(
    article: ArticlePage, browsing: Browsing
) -> None:
    address = f"/bearbeiten/{article.pk}/"
    one, two = browsing.open(address, viewport=WIDE), browsing.open(address, viewport=WIDE)
    for page, line in ((one, 0), (two, 2)):
        ready(page)
        end_of_line(page, line)
        page.route("**/entwurf/", partial(late, page))
    typed = [f"{name}{number}" for number in range(12) for name in "ab"]
    for word in typed:
        (one if word[0] == "a" else two).keyboard.type(f" {word}")
        one.wait_for_timeout(350)
    # Both in the middle paragraph now, at the same time.
    for page in (one, two):
        end_of_line(page, 1)
    for page, word in ((one, "links"), (two, "rechts")):
        page.keyboard.type(f" {word}")
    for page in (one, two):
        saved(page)
        page.keyboard.press("Control+s")
    for page in (one, two):
        text = page.locator(".sw-writing")
        expect(text).to_contain_text("links", timeout=30_000)
        expect(text).to_contain_text("rechts", timeout=30_000)
        lines = text.locator("> p").all_inner_texts()
        assert [line.split()[0] for line in lines] == ["oben", "mitte", "unten"]
        assert lines[0].split()[1:] == [word for word in typed if word[0] == "a"]
        assert lines[2].split()[1:] == [word for word in typed if word[0] == "b"]
        assert sorted(lines[1].split()) == ["links", "mitte", "rechts"]
    expect(one.locator("#editor-messages")).to_contain_text("Änderungen einer anderen Person")
    # What one typed before can be undone, what the other wrote stays.
    end_of_line(one, 1)
    keys(one, "Control+z")
    expect(one.locator(".sw-writing")).not_to_contain_text("links")
    expect(one.locator(".sw-writing")).to_contain_text("rechts")


def test_undo_leaves_what_somebody_else_put_before_ones_own_word(
    article: ArticlePage, browsing: Browsing
) -> None:
    address = f"/bearbeiten/{article.pk}/"
    one, two = browsing.open(address, viewport=WIDE), browsing.open(address, viewport=WIDE)
    for page in (one, two):
        ready(page)
        end_of_line(page, 1)
    # The server hears of the other one first.
    held: list[Route] = []
    one.route("**/entwurf/", lambda route: held.append(route))
    with one.expect_request("**/entwurf/"):
        one.keyboard.type(" links")
    two.keyboard.type(" rechts")
    saved(two)
    held[0].continue_()
    one.unroute("**/entwurf/")
    line = one.locator(".sw-writing > p").nth(1)
    expect(line).to_have_text("mitte rechts links", timeout=20_000)
    keys(one, "Control+z")
    expect(line).to_have_text("mitte rechts")
    saved(one)
    expect(two.locator(".sw-writing > p").nth(1)).to_have_text("mitte rechts", timeout=30_000)


def test_without_a_connection_nothing_is_lost(article: ArticlePage, browsing: Browsing) -> None:
    address = f"/bearbeiten/{article.pk}/"
    page = browsing.open(address, viewport=WIDE)
    ready(page)
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    end_of_line(page, 0)
    page.keyboard.type(" ohne Netz")
    status = page.locator("#editor-status")
    expect(status).to_contain_text("Keine Verbindung", timeout=20_000)
    expect(status).to_contain_text("verschlüsselte Kopie")
    # The window is gone without a word; the copy is still in the browser and comes back with the page.
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto(browsing.url + address)
    ready(again)
    expect(again.locator("#editor-messages")).to_contain_text("ist wieder da")
    expect(again.locator(".sw-writing > p").first).to_have_text("oben ohne Netz")
    saved(again)
    # Signed out in the middle: the text stays, and is saved after the sign-in in another tab.
    cookies = context.cookies()
    context.clear_cookies()
    end_of_line(again, 2)
    again.keyboard.type(" abgemeldet")
    expect(again.locator("#editor-messages")).to_contain_text("Sie sind abgemeldet", timeout=20_000)
    context.add_cookies(cookies)
    saved(again)
    expect(again.locator(".sw-writing > p").last).to_have_text("unten abgemeldet")


def test_each_window_of_one_person_has_a_copy_of_its_own(
    article: ArticlePage, browsing: Browsing
) -> None:
    address = f"/bearbeiten/{article.pk}/"
    one = browsing.open(address, viewport=WIDE)
    windows = [one, one.context.new_page(), one.context.new_page()]
    for line, window in enumerate(windows):
        window.goto(browsing.url + address)
        ready(window)
        if window is not windows[-1]:
            window.route("**/entwurf/", lambda route: route.abort())
        end_of_line(window, line)
        window.keyboard.type(f" Fenster{line}")
    for window in windows[:-1]:
        status = window.locator("#editor-status")
        expect(status).to_contain_text("verschlüsselte Kopie", timeout=20_000)
    saved(windows[-1])
    context = one.context
    again = context.new_page()
    # What an open window has is left to it.
    again.goto(browsing.url + address)
    ready(again)
    again.wait_for_timeout(1000)
    expect(again.locator("#editor-messages")).not_to_contain_text("ist wieder da")
    for window in windows:
        window.close(run_before_unload=False)
    again.reload()
    ready(again)
    expect(again.locator("#editor-messages")).to_contain_text("ist wieder da", timeout=20_000)
    lines = again.locator(".sw-writing > p")
    expect(lines).to_have_text(
        ["oben Fenster0", "mitte Fenster1", "unten Fenster2"], timeout=30_000
    )
    saved(again)
    again.reload()
    ready(again)
    again.wait_for_timeout(1000)
    expect(again.locator("#editor-messages")).not_to_contain_text("ist wieder da")


def test_a_copy_that_is_behind_others_undoes_nothing_of_theirs(
    article: ArticlePage, browsing: Browsing
) -> None:
    """The answer told of others, and the window was gone before their words were put together with the newest ones."""
    address = f"/bearbeiten/{article.pk}/"
    one, two = browsing.open(address, viewport=WIDE), browsing.open(address, viewport=WIDE)
    ready(one)
    ready(two)
    sent: list[Route] = []
    one.route("**/entwurf/", lambda route: sent.append(route))
    end_of_line(one, 0)
    with one.expect_request("**/entwurf/"):
        one.keyboard.type(" eins")
    one.keyboard.type(" zwei")
    end_of_line(two, 2)
    two.keyboard.type(" fremd")
    saved(two)
    with one.expect_request("**/entwurf/"):  # the next one, which is never answered
        sent[0].continue_()
    one.wait_for_timeout(500)
    context = one.context
    one.close(run_before_unload=False)
    again = context.new_page()
    again.goto(browsing.url + address)
    ready(again)
    expect(again.locator("#editor-messages")).to_contain_text("ist wieder da", timeout=20_000)
    lines = again.locator(".sw-writing > p")
    expect(lines).to_have_text(["oben eins zwei", "mitte", "unten fremd"], timeout=30_000)
    saved(again)
    again.reload()
    ready(again)
    expect(lines).to_have_text(["oben eins zwei", "mitte", "unten fremd"], timeout=30_000)


def test_a_copy_that_arrives_late_takes_nothing_that_was_typed_meanwhile(
    article: ArticlePage, browsing: Browsing
) -> None:
    address = f"/bearbeiten/{article.pk}/"
    page = browsing.open(address, viewport=WIDE)
    ready(page)
    context = page.context
    context.set_offline(True)
    end_of_line(page, 0)
    page.keyboard.type(" ohne Netz")
    expect(page.locator("#editor-status")).to_contain_text("verschlüsselte Kopie", timeout=20_000)
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    held: list[Route] = []
    again.route("**/schluessel/", lambda route: held.append(route))
    again.goto(browsing.url + address)
    ready(again)
    end_of_line(again, 2)
    again.keyboard.type(" vor der Kopie")
    held[0].continue_()
    expect(again.locator("#editor-messages")).to_contain_text("ist wieder da", timeout=20_000)
    saved(again)
    expect(again.locator(".sw-writing > p").first).to_have_text("oben ohne Netz")
    expect(again.locator(".sw-writing > p").last).to_have_text("unten vor der Kopie")
