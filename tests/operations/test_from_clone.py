"""From a fresh clone to a partner's first hit, as the README says: `make run`, and server mode by hand.

The clone holds what is committed. Everything is real: installation from the registries into the clone,
processes, proxy, signals.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.operations.browsing import Visitor
from tests.operations.conftest import ROOT, clean_environment
from tests.operations.test_scripts import free_port
from tests.operations.test_services import processes_of

ANNOUNCED = re.compile(r"Stadtwissen (?:in server mode )?runs on (\S+)")


def _heed_ctrl_c() -> None:
    """A run of the tests in the background ignores Ctrl-C and would hand that on; a shell can't take it back."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Started:
    """A started command whose output is collected line by line."""

    def __init__(self, *command: str, cwd: Path, env: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the whole group, as in a terminal
            preexec_fn=_heed_ctrl_c,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: re.Pattern[str], *, timeout_s: float) -> re.Match[str]:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = pattern.search(self.output)
            if found:
                return found
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            time.sleep(0.2)
        raise AssertionError(f"not in time:\n{self.output}")

    def ctrl_c(self, *, timeout_s: float) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(timeout=timeout_s)
        self._reader.join(timeout=5)
        return code


@contextmanager
def started(*command: str, cwd: Path, env: dict[str, str]) -> Iterator[Started]:
    running = Started(*command, cwd=cwd, env=env)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGTERM)
            try:
                running.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(running.process.pid, signal.SIGKILL)


def environment(home: Path, **more: str) -> dict[str, str]:
    home.mkdir(exist_ok=True)
    kept = {key: value for key, value in clean_environment().items() if not key.startswith("UV_")}
    kept.pop("VIRTUAL_ENV", None)
    return {**kept, "HOME": str(home), **more}


def sign_ins(folder: Path) -> dict[str, str]:
    lines = (folder / "sample-sign-ins.txt").read_text().splitlines()
    return {line.split("\t")[0]: line.split("\t")[1] for line in lines}


def hits(visitor: Visitor, words: str) -> list[str]:
    """Return the hits of a search, each as HTML."""
    page = visitor.get("/suche/?" + urllib.parse.urlencode({"q": words}))
    return re.findall(r'<article class="sw-hit">.*?</article>', page, re.DOTALL)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def assert_each_clerk_finds_exactly_hers(address: str, people: dict[str, str]) -> None:
    """Everybody finds measure 16 with its words marked; what is internal, only who it is for."""
    edg, police = Visitor(address), Visitor(address)
    edg.sign_in("edg", people["edg"])
    police.sign_in("polizei", people["polizei"])
    for words in ("müllpolizei", "Muellpolizei", "Ermittlungsdienste"):
        found = [
            hit for hit in hits(edg, words) if "abfallrechtlicher Ermittlungsdienst" in text(hit)
        ]
        assert found, words
        assert "<mark>" in found[0], words
    assert hits(edg, "Silberdistel")
    assert hits(police, "Silberdistel") == []
    assert hits(police, "Kranichruf")
    assert hits(edg, "Kranichruf") == []


@pytest.mark.long
def test_make_run_in_a_fresh_clone_serves_a_clerk(tmp_path):
    clone = tmp_path / "a clone"  # a folder with a space in its name
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    port = free_port()
    env = environment(tmp_path / "home", PORT=str(port))

    # Somebody loses patience in the middle of it: no trace of the inside, and nothing to mend.
    with started("make", "run", cwd=clone, env=env) as impatient:
        impatient.wait_for(re.compile(r"\[6/10\] Database tables"), timeout_s=200)
        time.sleep(1)
        impatient.ctrl_c(timeout_s=30)
        assert "Stopped; nothing is lost" in impatient.output
        assert "Traceback" not in impatient.output
        assert re.search(r"\[1/10\] Installing uv", impatient.output)
        assert "left in all" in impatient.output

    with started("make", "run", cwd=clone, env=env) as run:
        address = run.wait_for(ANNOUNCED, timeout_s=300)[1]
        assert address == f"http://localhost:{port}/"
        run.wait_for(re.compile(r"^  edg .*\n(?:.*\n)*\n?", re.MULTILINE), timeout_s=10)

        visitor = Visitor(address)
        assert json.loads(visitor.get("/-/health/ready"))["status"] == "ready"
        visitor.get("/")
        assert visitor.url == f"{address}anmelden/"
        people = sign_ins(clone / "var")
        assert {
            "koordination",
            "leitung",
            "verwaltung",
            "polizei",
            "dogewo",
            "edg",
            "betrieb",
        } <= set(people)
        assert (clone / "var/sample-sign-ins.txt").stat().st_mode & 0o077 == 0
        for name, password in people.items():
            assert re.search(rf"^  {name}\s+{re.escape(password)}\s", run.output, re.MULTILINE)
        assert_each_clerk_finds_exactly_hers(address, people)
        run.ctrl_c(timeout_s=30)
        assert "Traceback" not in run.output

    # The second start has everything and is quick; nothing is asked or changed anew.
    began = time.monotonic()
    with started("make", "run", cwd=clone, env=env) as again:
        again.wait_for(ANNOUNCED, timeout_s=60)
        took_s = time.monotonic() - began
        assert again.output.count("up to date") >= 6
        assert sign_ins(clone / "var") == people
        again.ctrl_c(timeout_s=30)
    assert took_s < 45, f"the second start took {took_s:.0f} s"
    shutil.rmtree(clone)


@pytest.mark.long
@pytest.mark.elasticsearch
@pytest.mark.postgresql
@pytest.mark.skipif(
    settings.TEST_STACK != "server", reason="runs once, with the run on the server stack"
)
def test_server_mode_by_hand_serves_a_clerk_and_ends_whole(tmp_path):
    state = Path(f"/var/tmp/stadtwissen-test-server-{os.getpid()}")
    port = free_port()
    env = environment(
        tmp_path / "home",
        PORT=str(port),
        STADTWISSEN_HOME=str(tmp_path / "server home"),
        STADTWISSEN_LOCAL_STATE=str(state),
        STADTWISSEN_ALLOW_SAMPLES="1",
    )
    try:
        with started("scripts/server-local", cwd=ROOT, env=env) as server:
            address = server.wait_for(ANNOUNCED, timeout_s=300)[1]
            assert address == f"https://localhost:{port}/", (
                "nginx is missing: apt-get install nginx-light"
            )
            visitor = Visitor(address)
            visitor.get("/")
            assert visitor.url == f"{address}anmelden/"
            assert visitor.headers["Strict-Transport-Security"]
            # Neither is for the outside.
            assert visitor.status("/-/health/ready") == 404
            assert "process_" not in visitor.get("/metrics")
            people = sign_ins(tmp_path / "server home")
            assert_each_clerk_finds_exactly_hers(address, people)

            metrics, ready = re.search(r"Metrics: (\S+), readiness: (\S+)", server.output).groups()
            with urllib.request.urlopen(
                urllib.request.Request(ready, headers={"Host": "localhost"}), timeout=10
            ) as answer:
                assert json.load(answer)["search"] == "ok"
            with urllib.request.urlopen(metrics, timeout=10) as answer:
                assert "django_http_responses_total_by_status" in answer.read().decode()

            assert server.ctrl_c(timeout_s=90) == 130
            assert "Traceback" not in server.output
        assert processes_of(str(state)) == []
        assert processes_of(str(tmp_path)) == []
    finally:
        subprocess.run(["scripts/server-local", "wipe"], cwd=ROOT, env=env, check=False)
        shutil.rmtree(state, ignore_errors=True)
