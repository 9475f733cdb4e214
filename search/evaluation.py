"""Measure how well a judged set of queries is answered, apart from the wiki's own index.

The corpus is put into an index of its own, the queries take the way of a person's query (`question.query.parse`, the
engine, the shipped vocabulary), and the index is removed again. Formats: one JSON object a line; corpus `id`,
`title`, `headings`, `body`; queries `qid`, `query`; judgements `qid`, `doc`, `grade` (2 answers, 1 is related).
"""

from __future__ import annotations

import json
import math
import statistics
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from access.scope import AccessScope
from search.analysis.vocabulary import Vocabulary, german_vocabulary, parse_synonyms
from search.documents import SearchDocument
from search.engines import make_engine
from search.engines.base import Query, SearchEngine
from search.question.query import parse

GRADED_DEPTH = 10
RECALL_DEPTH = 20
SPACE = 1
READER = AccessScope(user_id=1, spaces=frozenset({SPACE}))


class EvaluationError(Exception):
    """The files don't match; the message says where."""


@dataclass(frozen=True, slots=True)
class QueryScore:
    """How well one query was answered; the scores are those of `Evaluation` for this query alone."""

    qid: str
    query: str
    ndcg_10: float
    recall_20: float
    reciprocal_rank: float

    def rounded(self) -> dict[str, str | float]:
        """Return the figures under the names that are printed."""
        return {
            "qid": self.qid,
            "query": self.query,
            "ndcg@10": round(self.ndcg_10, 4),
            "recall@20": round(self.recall_20, 4),
            "rr": round(self.reciprocal_rank, 4),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured.

    Attributes:
        engine: Name of the engine.
        documents: Number of documents in the corpus.
        queries: Number of judged queries.
        ndcg_10: Normalised discounted cumulative gain of the first ten, gains 2^grade - 1.
        recall_20: Share of the relevant documents among the first twenty.
        mrr: Mean of 1 / rank of the first relevant document among the first twenty.
        p50_ms: Median time of a query in milliseconds, from the typed text to the keys.
        p95_ms: The time that 95 of 100 queries stay within.
        index_s: Seconds to build the index.
        details: Each judged query with its own scores, in the order of the file.
    """

    engine: str
    documents: int
    queries: int
    ndcg_10: float
    recall_20: float
    mrr: float
    p50_ms: float
    p95_ms: float
    index_s: float
    details: tuple[QueryScore, ...]

    def rounded(self) -> dict[str, str | int | float]:
        """Return the figures under the names that are printed."""
        return {
            "engine": self.engine,
            "documents": self.documents,
            "queries": self.queries,
            "ndcg@10": round(self.ndcg_10, 4),
            "recall@20": round(self.recall_20, 4),
            "mrr": round(self.mrr, 4),
            "p50_ms": round(self.p50_ms, 2),
            "p95_ms": round(self.p95_ms, 2),
            "index_s": round(self.index_s, 1),
        }


def evaluate(
    *, corpus: Path, queries: Path, qrels: Path, engine: str, synonyms: Path | None = None
) -> Evaluation:
    """Index the corpus into a temporary index, run the queries, score the answers, remove the index.

    Args:
        corpus: File of documents.
        queries: File of queries.
        qrels: File of judgements; queries without a relevant document are left out.
        engine: `tantivy` or `elasticsearch`.
        synonyms: Groups in place of the shipped ones, in their format; an empty file is none.

    Raises:
        EvaluationError: If a file has a broken line or no query is judged.
        EngineUnavailable: If the engine does not answer.
        UnknownEngine: If there is no engine of that name.
    """
    asked = {str(line["qid"]): str(line["query"]) for line in _lines(queries, "qid", "query")}
    relevant = _judgements(qrels)
    judged = [qid for qid in asked if any(relevant.get(qid, {}).values())]
    if not judged:
        raise EvaluationError(f"No query of {queries} has a relevant document in {qrels}.")
    vocabulary = _vocabulary(synonyms)
    target = make_engine(engine, index=f"evaluation-{uuid.uuid4().hex[:8]}")
    try:
        begun = time.perf_counter()
        documents = target.rebuild(_documents(corpus))
        index_s = time.perf_counter() - begun
        # Once before measuring: caches and the engine's compiler are warm in daily use too.
        for qid in judged:
            _ask(target, asked[qid], vocabulary)
        answers = {qid: _ask(target, asked[qid], vocabulary) for qid in judged}
    finally:
        target.drop()
    details = tuple(
        QueryScore(qid, asked[qid], *score(answers[qid][0], relevant[qid])) for qid in judged
    )
    times = sorted(elapsed for _, elapsed in answers.values())
    return Evaluation(
        engine=engine,
        documents=documents,
        queries=len(judged),
        ndcg_10=statistics.fmean(one.ndcg_10 for one in details),
        recall_20=statistics.fmean(one.recall_20 for one in details),
        mrr=statistics.fmean(one.reciprocal_rank for one in details),
        p50_ms=statistics.median(times),
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        index_s=index_s,
        details=details,
    )


def score(found: Sequence[str], grades: Mapping[str, int]) -> tuple[float, float, float]:
    """Score one ranked answer: (nDCG@10, recall@20, reciprocal rank).

    Args:
        found: Keys, best first.
        grades: Key to grade; what is not in it counts as 0.
    """
    gained = [grades.get(key, 0) for key in found[:RECALL_DEPTH]]
    ideal = _gain(sorted(grades.values(), reverse=True)[:GRADED_DEPTH])
    ndcg = _gain(gained[:GRADED_DEPTH]) / ideal if ideal else 0.0
    relevant = sum(1 for grade in grades.values() if grade)
    recall = sum(1 for grade in gained if grade) / relevant if relevant else 0.0
    first = next((rank for rank, grade in enumerate(gained, 1) if grade), 0)
    return ndcg, recall, 1 / first if first else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _vocabulary(synonyms: Path | None) -> Vocabulary:
    if synonyms is None:
        return german_vocabulary()
    try:
        return Vocabulary(synonyms=parse_synonyms(synonyms.read_text("utf-8")))
    except OSError as error:
        raise EvaluationError(f"{synonyms} cannot be read: {error.strerror}.") from error


def _ask(engine: SearchEngine, text: str, vocabulary: Vocabulary) -> tuple[list[str], float]:
    begun = time.perf_counter()
    typed = parse(text)
    query = Query(
        words=typed.words,
        phrases=typed.phrases,
        inflected=typed.inflected,
        excluded=typed.excluded,
        any_of=typed.any_of,
        limit=RECALL_DEPTH,
    )
    result = engine.search(query, READER, vocabulary=vocabulary)
    return [hit.key for hit in result.hits], (time.perf_counter() - begun) * 1000


def _documents(corpus: Path) -> Iterator[SearchDocument]:
    for line in _lines(corpus, "id", "title"):
        yield SearchDocument(
            key=str(line["id"]),
            space_id=SPACE,
            path="0001",
            kind=str(line.get("source", "")),
            title=str(line["title"]),
            url=str(line.get("url", "")),
            headings=tuple(str(heading) for heading in line.get("headings", ())),
            body=str(line.get("body", "")),
        )


def _judgements(qrels: Path) -> dict[str, dict[str, int]]:
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in _lines(qrels, "qid", "doc", "grade"):
        relevant[str(line["qid"])][str(line["doc"])] = int(line["grade"])
    return relevant


def _lines(path: Path, *required: str) -> Iterator[dict[str, Any]]:
    """Read a file of JSON objects; the values are as varied as JSON."""
    try:
        handle = path.open(encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error
    with handle:
        for number, line in enumerate(handle, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError as error:
                raise EvaluationError(f"Line {number} of {path} is no JSON: {error}.") from error
            if missing := [name for name in required if name not in value]:
                raise EvaluationError(f"Line {number} of {path} has no {', '.join(missing)}.")
            yield value
