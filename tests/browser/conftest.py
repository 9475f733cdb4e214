"""The installation as `make run` leaves it: facts and samples loaded and indexed, in a browser on a real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.samples.loading import load_samples
from knowledge.seeding.samples.sign_ins import read_sign_ins
from search.engines import get_engine
from search.indexer import drain

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip
TIMEOUT_MS = 30_000

SignIn = Callable[[str], Page]


@pytest.fixture
def installation(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Load facts and samples, and index them."""
    monkeypatch.setattr(settings, "SEARCH_DRAIN_ON_COMMIT", False, raising=False)
    monkeypatch.delenv("STADTWISSEN_SAMPLE_PASSWORD", raising=False)
    get_engine.cache_clear()
    get_engine().drop()
    with transaction.atomic():
        load_initial_data()
        load_samples()
    assert drain().failed == 0
    yield
    get_engine().drop()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: apt-get install chromium, or name yours in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(installation: None, live_server: LiveServer, browser: Browser) -> SignIn:
    """Return a function that signs a sample person in by hand, in a window of her own.

    The installation is made before the browser starts: while Playwright runs there is an event loop in this thread,
    in which Django refuses to use the database.
    """

    def enter(name: str) -> Page:
        page = browser.new_context(locale="de-DE").new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(live_server.url)
        page.get_by_label("Benutzername").fill(name)
        page.get_by_label("Passwort").fill(read_sign_ins()[name])
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    return enter
