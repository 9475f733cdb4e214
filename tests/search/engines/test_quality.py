"""Ranking on judged queries stays above its floors: the dev half of the retrieval test, each stack with its engine.

The whole corpus (docs/search.md has its figures) needs packages to be downloaded: scripts/test builds it in CI, by hand
`python3 benchmarks/corpora/retrieval_corpus.py` does. The statutes among it lie beside the project, so that a
part is measured everywhere; queries without a full answer in a statute are left out there.
"""

from __future__ import annotations

import json
import lzma
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from search.evaluation import evaluate
from tests.conftest import IN_CI

RETRIEVAL = Path(__file__).resolve().parents[4] / "shared" / "retrieval"
# Measured on 2026-11-23: tantivy .903, .898, .983; Elasticsearch .883, .929, .950. Below these something is broken.
FLOORS = {"ndcg@10": 0.85, "recall@20": 0.88, "mrr": 0.90}
WHOLE_FLOORS = {"ndcg@10": 0.82, "recall@20": 0.88, "mrr": 0.90}  # what issue 5 asks for
WHOLE = Path(configured.BASE_DIR) / "var" / "corpora" / "retrieval" / "corpus.jsonl"
BUILT_WITHIN_S = 900  # beside everything else that CI does


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.fixture(scope="module")
def statutes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return corpus, queries and judgements over statutes alone."""
    packed = RETRIEVAL / "gesetze_auszug.jsonl.xz"
    if not packed.exists():
        if IN_CI:
            pytest.fail(f"{packed} is missing; CI has shared/ beside the clone.")
        pytest.skip("The retrieval test (shared/retrieval) does not lie beside the project.")
    folder = tmp_path_factory.mktemp("statutes")
    with lzma.open(packed, "rt", encoding="utf-8") as source:
        documents = [json.loads(line) | {"source": "gesetze", "url": "/"} for line in source]
    known = {document["id"] for document in documents}
    judged = [one for one in lines(RETRIEVAL / "dev_qrels.jsonl") if one["doc"] in known]
    answered = {one["qid"] for one in judged if one["grade"] == 2}
    parts = {
        "corpus": documents,
        "queries": [
            one for one in lines(RETRIEVAL / "dev_queries.jsonl") if one["qid"] in answered
        ],
        "qrels": [one for one in judged if one["qid"] in answered],
    }
    for name, rows in parts.items():
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in parts}


def test_ranking_stays_above_its_floor(
    statutes: dict[str, Path], settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path
    figures = evaluate(**statutes, engine=settings.SEARCH_ENGINE).rounded()
    assert int(figures["queries"]) > 40
    for name, floor in FLOORS.items():
        assert float(figures[name]) >= floor, figures


@pytest.fixture
def whole_corpus() -> Path:
    """Return the whole corpus, waiting for it where CI is about to build it."""
    deadline = time.monotonic() + (BUILT_WITHIN_S if IN_CI else 0)
    while not WHOLE.exists():
        if time.monotonic() >= deadline or (WHOLE.parent / "failed").exists():
            reason = f"{WHOLE} is missing: python3 benchmarks/corpora/retrieval_corpus.py"
            pytest.fail(reason) if IN_CI else pytest.skip(reason)
        time.sleep(2)
    return WHOLE


def test_ranking_on_the_whole_corpus_stays_above_what_was_promised(
    whole_corpus: Path, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path
    figures = evaluate(
        corpus=whole_corpus,
        queries=RETRIEVAL / "dev_queries.jsonl",
        qrels=RETRIEVAL / "dev_qrels.jsonl",
        engine=settings.SEARCH_ENGINE,
    ).rounded()
    assert int(figures["documents"]) > 11_000
    assert int(figures["queries"]) == 64
    for name, floor in WHOLE_FLOORS.items():
        assert float(figures[name]) >= floor, figures
