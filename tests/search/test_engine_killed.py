"""An Elasticsearch of the test's own is killed with -9 while changes are indexed and the index is rebuilt."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections

from search import conf, maintenance, outbox
from search.engines import get_engine
from search.indexer import drain
from search.models import OutboxEntry
from tests.conftest import IN_CI
from tests.search.shelf import ShelfSource, Thing
from tests.search.test_faults import PROCESSES, all_is_well, change_some, found
from tests.search.test_maintenance import run

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        configured.SEARCH_ENGINE != "elasticsearch", reason="only the server stack has this engine"
    ),
]

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "elasticsearch-local"


@dataclass
class Node:
    """One Elasticsearch that this test alone uses."""

    port: int

    def command(self, action: str) -> None:
        environment = {**os.environ, "ES_LOCAL_PORT": str(self.port)}
        subprocess.run([SCRIPT, action], env=environment, check=True, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """End the server itself at once, as a lack of memory does."""
        with urllib.request.urlopen(f"{self.url}/_nodes/_local/process", timeout=10) as answer:
            (node,) = json.load(answer)["nodes"].values()
        os.kill(node["process"]["id"], signal.SIGKILL)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def node(settings: Any) -> Iterator[Node]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        node = Node(int(listener.getsockname()[1]))
    try:
        node.command("start")
    except subprocess.CalledProcessError:
        if IN_CI:
            raise
        pytest.skip(
            "An Elasticsearch cannot be started here; scripts/elasticsearch-local says why."
        )
    settings.ELASTICSEARCH = {"url": node.url, "user": "", "password": "", "ca_file": ""}
    settings.SEARCH_DRAIN_ON_COMMIT = False
    get_engine.cache_clear()
    yield node
    get_engine.cache_clear()
    node.command("wipe")


def repeated(work: Callable[[], Any]) -> Any:
    """Do the work in a process of its own until it is killed; the engine may be away."""

    def forever() -> None:
        get_engine.cache_clear()
        while True:
            try:
                work()
            except Exception:  # noqa: BLE001 - a command would say it and end with an error code
                time.sleep(0.1)

    connections.close_all()
    child = PROCESSES.Process(target=forever)
    child.start()
    return child


def test_an_engine_killed_while_it_is_written_and_rebuilt_loses_nothing(
    node: Node, shelf: ShelfSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "BATCH_SIZE", 3)
    for number in range(12):
        shelf.things[str(number)] = Thing(1, f"Buch {number}", "Müllabfuhr im Hafen")
    outbox.enqueue("shelf", shelf.things)
    drain()

    def write() -> None:
        outbox.enqueue("shelf", ["2", "3", "5"])
        drain()

    children = [repeated(write), repeated(lambda: maintenance.rebuild(lambda done, total: None))]
    try:
        time.sleep(3)
        node.kill()
        time.sleep(1)
        change_some(shelf)  # a commit needs no engine
        code, said = run("check")
        assert code == 2, said
        assert "wait in the outbox" in said
    finally:
        for child in children:
            os.kill(child.pid, signal.SIGKILL)
            child.join()
    assert OutboxEntry.objects.filter(object_id="neu").exists()
    node.command("start")
    all_is_well()
    assert len(found("Hafen")) == 6
    assert run("rebuild")[0] == 0
    all_is_well()
