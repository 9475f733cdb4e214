"""Both engines, real ones: a tantivy index in a temporary folder and an Elasticsearch index of this run's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine

EngineFactory = Callable[[], SearchEngine]

ENGINES = [
    "tantivy",
    pytest.param("elasticsearch", marks=pytest.mark.elasticsearch),
]


def elasticsearch_options() -> dict[str, str]:
    return {
        "url": os.environ.get("STADTWISSEN_ELASTICSEARCH_URL", "http://127.0.0.1:9200"),
        "user": os.environ.get("STADTWISSEN_ELASTICSEARCH_USER", ""),
        "password": os.environ.get("STADTWISSEN_ELASTICSEARCH_PASSWORD", ""),
        "ca_file": os.environ.get("STADTWISSEN_ELASTICSEARCH_CA", ""),
    }


@pytest.fixture(params=ENGINES, scope="module")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def new_engine(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineFactory]:
    """Make empty engines; their indexes are removed after the module's last test."""
    made: list[SearchEngine] = []

    def make() -> SearchEngine:
        if engine_name == "tantivy":
            engine: SearchEngine = TantivyEngine(Path(tmp_path_factory.mktemp("index")) / "tantivy")
        else:
            engine = ElasticsearchEngine.connect(
                index=f"stadtwissen-test-{uuid.uuid4().hex[:12]}",
                timeout_s=20,
                **elasticsearch_options(),
            )
            if not engine.is_available():
                _missing(
                    f"Elasticsearch does not answer at {elasticsearch_options()['url']}; "
                    "start it with scripts/services."
                )
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.drop()


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
