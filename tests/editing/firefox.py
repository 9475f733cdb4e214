"""Debian's Firefox by its own protocol (WebDriver BiDi): Playwright drives only Firefoxes that it patches itself."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websocket

FIREFOX = Path(os.environ.get("FIREFOX", "/usr/bin/firefox-esr"))
START_S = TIMEOUT_S = 90  # a machine that runs two suites is slow
KEYS = {
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Control": "\ue009",
}
SHIFT = "\ue008"
SETTINGS = """
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("intl.accept_languages", "de");
"""
NOTE_BLOCKED = """() => {
    window.blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => window.blocked.push(event.violatedDirective));
}"""


class Window:
    """One window of Firefox: addresses, keys, and what scripts say of the page."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.errors: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.ask("script.addPreloadScript", functionDeclaration=NOTE_BLOCKED)
        self._context = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **values: Any) -> Any:
        """Send a command and return its result; scripts' errors that come meanwhile are kept."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": values}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("method") == "log.entryAdded":
                entry = said["params"]
                if entry["type"] == "javascript" and entry["level"] == "error":
                    self.errors.append(entry["text"])
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def add_cookie(self, name: str, value: str, host: str) -> None:
        """Put a cookie where the site would."""
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": host}
        self.ask("storage.setCookie", cookie=cookie)

    def open(self, url: str) -> None:
        """Load a page."""
        self.ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def value(self, expression: str) -> Any:
        """Return what an expression is worth in the page, as JSON has it."""
        done = self.ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression}) ?? 'null'",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert done["type"] == "success", done
        return json.loads(done["result"]["value"])

    def wait(self, expression: str) -> None:
        """Wait until an expression is true; a page that is being left has no answer yet."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            try:
                if self.value(f"Boolean({expression})"):
                    return
            except AssertionError:  # between two pages
                pass
            assert time.monotonic() < deadline, (
                f"{expression}: {self.value('document.body.innerText.slice(0, 600)')}"
            )
            time.sleep(0.1)

    def press(self, *names: str) -> None:
        """Press keys, such as "Enter" or "Control+s"."""
        for name in names:
            *held, key = [KEYS.get(one, one) for one in name.split("+")]
            self._strike([*(("keyDown", one) for one in held), ("keyDown", key), ("keyUp", key)])
            self._strike([("keyUp", one) for one in reversed(held)])

    def type(self, text: str) -> None:
        """Type letters as a person does, one after the other."""
        self._strike([(stroke, letter) for letter in text for stroke in ("keyDown", "keyUp")])

    def _strike(self, strokes: Sequence[tuple[str, str]]) -> None:
        if strokes:
            actions = [{"type": stroke, "value": key} for stroke, key in strokes]
            keys = {"type": "key", "id": "keys", "actions": actions}
            self.ask("input.performActions", context=self._context, actions=[keys])


def require_firefox() -> None:
    """Leave the test out where there is no Firefox; fail where there must be one."""
    if not FIREFOX.exists():
        message = f"{FIREFOX} is missing: apt-get install firefox-esr, or name yours in FIREFOX."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@contextmanager
def firefox(profile: Path) -> Iterator[Window]:
    """Run Firefox with a new profile, and end it."""
    require_firefox()
    (profile / "user.js").write_text(SETTINGS)
    command = [
        str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile),
        "--remote-debugging-port", "0", "--width", "1280", "--height", "900", "about:blank",
    ]  # fmt: skip
    log = profile / "firefox.log"
    with log.open("w") as out:
        home = {**os.environ, "HOME": str(profile)}
        process = subprocess.Popen(command, stdout=out, stderr=out, env=home)
    try:
        socket = websocket.create_connection(
            f"{_address(log, process)}/session", timeout=TIMEOUT_S, suppress_origin=True
        )
        try:
            yield Window(socket)
        finally:
            socket.close()
    finally:
        process.kill()
        process.wait()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"BiDi listening on (ws://\S+)", log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"Firefox did not start:\n{log.read_text(errors='replace')}")
