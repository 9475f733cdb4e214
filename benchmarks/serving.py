"""Serve a site with gunicorn and ask it over loopback: times of its answers, processor time of its processes."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A gunicorn of one site: its port and its main process."""

    port: int
    pid: int

    def cpu_ms(self) -> float:
        """Return the processor time that its processes have taken so far."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
        return sum(_cpu_ms(int(pid)) for pid in (self.pid, *children))


def _cpu_ms(pid: int) -> float:
    # The name in brackets may hold blanks; utime and stime are the 14th and 15th entry.
    after_name = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) * _TICK_MS


@contextmanager
def served(environment: Mapping[str, str], *, workers: int, threads: int = 4) -> Iterator[Server]:
    """Serve the site of the environment's settings with so many processes until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "import sys; from gunicorn.app.wsgiapp import run; "
        f"sys.argv = ['gunicorn', '-b', '127.0.0.1:{port}', '--log-level', 'error', '--workers', '{workers}', "
        f"'--threads', '{threads}', '--no-control-socket', 'django.core.wsgi:get_wsgi_application()']; run()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=dict(environment))
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


@dataclass(slots=True)
class View:
    """Addresses of one site that are asked in turn, and what that took.

    Attributes:
        server: Who answers.
        paths: Asked one after the other, from the first again after the last.
        cookie: Of the reader's session.
        expected: Part of each answer.
    """

    server: Server
    paths: Sequence[str]
    cookie: str
    expected: bytes
    times_ms: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0

    def ask(self, requests: int, *, clients: int) -> None:
        """Ask so many times, shared among the clients, each with a connection of its own."""
        before = self.server.cpu_ms()
        shares = [range(client, requests, clients) for client in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            for times in pool.map(self._ask_in_turn, shares):
                self.times_ms += times
        self.cpu_ms += self.server.cpu_ms() - before

    def forget(self) -> None:
        """Forget the times, such as those of the first answers."""
        self.times_ms.clear()
        self.cpu_ms = 0.0

    def figures(self) -> dict[str, float]:
        """Return median and 95th percentile of the times, and processor time of a request."""
        return {
            "p50_ms": round(statistics.median(self.times_ms), 2),
            "p95_ms": round(statistics.quantiles(self.times_ms, n=20)[-1], 2),
            "cpu_ms": round(self.cpu_ms / len(self.times_ms), 2),
        }

    def _ask_in_turn(self, numbers: range) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        times = []
        for number in numbers:
            path = self.paths[number % len(self.paths)]
            started = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer: Any = connection.getresponse()
            body = answer.read()
            times.append((time.perf_counter() - started) * 1000)
            if answer.status != 200 or self.expected not in body:
                raise RuntimeError(f"{path} answered {answer.status} without the text.")
        connection.close()
        return times
