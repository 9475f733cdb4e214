"""Nothing typed is lost: three minutes without a net, a browser that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from knowledge.articles.models import ArticlePage
from tests.conftest import Cast
from tests.editing.test_browser import article, end_of_line, ready, saved
from tests.front.test_browser import (
    ARGUMENTS,
    CHROMIUM,
    WIDE,
    Browsing,
    browsing,
    require_chromium,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article", "browsing"]


def test_three_minutes_without_a_net_are_said_and_made_up_for(
    article: ArticlePage, browsing: Browsing
) -> None:
    page = browsing.open("/suche/", viewport=WIDE)
    page.clock.install()
    page.goto(f"{browsing.url}/bearbeiten/{article.pk}/")
    ready(page)
    page.context.set_offline(True)
    end_of_line(page, 0)
    for minute in ("eins", "zwei", "drei"):
        page.keyboard.type(f" {minute}")
        page.clock.fast_forward("01:00")
        expect(page.locator("#editor-status")).to_contain_text("Keine Verbindung", timeout=20_000)
    page.context.set_offline(False)
    page.clock.fast_forward("01:00")
    saved(page)
    page.reload()
    ready(page)
    expect(page.locator(".sw-writing > p").first).to_have_text("oben eins zwei drei")


class Profile:
    """A browser in a folder of its own."""

    def __init__(self, playwright: Playwright, folder: Path, cookie: Any) -> None:
        self._playwright, self._folder, self._cookie = playwright, folder, cookie

    def start(self) -> BrowserContext:
        """Start the browser, signed in: a killed one forgets the cookie of its session."""
        context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=str(CHROMIUM), args=ARGUMENTS, locale="de-DE"
        )
        context.add_cookies([self._cookie])
        return context

    def kill(self) -> None:
        """Kill all of its processes at once, without a word (-9)."""
        found = subprocess.run(
            ["pgrep", "--full", f"user-data-dir={self._folder}"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        for process in found.stdout.split():
            with suppress(ProcessLookupError):  # it ended with its parent
                os.kill(int(process), signal.SIGKILL)


@pytest.fixture
def profile(
    article: ArticlePage, client: Client, cast: Cast, live_server: LiveServer, tmp_path: Path
) -> Iterator[Profile]:
    """Give a Chromium that keeps its folder, so that it can be killed and started again."""
    require_chromium()
    client.force_login(cast.curator, backend="access.backends.AccessBackend")
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    with sync_playwright() as playwright:
        yield Profile(playwright, tmp_path / "profile", cookie)


def test_what_a_killed_browser_had_not_saved_is_back(
    article: ArticlePage, profile: Profile, live_server: LiveServer
) -> None:
    address = f"{live_server.url}/bearbeiten/{article.pk}/"
    context = profile.start()
    page = context.new_page()
    page.goto(address)
    ready(page)
    context.set_offline(True)
    end_of_line(page, 1)
    page.keyboard.type(" gleich ist alles aus")
    expect(page.locator("#editor-status")).to_contain_text("verschlüsselte Kopie", timeout=20_000)
    profile.kill()
    again = profile.start()
    page = again.new_page()
    page.goto(address)
    ready(page)
    expect(page.locator("#editor-messages")).to_contain_text("ist wieder da", timeout=20_000)
    saved(page)
    expect(page.locator(".sw-writing > p").nth(1)).to_have_text("mitte gleich ist alles aus")
    again.close()
