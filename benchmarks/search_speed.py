"""What a search costs: the bare engine, our query, the service and the page, at several numbers of documents.

For each stack (embedded: SQLite and tantivy; server: PostgreSQL and Elasticsearch) and each number of documents, pages
are made out of the multiplied retrieval corpus (`benchmarks.corpora.multiplied`), spread over 200 spaces, and indexed
by the installation's own rebuild. Data and index are kept, and a second run finds them; `--rebuild` indexes anew. Then
three readers, with 3, 30 and 200 spaces, ask the same queries (one to three words of a title) in turn:

- bare: `match` on the text, of the same words as stems, as many hits as a page has (Elasticsearch only): the yardstick;
- unscoped: our query with all six facets, without the reader's scope;
- engine: the same inside her scope (Elasticsearch's memory of counts is emptied before each);
- service: `search.service.search`, with the check against the database and marked passages;
- view: the page, through Django's middleware (test client, no network).

The five ways alternate from query to query, so that noise of the machine meets all of them. `worst` are queries made to
be expensive (`benchmarks.worst_queries`), through the service. All times in ms; `cpu` is time of this process alone.

    uv run python -m benchmarks.search_speed [--documents N ...] [--engine tantivy|elasticsearch] [--queries 100]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unittest.mock import patch

from benchmarks import stacks
from benchmarks.corpora.multiplied import queries_from, read_corpus
from benchmarks.filling import READERS, fill
from benchmarks.worst_queries import WORST

STACKS = {"tantivy": "embedded", "elasticsearch": "server"}
SIZES = (1_000, 10_000)
"""100,000 is asked for by hand: to make and index them takes ten minutes for each stack on two cores."""

ROUNDS = 2
SETTLING_S = 300
PREFIX_CHARS = 4

Ways = Mapping[str, Callable[[int], object]]


def main() -> int:
    """Measure every stack and size in processes of their own; prints one JSON object and a table."""
    options = _options()
    if options.stack:
        figures = _fill(options) if options.fill else _measure(options)
        print(json.dumps(figures))
        return 0
    figures = {"benchmark": "search_speed", "queries": options.queries, "rounds": ROUNDS}
    if not stacks.CORPUS.exists():
        figures["left_out"] = f"{stacks.CORPUS} is missing; make it as docs/search.md says"
    else:
        wanted = [STACKS[name] for name in options.engine or STACKS]
        for stack in (one for one in stacks.available() if one in wanted):
            figures[stack] = {str(size): _one(stack, size, options) for size in options.documents}
            _print_table(stack, figures[stack])
    print(json.dumps(figures))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES)
    parser.add_argument("--engine", action="append", choices=tuple(STACKS))
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rebuild", action="store_true", help="index anew what is there")
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _one(stack: str, size: int, options: argparse.Namespace) -> dict[str, object]:
    name = f"_{size}"
    stacks.prepare(stack, name=name)
    arguments = ["benchmarks.search_speed", "--documents", str(size)]
    arguments += ["--queries", str(options.queries)]
    rebuild = ["--rebuild"] if options.rebuild else []
    filled = stacks.measure(stack, *arguments, "--fill", *rebuild, name=name)
    return {**filled, **stacks.measure(stack, *arguments, name=name)}


def _fill(options: argparse.Namespace) -> dict[str, object]:
    """Make the pages that are missing; index them, if any were or if the index doesn't hold them."""
    import django

    django.setup()
    from search.engines import get_engine
    from search.maintenance import rebuild

    size = options.documents[0]
    added = fill(read_corpus(stacks.CORPUS), documents=size)
    engine = get_engine()
    figures: dict[str, object] = {}
    if added or options.rebuild or engine.status().documents < size:
        started, cpu = time.perf_counter(), time.process_time()
        count = rebuild(lambda done, total: None)
        figures["indexed_per_s"] = round(count / (time.perf_counter() - started))
        figures["indexed_per_cpu_s"] = round(count / (time.process_time() - cpu))
        figures["indexing_peak_mb"] = _peak_mb()
        _settle(engine)
    return figures


def _settle(engine: Any) -> None:
    """Wait until Elasticsearch has merged what was indexed; it goes on after a rebuild, beside everything else."""
    deadline = time.monotonic() + SETTLING_S
    while engine.name == "elasticsearch" and time.monotonic() < deadline:
        merges = engine._client.indices.stats(index=engine._alias, metric=["merge"])
        if not merges["_all"]["total"]["merges"]["current"]:
            return
        time.sleep(1)


def _measure(options: argparse.Namespace) -> dict[str, object]:
    import django

    django.setup()
    from search.engines import get_engine

    size = options.documents[0]
    queries = queries_from(
        read_corpus(stacks.CORPUS), count=options.queries, documents=min(SIZES[0], size)
    )
    engine = get_engine()
    status = engine.status()
    figures: dict[str, object] = {"documents": status.documents, "index_bytes": status.size_bytes}
    for username, spaces in READERS.items():
        figures[f"{spaces} spaces"] = _reader(username, queries)
    figures["worst"] = _worst()
    figures["peak_mb"] = _peak_mb()
    if engine.name == "elasticsearch":
        figures["engine_heap_mb"] = _heap_mb(engine)
    return figures


def _heap_mb(engine: Any) -> int:
    """Return what Elasticsearch's Java heap holds, garbage included."""
    nodes = engine._client.nodes.stats(metric=["jvm"])["nodes"].values()
    return sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes) // 1024**2


def _reader(username: str, queries: Sequence[str]) -> dict[str, object]:
    """Ask all queries in all ways for one reader."""
    from django.test import Client

    from access.rights import scope_for
    from accounts.models import User
    from search.engines import get_engine
    from search.facets import FacetBook
    from search.question.asked import asked_for
    from search.requests import SearchRequest
    from search.service import search, suggest

    reader = User.objects.get(username=username)
    client = Client()
    client.force_login(reader)
    engine, scope = get_engine(), scope_for(reader)
    requests = [SearchRequest(text=text) for text in queries]
    asked = [asked_for(request, FacetBook(scope)).query for request in requests]
    ways: dict[str, Callable[[int], object]] = {
        "unscoped": lambda at: _without_scope(lambda: engine.search(asked[at], scope)),
        "engine": lambda at: engine.search(asked[at], scope),
        "service": lambda at: search(reader, requests[at]),
        "view": lambda at: _page(client, queries[at]),
        "suggestions": lambda at: suggest(reader, queries[at][:PREFIX_CHARS]),
    }
    if engine.name == "elasticsearch":
        ways = {"bare": _bare(engine, queries), **ways}
    totals = [search(reader, request).total or 0 for request in requests]
    return {
        "median_hits": statistics.median(totals),
        **_alternating(ways, len(queries), _forgetting(engine)),
    }


def _bare(engine: Any, queries: Sequence[str]) -> Callable[[int], object]:
    """Return what sends the same words as a plain `match`, through the same connection."""
    from search.analysis.tokens import tokens
    from search.requests import PAGE_SIZE

    words = [" ".join(token.stem for token in tokens(text)) for text in queries]

    def match(at: int) -> object:
        query = {"match": {"body": words[at]}}
        return engine._client.search(
            index=engine._alias, query=query, size=PAGE_SIZE, source=["key"]
        )

    return match


def _without_scope(ask: Callable[[], object]) -> object:
    """Run a query of ours that everything is visible to."""
    import tantivy

    from search.engines import elasticsearch_queries
    from search.engines.tantivy_schema import QueryBuilder

    everything = tantivy.Query.all_query()
    with (
        patch.object(elasticsearch_queries, "visible", lambda scope: {"match_all": {}}),
        patch.object(QueryBuilder, "visible", lambda self, scope: everything),
    ):
        return ask()


def _page(client: Any, text: str) -> None:
    status = client.get("/suche/", {"q": text}).status_code
    if status != 200:
        raise RuntimeError(f"/suche/ answered {status}.")


def _forgetting(engine: Any) -> Callable[[], object]:
    """Return what makes Elasticsearch forget counts of the same query; that people repeat queries is a bonus."""
    if engine.name != "elasticsearch":
        return lambda: None
    return lambda: engine._client.indices.clear_cache(index=engine._alias, request=True)


def _alternating(
    ways: Ways, count: int, forget: Callable[[], object]
) -> dict[str, dict[str, float]]:
    """Time all ways of asking, query by query; the first round is not counted."""
    times: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    for round_number in range(ROUNDS + 1):
        for at in range(count):
            for name, ask in ways.items():
                forget()
                started, busy = time.perf_counter(), time.process_time()
                ask(at)
                if round_number:
                    cpu[name].append((time.process_time() - busy) * 1000)
                    times[name].append((time.perf_counter() - started) * 1000)
    return {
        name: {
            "p50_ms": round(statistics.median(values), 2),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 2),
            "cpu_p50_ms": round(statistics.median(cpu[name]), 2),
        }
        for name, values in times.items()
    }


def _worst() -> dict[str, object]:
    from accounts.models import User
    from search.requests import SearchRequest
    from search.service import search

    reader = User.objects.get(username=max(READERS, key=READERS.__getitem__))
    times_ms: list[tuple[float, str]] = []
    for text in WORST:
        started = time.perf_counter()
        if search(reader, SearchRequest(text=text)).is_degraded:
            raise RuntimeError(f"The engine did not answer in time: {text[:80]}")
        times_ms.append(((time.perf_counter() - started) * 1000, text))
    longest, text = max(times_ms)
    return {
        "median_ms": round(statistics.median(one for one, _ in times_ms), 1),
        "longest_ms": round(longest, 1),
        "longest": text[:60],
    }


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _print_table(stack: str, sizes: Mapping[str, Mapping[str, Any]]) -> None:
    """Print medians and 95th percentiles on standard error, for reading and for docs/search.md."""
    print(f"\n{stack}, ms (median / 95th percentile, CPU of this process)", file=sys.stderr)
    for size, figures in sizes.items():
        for reader in (f"{spaces} spaces" for spaces in READERS.values()):
            cells = [
                f"{name} {one['p50_ms']:.1f} / {one['p95_ms']:.1f} ({one['cpu_p50_ms']:.1f})"
                for name, one in figures[reader].items()
                if isinstance(one, Mapping)
            ]
            print(f"| {size} | {reader} | {' | '.join(cells)} |", file=sys.stderr)
        rest = {key: value for key, value in figures.items() if not key.endswith(" spaces")}
        print(f"  {json.dumps(rest, ensure_ascii=False)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
