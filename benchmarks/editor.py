"""The editor: first character after a cold start, size, a large paste, and saving beside a bare Wagtail's admin.

The browser is Chromium with its processor slowed down four times and 10 Mbit/s with 20 ms of delay; each start has an
empty cache; the server is warm, each of its processes has answered before. The key is pressed as soon as the text takes
it, by the browser's own protocol, since Playwright's scripts, slowed down as well, take a second before they find the
text; the character must still be there when the editor is. The paste is measured without that: until it is on the
screen, and the processor time of the page's main thread, which doesn't depend on what else runs. Both sites save the
same twelve sections with a small change each time, in a gunicorn of their own with two processes and SQLite; they take
turns, so that noise of the machine meets both.
Prints one JSON object; times in ms, and the machine's load (1 minute) at the beginning and the end.

    uv run python -m benchmarks.editor [--saves 200] [--starts 5]
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks import stacks
from benchmarks.serving import Server, View, served
from benchmarks.sites import bare_environment, make_content, run_django

NAME = "_editor"
BUNDLES = [stacks.ROOT / f"static/editor/{name}.js" for name in ("early", "article")]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TURN = 20
"""Saves of a site before the other one's turn."""
TOKEN = "0" * 64
SLOWER = 4
NETWORK = {
    "offline": False,
    "latency": 20,
    "downloadThroughput": 10_000_000 / 8,
    "uploadThroughput": 10_000_000 / 8,
}
PASTED_BYTES = 2_000_000
WARMING = 12
"""Requests before the first start, so that both processes have answered."""
KEY = "§"
# Ask for a key when there is a text, note when its character is on the screen and when the editor has taken over, and
# tell what the text is then; counted from the beginning of the navigation.
FIRST = """
    let shown = 0;
    addEventListener("input", () => requestAnimationFrame(() => setTimeout(() => {
        shown ||= performance.now();
    })), true);
    const look = () => {
        const text = document.querySelector(".sw-writing");
        if (!text?.offsetParent) return requestAnimationFrame(look);
        text.focus();
        window.pressKey("");
        end();
    };
    const end = () => {
        if (!shown || !document.querySelector("#editor[data-ready]")) return requestAnimationFrame(end);
        window.took(JSON.stringify([shown, performance.now(), document.querySelector(".sw-writing").innerText]));
    };
    requestAnimationFrame(look);
"""
PARAGRAPH = f"<p>{'Die <b>zuständigen</b> Stellen stimmen sich regelmäßig ab und halten Ergebnisse fest. ' * 3}</p>"
PARAGRAPHS = -(-PASTED_BYTES // len(PARAGRAPH.encode()))
PASTE = """([line, count]) => {
    const data = new DataTransfer();
    data.setData("text/html", line.repeat(count));
    const started = performance.now();
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - started))));
}"""


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    environments = {
        "ours": stacks.environment("embedded", NAME),
        "bare": bare_environment("embedded", NAME),
    }
    stacks.migrate("embedded", name=NAME)
    run_django(environments["bare"], "migrate", "-v0")
    made = {site: make_content(environments[site], f"editor_{site}") for site in environments}
    figures: dict[str, Any] = {
        "benchmark": "editor",
        "load": [_load()],
        "bundle_gzip_bytes": sum(len(gzip.compress(one.read_bytes(), 9)) for one in BUNDLES),
    }
    with ExitStack() as running:
        servers = {
            site: running.enter_context(served(environments[site], workers=2))
            for site in environments
        }
        figures |= _in_browser(servers["ours"], made["ours"], options.starts)
        figures["save"] = _saves(servers, made, options.saves)
    figures["load"].append(_load())
    print(json.dumps(figures))


def _load() -> float:
    return round(os.getloadavg()[0], 1)


# --- saving -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Site:
    """One site and what saving takes there.

    Attributes:
        server: Who answers.
        made: Address, cookie and text, as `editor_ours` and `editor_bare` print them.
        body: Returns kind and bytes of the save with this number.
        took: Reads an answer that is right; raises for another.
    """

    server: Server
    made: Mapping[str, Any]
    body: Callable[[int], tuple[str, bytes]]
    took: Callable[[int, bytes], None]
    times_ms: list[float] = field(default_factory=list)
    saves: int = 0

    def save(self, count: int) -> None:
        """Save so many times, one after the other."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        for _n in range(count):
            self.saves += 1
            kind, body = self.body(self.saves)
            headers = {
                "Content-Type": kind, "X-CSRFToken": TOKEN,
                "Cookie": f"{self.made['cookie']}; {self.made['csrf']}={TOKEN}",
            }  # fmt: skip
            started = time.perf_counter()
            connection.request("POST", self.made["save"], body, headers)
            answer = connection.getresponse()
            said = answer.read()
            self.times_ms.append((time.perf_counter() - started) * 1000)
            self.took(answer.status, said)
        connection.close()


def _saves(
    servers: Mapping[str, Server], made: Mapping[str, dict[str, Any]], saves: int
) -> dict[str, object]:
    sites = [_ours(servers["ours"], made["ours"]), _bare(servers["bare"], made["bare"])]
    for site in sites:
        site.save(TURN)
        site.times_ms.clear()
    for _n in range(-(-saves // TURN)):
        for site in sites:
            site.save(TURN)
    ours, bare = (
        {
            "p50": round(statistics.median(site.times_ms), 1),
            "p95": round(statistics.quantiles(site.times_ms, n=20)[-1], 1),
        }
        for site in sites
    )
    ratio = round(ours["p95"] / bare["p95"], 2)
    return {"saves": len(sites[0].times_ms), "ours": ours, "bare_admin": bare, "ratio_p95": ratio}


def _ours(server: Server, made: dict[str, Any]) -> Site:
    state = {"stamp": made["stamp"], "lines": made["lines"], "sent": made["lines"]}

    def body(number: int) -> tuple[str, bytes]:
        key, kind, runs, *more = state["lines"][1]
        state["sent"] = [
            state["lines"][0], [key, kind, [*runs, f" Wort{number}"], *more], *state["lines"][2:],
        ]  # fmt: skip
        texts = {"body": {"base": state["lines"], "mine": state["sent"]}}
        sent = {"stamp": state["stamp"], "title": [made["title"]] * 2, "texts": texts}
        return "application/json", json.dumps(sent).encode()

    def took(status: int, said: bytes) -> None:
        if status != 200:
            raise RuntimeError(f"The editor's save answered {status}: {said[:200]!r}")
        state.update(stamp=json.loads(said)["stamp"], lines=state["sent"])

    return Site(server, made, body, took)


def _bare(server: Server, made: dict[str, Any]) -> Site:
    def body(number: int) -> tuple[str, bytes]:
        data = {**made["form"], "title": f"{made['form']['title']} {number}"}
        return "application/x-www-form-urlencoded", urlencode(data).encode()

    def took(status: int, said: bytes) -> None:
        if status != 302:
            raise RuntimeError(f"Wagtail's admin answered {status}: {said[:200]!r}")

    return Site(server, made, body, took)


# --- in the browser -----------------------------------------------------------------------------------------


def _in_browser(server: Server, made: Mapping[str, Any], starts: int) -> dict[str, object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        warming = View(server, [made["edit"]], made["cookie"], b"editor-data")
        warming.ask(WARMING, clients=4)
        firsts, readies = zip(
            *(_first_character(browser, server, made) for _n in range(starts)), strict=True
        )
        page = _open(browser, server, made)
        page.keyboard.press("Control+End")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        before = _processor_ms(devtools)
        pasted = page.evaluate(PASTE, [PARAGRAPH, PARAGRAPHS])
        processor = _processor_ms(devtools) - before
        if page.locator(".sw-writing > p").count() < PARAGRAPHS:
            raise RuntimeError("Not everything was pasted.")
        browser.close()
    return {
        "first_character": {
            "median": round(statistics.median(firsts)), "longest": round(max(firsts)),
            "cpu_slower": SLOWER, "mbit": 10, "starts": starts,
        },
        "editor_ready": {"median": round(statistics.median(readies)), "longest": round(max(readies))},
        "paste_2mb": {
            "paragraphs": PARAGRAPHS, "shown": round(pasted), "processor": round(processor),
        },
    }  # fmt: skip


def _processor_ms(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "ThreadTime"))


def _window(browser: Browser, server: Server, made: Mapping[str, Any]) -> Page:
    context = browser.new_context(locale="de-DE")
    name, _equals, value = made["cookie"].partition("=")
    url = f"http://127.0.0.1:{server.port}"
    context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def _open(browser: Browser, server: Server, made: Mapping[str, Any]) -> Page:
    page = _window(browser, server, made)
    page.goto(f"http://127.0.0.1:{server.port}{made['edit']}", wait_until="commit")
    page.locator("#editor[data-ready]").wait_for()
    page.locator(".sw-writing").focus()
    return page


def _first_character(
    browser: Browser, server: Server, made: Mapping[str, Any]
) -> tuple[float, float]:
    """Return when the first character was on the screen, and when the editor had taken over."""
    page = _window(browser, server, made)
    devtools = page.context.new_cdp_session(page)
    told: list[str] = []

    def hear(call: dict[str, Any]) -> None:
        if call["name"] == "took":
            told.append(call["payload"])
        elif call["name"] == "pressKey":
            devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": KEY, "text": KEY})

    for name in ("Runtime", "Network", "Page"):
        devtools.send(f"{name}.enable")
    for name in ("pressKey", "took"):
        devtools.send("Runtime.addBinding", {"name": name})
    devtools.on("Runtime.bindingCalled", hear)
    devtools.send("Page.addScriptToEvaluateOnNewDocument", {"source": FIRST})
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.send("Page.navigate", {"url": f"http://127.0.0.1:{server.port}{made['edit']}"})
    while not told:
        page.wait_for_timeout(50)
    first, ready, text = json.loads(told[0])
    if KEY not in text:
        raise RuntimeError("What was typed is gone.")
    page.context.close()
    return first, ready


if __name__ == "__main__":
    main()
