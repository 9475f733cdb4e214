"""`manage.py search evaluate`: what it prints, and where it looks for the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import call_command

from search.engines import make_engine
from search.engines.elasticsearch import ElasticsearchEngine

FILES: dict[str, list[dict[str, Any]]] = {
    "corpus": [
        {"id": "a", "title": "Müllabfuhr", "body": "Die Tonne wird geleert."},
        {"id": "b", "title": "Nachtwache", "body": "Wer wacht, der schläft nicht."},
    ],
    "queries": [{"qid": "1", "query": "Tonne"}, {"qid": "2", "query": "Leuchtturm"}],
    "qrels": [{"qid": "1", "doc": "a", "grade": 2}, {"qid": "2", "doc": "b", "grade": 1}],
}


def test_details_are_the_scores_of_each_query(tmp_path: Path, settings: Any) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    options = [f"--engine={settings.SEARCH_ENGINE}", "--details"]
    for name, rows in FILES.items():
        file = tmp_path / name
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        options.append(f"--{name}={file}")
    out = StringIO()
    call_command("search", "evaluate", *options, stdout=out)
    found, missed, means = map(json.loads, out.getvalue().splitlines())
    assert found == {"qid": "1", "query": "Tonne", "ndcg@10": 1.0, "recall@20": 1.0, "rr": 1.0}
    assert missed | {"ndcg@10": 0.0, "rr": 0.0} == missed
    assert (means["queries"], means["ndcg@10"], means["mrr"]) == (2, 0.5, 0.5)


@pytest.mark.parametrize("mode", ["embedded", "server"])
def test_every_mode_takes_elasticsearch_from_the_environment(mode: str) -> None:
    named = {
        "URL": "http://es.example:9201",
        "USER": "leser",
        "PASSWORD": "geheim",
        "CA": "/ca.pem",
    }
    environment = {f"STADTWISSEN_ELASTICSEARCH_{name}": value for name, value in named.items()}
    environment |= {
        "DJANGO_SETTINGS_MODULE": f"stadtwissen.settings.{mode}",
        "STADTWISSEN_SECRET_KEY": "x" * 60,
        "STADTWISSEN_DATABASE": "postgresql://a:b@127.0.0.1/c",
        "STADTWISSEN_HOSTS": "wissen.example",
    }
    shown = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.ELASTICSEARCH)"],
        env={**os.environ, **environment},
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for value in named.values():
        assert repr(value) in shown


def test_elasticsearch_is_asked_at_that_address(settings: Any) -> None:
    settings.ELASTICSEARCH = {**settings.ELASTICSEARCH, "url": "http://es.example:9201"}
    engine = make_engine("elasticsearch", index="evaluation")
    assert isinstance(engine, ElasticsearchEngine)
    assert "http://es.example:9201" in str(list(engine._client.transport.node_pool.all()))
