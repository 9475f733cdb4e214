"""Two browsers write the same minutes: without a net, killed, with web and worker killed; every word is there, once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, Route, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from access.granting.services import grant_role
from access.roles import Role
from accounts.models import User
from knowledge.groups.models import MinutesPage
from tests.conftest import signed_in
from tests.editing.test_killed_server import Site, running_site
from tests.editing.test_survival import Profile
from tests.front.test_browser import ARGUMENTS, CHROMIUM, WIDE, Browsing, require_chromium
from tests.meetings.conftest import Group, Typing, plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# How long the net is away; 180 was driven by hand.
CUT_S = int(os.environ.get("STADTWISSEN_CUT_S", "8"))
WORD = re.compile(r"\b[ab]\d+\b")


@pytest.fixture
def page(group: Group) -> MinutesPage:
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    page = plan(group)
    form = Typing(group.lead, page)
    for title in ("Eins", "Zwei", "Drei"):
        form.add(title, f"Notiz zu {title}.")
    return page


def cookie(person: User, url: str) -> Any:
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": signed_in(person).cookies[name].value, "url": url}


Windows = dict[str, Page]


def opened(url: str, group: Group, page: MinutesPage) -> Iterator[Windows]:
    """Open the form for two people."""
    require_chromium()
    cookies = {"a": cookie(group.lead, url), "b": cookie(group.partner, url)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        windows = {
            name: Browsing(browser, url, [one], timeout=60_000).open(
                f"/sitzung/{page.pk}/", viewport=WIDE
            )
            for name, one in cookies.items()
        }
        for window in windows.values():
            ready(window)
        yield windows
        browser.close()


@pytest.fixture
def windows(live_server: LiveServer, group: Group, page: MinutesPage) -> Iterator[Windows]:
    yield from opened(live_server.url, group, page)


def ready(window: Page) -> None:
    """Wait until the form saves itself."""
    window.locator("form[data-minutes][data-ready]").wait_for()


def notes(window: Page, number: int) -> Locator:
    return window.locator("textarea[data-notes]").nth(number)


def status(window: Page) -> Locator:
    return window.locator("#minutes-status")


def saved(window: Page) -> None:
    expect(status(window)).to_have_attribute("data-state", "saved", timeout=60_000)


class Pair:
    """Two who write in turn, each in an item of their own and in one that is both's."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.typed: list[str] = []

    def write(self, rounds: int) -> None:
        for _n in range(rounds):
            for name, window in self.windows.items():
                number = len(self.typed)
                field = notes(window, 1 if number % 4 < 2 else {"a": 0, "b": 2}[name])
                field.focus()
                field.press("Control+End")
                self.typed.append(f"{name}{number}")
                window.keyboard.type(f" {name}{number}")
            window.wait_for_timeout(400)

    def check(self) -> None:
        """Both windows, loaded anew, have every word once, and the items in order."""
        for window in self.windows.values():
            saved(window)
        for window in self.windows.values():
            window.reload()
            ready(window)
            texts = [one.input_value() for one in window.locator("textarea[data-notes]").all()]
            assert sorted(WORD.findall(" ".join(texts))) == sorted(self.typed)
            begin = [text[:14] for text in texts]
            assert begin == ["Notiz zu Eins.", "Notiz zu Zwei.", "Notiz zu Drei.", ""]


def test_a_net_that_is_away_for_some_time_is_said_and_made_up_for(windows: Windows) -> None:
    pair = Pair(windows)
    pair.write(3)
    windows["a"].context.set_offline(True)
    pair.write(2)
    windows["a"].wait_for_timeout(CUT_S * 500)
    expect(status(windows["a"])).to_contain_text("Keine Verbindung")
    expect(status(windows["a"])).to_contain_text("verschlüsselte Kopie")
    windows["a"].keyboard.press("Control+s")  # it doesn't lead away
    pair.write(2)
    windows["a"].wait_for_timeout(CUT_S * 500)
    windows["a"].context.set_offline(False)
    pair.write(3)
    for window in windows.values():  # each has the other's last words without loading anew
        for word in pair.typed[-2:]:
            window.wait_for_function(
                "(word) => [...document.querySelectorAll('[data-notes]')].some((one) => one.value.includes(word))",
                arg=word,
            )
    pair.check()


def test_rows_and_items_of_the_other_one_appear_beside_what_is_typed(windows: Windows) -> None:
    one, two = windows["a"], windows["b"]
    notes(one, 0).fill("Notiz zu Eins.\nB: Es wird getan.\nA: EDG: Laternen zählen bis 15.3.")
    one.locator("#neu-title").fill("Vier")
    one.keyboard.press("Control+s")
    expect(one.get_by_text("Gespeichert. Niemand wurde benachrichtigt.")).to_be_visible()
    notes(two, 0).focus()
    notes(two, 0).press("End")
    two.keyboard.type(" Vom Partner")
    expect(two.get_by_role("textbox", name="Aufgabe", exact=True)).to_have_value("Laternen zählen")
    expect(notes(two, 0)).to_be_focused()
    two.keyboard.type(" getippt.")
    saved(two)
    assert notes(two, 0).input_value() == "Notiz zu Eins. Vom Partner getippt."
    assert two.locator("legend").all_inner_texts().count("TOP 4") == 1
    expect(two.locator("#minutes-messages")).to_contain_text("einer anderen Person")


def test_everybody_present_shows_at_once_and_is_saved(windows: Windows) -> None:
    window = windows["a"]
    window.get_by_text("Wer da war").click()
    window.get_by_text("Alle Mitglieder waren anwesend").click()
    choices = window.locator("select[name^='person-']")
    assert choices.evaluate_all("all => all.map(one => one.value)") == ["present"] * 3
    saved(window)
    window.reload()
    ready(window)
    assert choices.evaluate_all("all => all.map(one => one.value)") == ["present"] * 3


def test_an_untouched_form_sends_nothing(windows: Windows) -> None:
    sent: list[str] = []
    windows["a"].on("request", lambda request: sent.append(request.url))
    windows["a"].wait_for_timeout(4000)
    assert not [url for url in sent if url.endswith("/entwurf/")]
    expect(status(windows["a"])).to_have_text("Alle Änderungen sind gespeichert")


def test_what_a_killed_browser_had_not_saved_is_back(
    group: Group, page: MinutesPage, live_server: LiveServer, tmp_path: Path
) -> None:
    require_chromium()
    address = f"{live_server.url}/sitzung/{page.pk}/"
    one = cookie(group.lead, live_server.url)
    with sync_playwright() as playwright:
        profile = Profile(playwright, tmp_path / "profile", one)
        context = profile.start()
        window = context.new_page()
        window.goto(address)
        ready(window)
        context.set_offline(True)
        notes(window, 1).focus()
        notes(window, 1).press("End")
        window.keyboard.type(" gleich ist alles aus")
        window.locator("#neu-title").fill("Auch das")
        expect(status(window)).to_contain_text("verschlüsselte Kopie", timeout=20_000)
        profile.kill()
        again = profile.start()
        window = again.new_page()
        window.goto(address)
        expect(window.locator("#minutes-messages")).to_contain_text("ist wieder da", timeout=60_000)
        expect(notes(window, 1)).to_have_value("Notiz zu Zwei. gleich ist alles aus")
        expect(window.get_by_label("Tagesordnungspunkt").nth(3)).to_have_value("Auch das")
        again.close()


def test_a_copy_that_arrives_late_takes_nothing_that_was_typed_meanwhile(
    windows: Windows,
) -> None:
    window = windows["a"]
    context = window.context
    context.set_offline(True)
    notes(window, 1).press("End")
    window.keyboard.type(" ohne Netz")
    expect(status(window)).to_contain_text("verschlüsselte Kopie", timeout=20_000)
    address = window.url
    window.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    held: list[Route] = []
    again.route("**/schluessel/", lambda route: held.append(route))
    again.goto(address)
    ready(again)
    notes(again, 0).press("End")
    again.keyboard.type(" vor der Kopie")
    held[0].continue_()
    expect(again.locator("#minutes-messages")).to_contain_text("ist wieder da", timeout=60_000)
    expect(notes(again, 1)).to_have_value("Notiz zu Zwei. ohne Netz")
    expect(notes(again, 0)).to_have_value("Notiz zu Eins. vor der Kopie")


@pytest.fixture
def site(page: MinutesPage, tmp_path: Path) -> Iterator[Site]:
    """Start web and worker after the data are there."""
    with running_site(tmp_path) as made:
        yield made


@pytest.fixture
def killed(site: Site, group: Group, page: MinutesPage, client: Client) -> Iterator[Windows]:
    yield from opened(f"http://127.0.0.1:{site.port}", group, page)


def test_web_and_worker_killed_lose_and_double_nothing(site: Site, killed: Windows) -> None:
    pair = Pair(killed)
    pair.write(4)
    site.worker.kill()
    pair.write(4)
    site.web.kill()  # in the middle of saving: both have typed within the last second
    pair.write(3)
    for window in killed.values():
        expect(status(window)).to_contain_text("Keine Verbindung", timeout=20_000)
    site.web.start()
    site.worker.start()
    pair.write(3)
    pair.check()
