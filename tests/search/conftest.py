"""An index of this test's own on the engine of the stack, and a shelf to fill it from."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.engines import get_engine
from search.engines.base import EngineUnavailable, SearchEngine
from search.registry import sources
from tests.search.shelf import ShelfSource


@pytest.fixture
def index(settings: Any) -> Iterator[SearchEngine]:
    """Return the stack's engine with an empty index; the tests say themselves when they drain."""
    settings.SEARCH_DRAIN_ON_COMMIT = False
    get_engine.cache_clear()
    engine = get_engine()
    if not engine.is_available():
        _missing("The search engine of this stack does not answer; start it with scripts/services.")
    # Emptying is much faster than dropping and making it again.
    engine.delete([key for key, _ in engine.stored()])
    yield engine
    get_engine.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _index_removed() -> Iterator[None]:
    """Remove this run's index at the end, if the engine answers."""
    yield
    get_engine.cache_clear()
    with contextlib.suppress(EngineUnavailable):
        get_engine().drop()


@pytest.fixture
def shelf() -> Iterator[ShelfSource]:
    """Give an empty shelf, the only source of the test."""
    source = ShelfSource()
    with sources.holding(source):
        yield source


@pytest.fixture
def engine_away(settings: Any) -> Iterator[Callable[[], None]]:
    """Point the application at an Elasticsearch where nothing listens, until the returned function is called."""
    before = settings.SEARCH_ENGINE, settings.ELASTICSEARCH

    def come_back() -> None:
        settings.SEARCH_ENGINE, settings.ELASTICSEARCH = before
        get_engine.cache_clear()

    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH = {
        "url": f"http://127.0.0.1:{_closed_port()}",
        "user": "",
        "password": "",
        "ca_file": "",
    }
    get_engine.cache_clear()
    yield come_back
    get_engine.cache_clear()


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
