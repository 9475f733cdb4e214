"""Time queries on both engines over a corpus, with and without a scope, and beside a bare `match` of Elasticsearch.

    python benchmarks/search_engines.py --corpus CORPUS.jsonl --queries QUERIES.jsonl [--documents N] [--engine NAME]

Prints one JSON object: p50 and p95 in milliseconds for each engine and each kind of reader, seconds and documents a
second for indexing, bytes on disk. Formats as in `search.evaluation`. More documents than the corpus has are made by
repeating it with every tenth longer word changed, so that the dictionary grows as it does with real text. Elasticsearch
is looked for at STADTWISSEN_ELASTICSEARCH_URL or on port 9200.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from access.scope import AccessScope
from search.documents import SearchDocument
from search.engines.base import FACETS, Query, SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine

SPACES = 200
READERS = {"3 spaces": 3, "30 spaces": 30, "all 200 spaces": SPACES}
CHANGED_SHARE = 0.1
ROUNDS = 3


def main() -> int:
    arguments = read_arguments()
    corpus = [json.loads(line) for line in arguments.corpus.open(encoding="utf-8")]
    queries = [str(json.loads(line)["query"]) for line in arguments.queries.open(encoding="utf-8")]
    wanted = arguments.documents or len(corpus)
    report: dict[str, Any] = {"documents": wanted, "queries": len(queries)}
    for name in arguments.engine or ("tantivy", "elasticsearch"):
        print(f"{name}: indexing {wanted} documents", file=sys.stderr)
        with tempfile.TemporaryDirectory() as directory:
            engine = make(name, Path(directory))
            try:
                report[name] = measure(engine, documents(corpus, wanted), queries)
            finally:
                engine.drop()
    print(json.dumps(report, indent=1))
    return 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--documents", type=int, help="default: as many as the corpus has")
    parser.add_argument("--engine", action="append", choices=("tantivy", "elasticsearch"))
    return parser.parse_args()


def make(name: str, directory: Path) -> SearchEngine:
    if name == "tantivy":
        return TantivyEngine(directory / "index")
    return ElasticsearchEngine(client(), index=f"bench-{uuid.uuid4().hex[:8]}")


def client() -> Elasticsearch:
    url = os.environ.get("STADTWISSEN_ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    user = os.environ.get("STADTWISSEN_ELASTICSEARCH_USER", "")
    password = os.environ.get("STADTWISSEN_ELASTICSEARCH_PASSWORD", "")
    ca_file = os.environ.get("STADTWISSEN_ELASTICSEARCH_CA", "")
    return Elasticsearch(
        url,
        request_timeout=120,
        basic_auth=(user, password) if user else None,
        **({"ca_certs": ca_file} if ca_file else {}),
    )


def documents(corpus: list[dict[str, Any]], wanted: int) -> Iterator[SearchDocument]:
    """The corpus, repeated with changed words until there are `wanted` documents, spread over the spaces."""
    for number in range(wanted):
        source, copy = corpus[number % len(corpus)], number // len(corpus)
        body = changed(source["body"], seed=number) if copy else source["body"]
        yield SearchDocument(
            key=f"{copy}:{source['id']}",
            space_id=number % SPACES + 1,
            path=f"0001{number % SPACES + 1:04d}{number:04d}",
            kind=("measure", "minutes", "article")[number % 3],
            title=source["title"],
            url="/",
            headings=tuple(source["headings"]),
            body=body,
        )


def changed(text: str, *, seed: int) -> str:
    """The text with every tenth longer word given another ending, which is a new word to the index."""
    chance = random.Random(seed)
    words = text.split(" ")
    for index, word in enumerate(words):
        if len(word) > 6 and word.isalpha() and chance.random() < CHANGED_SHARE:
            words[index] = (
                word[:-2] + chance.choice("aeiou") + chance.choice("bdfgklmnprstvwz") + word[-2:]
            )
    return " ".join(words)


def measure(
    engine: SearchEngine, corpus: Iterator[SearchDocument], queries: list[str]
) -> dict[str, Any]:
    begun = time.perf_counter()
    count = engine.rebuild(corpus)
    index_s = time.perf_counter() - begun
    asked = [Query(words=tuple(text.replace('"', " ").split())) for text in queries]
    with_facets = [Query(words=query.words, facets=FACETS) for query in asked]
    report: dict[str, Any] = {
        "index_s": round(index_s, 1),
        "documents_per_s": round(count / index_s),
        "size_bytes": engine.status().size_bytes,
    }
    for label, spaces in READERS.items():
        scope = AccessScope(user_id=1, spaces=frozenset(range(1, spaces + 1)))
        report[label] = timed(asked, lambda query, scope=scope: engine.search(query, scope))
    everything = AccessScope(user_id=1, spaces=frozenset(range(1, SPACES + 1)))
    report["all 200 spaces, six facets"] = timed(
        with_facets, lambda query: engine.search(query, everything)
    )
    prefixes = [text.replace('"', "")[:4] for text in queries]
    report["suggestions"] = timed(prefixes, lambda prefix: engine.suggest(prefix, everything))
    if isinstance(engine, ElasticsearchEngine):
        report["bare match"] = bare(engine.status().index, asked)
    return report


def bare(index: str, asked: list[Query]) -> dict[str, float]:
    """The same words as a plain `match` on the body, the yardstick for what the service adds."""
    server = client()

    def match(query: Query) -> object:
        words = " ".join(query.words).lower()
        return server.search(index=index, query={"match": {"body": words}}, size=20, source=["key"])

    return timed(asked, match)


def timed(inputs: list[Any], call: Callable[[Any], object]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, after one round that is not counted."""
    for one in inputs:
        call(one)
    times = []
    for _ in range(ROUNDS):
        for one in inputs:
            begun = time.perf_counter()
            call(one)
            times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
