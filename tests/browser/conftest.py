"""The installation as `make run` leaves it: facts and samples loaded and indexed, in a browser on a real server."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.samples.loading import load_samples
from knowledge.seeding.samples.sign_ins import read_sign_ins
from search.engines import get_engine
from search.indexer import drain
from tests.kept_rows import KeptRows

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip
TIMEOUT_MS = 60_000
expect.set_options(timeout=TIMEOUT_MS)  # its own 5 s are short for a machine that runs two suites

SHOTS = os.environ.get("STADTWISSEN_SHOTS", "")  # a folder: keep pictures to look at

SignIn = Callable[[str], Page]


KEPT = pytest.StashKey[tuple[KeptRows[None], Path]]()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process have all tests with an installation, which takes ten seconds to load."""
    for item in items:
        if "installation" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("installation"))


def load() -> None:
    """Load facts and samples, and index them."""
    with transaction.atomic():
        load_initial_data()
        load_samples()
    assert drain().failed == 0


@pytest.fixture
def installation(
    request: pytest.FixtureRequest, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Return with facts and samples loaded and indexed: at first as people load them, later from what that left."""
    stash = request.config.stash
    files, index = Path(settings.HOME_DIR), Path(settings.SEARCH_INDEX_DIR)
    monkeypatch.setattr(settings, "SEARCH_DRAIN_ON_COMMIT", False, raising=False)
    monkeypatch.delenv("STADTWISSEN_SAMPLE_PASSWORD", raising=False)
    get_engine.cache_clear()
    get_engine().drop()
    if KEPT not in stash:
        rows, copy = KeptRows(load, is_undone=False), files.with_name(f"{files.name}-installed")
        get_engine.cache_clear()  # so that nothing is being written
        shutil.copytree(files, copy, ignore=shutil.ignore_patterns("*.sqlite3*"))
        request.session.config.add_cleanup(lambda: shutil.rmtree(copy, ignore_errors=True))
        stash[KEPT] = rows, copy
    else:
        rows, copy = stash[KEPT]
        get_engine.cache_clear()
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(copy, files, dirs_exist_ok=True)
        with transaction.atomic():
            rows.put()
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


@pytest.fixture
def elsewhere(django_db_blocker: Any) -> Callable[[Callable[[], Any]], Any]:
    """Return a function that works in another thread: Playwright's loop keeps this one from the database."""

    def run(work: Callable[[], Any]) -> Any:
        done: list[Any] = []

        def in_thread() -> None:
            try:
                done.append(work())
            finally:
                connection.close()

        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
        (result,) = done
        return result

    return run


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page, if somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
