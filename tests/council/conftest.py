"""A council information system, and a space into which its papers go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from knowledge.council.models import PaperIndexPage
from knowledge.council.oparl import client
from tests.council.oparl_server import OParlServer, serving
from tests.factories import home_of, make_space, publish_below


@pytest.fixture
def index(db: None) -> PaperIndexPage:
    """Return the list of council papers of a space."""
    home = home_of(make_space("rat"))
    return publish_below(home, PaperIndexPage(title="Drucksachen", slug="drucksachen"))


@pytest.fixture
def source(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OParlServer]:
    """Return a configured server that has nothing yet."""
    server = OParlServer()
    monkeypatch.setattr(client, "PAUSES_S", (0, 0))
    with serving(server):
        settings.OPARL_URL = f"{server.base}/system"
        settings.OPARL_HOSTS = []
        settings.OPARL_LIST = "rat/drucksachen"
        yield server
