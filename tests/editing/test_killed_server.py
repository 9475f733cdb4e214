"""Web and worker are killed while two browsers write: it is said, made up for, and every word is there, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from knowledge.articles.models import ArticlePage
from tests.conftest import Cast
from tests.editing.test_browser import article, end_of_line, ready, saved
from tests.editing.test_far_browsers import WORD
from tests.front.test_browser import ARGUMENTS, CHROMIUM, WIDE, Browsing, require_chromium
from tests.operations.conftest import ROOT
from tests.operations.test_long_addresses import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.both,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["article"]


class Process:
    """A process of the installation, on the database of this test, that can be killed and started again."""

    def __init__(self, folder: Path, *command: str) -> None:
        self._command = [sys.executable, "-m", *command]
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "killed_settings",
            "PYTHONPATH": str(folder),
            "TMPDIR": str(folder),
        }
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> None:
        self._running = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, start_new_session=True
        )

    def kill(self) -> None:
        """End it and its children at once, without a word (-9)."""
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            self._running = None


class Site:
    """Web and worker, as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        database = str(connection.settings_dict["NAME"])
        folder.joinpath("killed_settings.py").write_text(
            "from stadtwissen.settings.test import *\n"
            f"DATABASES['default']['NAME'] = {database!r}\n",
            encoding="utf-8",
        )
        address = f"127.0.0.1:{self.port}"
        self.web = Process(
            folder, "gunicorn", "--bind", address, "--threads", "4", "--log-level", "error",
            "--no-control-socket", "django.core.wsgi:get_wsgi_application()",
        )  # fmt: skip
        self.worker = Process(folder, "django", "worker", "--poll", "0.1", "--skip-checks")

    def wait(self) -> None:
        """Wait until the web process has answered once: it takes connections long before."""
        address = f"http://127.0.0.1:{self.port}/anmelden/"
        for _n in range(300):
            with suppress(OSError), urlopen(address, timeout=60):
                return
            time.sleep(0.2)
        raise AssertionError("the web process didn't start in time")


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Run web and worker with what is in the database, until the end of the block."""
    made = Site(folder)
    try:
        made.web.start()
        made.worker.start()
        made.wait()
        yield made
    finally:
        made.web.kill()
        made.worker.kill()


@pytest.fixture
def site(article: ArticlePage, tmp_path: Path) -> Iterator[Site]:
    """Start web and worker after the data are there."""
    with running_site(tmp_path) as made:
        yield made


@pytest.fixture
def browsing(site: Site, client: Client, cast: Cast) -> Iterator[Browsing]:
    """Start Chromium, signed in at the process that can be killed."""
    require_chromium()
    client.force_login(cast.curator, backend="access.backends.AccessBackend")
    name, url = settings.SESSION_COOKIE_NAME, f"http://127.0.0.1:{site.port}"
    cookies: list[Any] = [{"name": name, "value": client.cookies[name].value, "url": url}]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        # The web process starts anew in the middle, beside whatever else runs.
        yield Browsing(browser, url, cookies, timeout=60_000)
        browser.close()


class Pair:
    """Two who write, each in a paragraph of their own and in one that is both's."""

    def __init__(self, one: Page, two: Page) -> None:
        self.pages = {"a": one, "b": two}
        self.typed: list[str] = []

    def write(self, rounds: int) -> None:
        """Write some words in turn, faster than they are saved."""
        for _n in range(rounds):
            for name, page in self.pages.items():
                number = len(self.typed)
                end_of_line(page, 1 if number % 4 < 2 else {"a": 0, "b": 2}[name])
                self.typed.append(f"{name}{number}")
                page.keyboard.type(f" {name}{number}")
            page.wait_for_timeout(400)


def test_web_and_worker_killed_lose_and_double_nothing(
    article: ArticlePage, site: Site, browsing: Browsing
) -> None:
    address = f"/bearbeiten/{article.pk}/"
    pair = Pair(*(browsing.open(address, viewport=WIDE) for _n in range(2)))
    for page in pair.pages.values():
        ready(page)
    pair.write(6)
    assert site.worker.runs
    site.worker.kill()
    pair.write(6)
    assert site.web.runs
    site.web.kill()  # in the middle of saving: both have typed within the last second
    pair.write(4)
    for page in pair.pages.values():
        expect(page.locator("#editor-status")).to_contain_text("Keine Verbindung", timeout=20_000)
    site.web.start()
    site.worker.start()
    pair.write(4)
    for page in pair.pages.values():
        for word in pair.typed[-2:]:
            expect(page.locator(".sw-writing")).to_contain_text(word, timeout=60_000)
        saved(page)
    for page in pair.pages.values():
        page.reload()
        ready(page)
        lines = page.locator(".sw-writing > p").all_inner_texts()
        assert sorted(WORD.findall(" ".join(lines))) == sorted(pair.typed)
        assert [line.split()[0] for line in lines] == ["oben", "mitte", "unten"]
