"""Search over the imported corpus on both engines: the bare engine, the service, and the page.

The queries are one to three words from titles of the corpus, drawn once with a fixed seed; a reader with 21 spaces asks
them one after another. `engine` is the engine's own part (scope, facets, 20 hits), `service` adds the check against the
database and the marked passages, `view` is the whole page through Django's middleware (test client, no network).

    uv run python -m benchmarks.search_service [--documents 1000] [--queries 200]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import stacks

SEED = 20261123


def main() -> None:
    """Measure every stack in a process of its own; prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--documents", type=int, default=1000, help="how many documents of the corpus"
    )
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        print(json.dumps(_measure(options.queries)))
        return
    if options.documents and not stacks.CORPUS.exists():
        left_out = f"{stacks.CORPUS} is missing; make it as docs/search.md says"
        print(json.dumps({"benchmark": "search_service", "left_out": left_out}))
        return
    figures: dict[str, object] = {"benchmark": "search_service", "queries": options.queries}
    for stack in stacks.available():
        stacks.prepare(stack, documents=options.documents)
        figures[stack] = stacks.measure(
            stack, "benchmarks.search_service", "--queries", str(options.queries)
        )
    print(json.dumps(figures))


def _measure(count: int) -> dict[str, object]:
    import django

    django.setup()
    from django.test import Client

    from access.rights import scope_for
    from accounts.models import User
    from knowledge.basepage.models import KnowledgePage
    from search.asking import asked_for
    from search.engines import get_engine
    from search.facets import FacetBook
    from search.requests import SearchRequest
    from search.service import search

    titles = list(
        KnowledgePage.objects.filter(live=True, depth__gt=4)
        .order_by("path")
        .values_list("title", flat=True)
    )
    queries = _queries(titles, count)
    reader = User.objects.get(username="leserin")
    client = Client()
    client.force_login(reader)
    engine, scope = get_engine(), scope_for(reader)
    requests = [SearchRequest(text=text) for text in queries]
    asked = [asked_for(request, FacetBook(scope)).query for request in requests]
    found = [search(reader, request).total or 0 for request in requests]  # also warms the caches
    return {
        "documents": engine.status().documents,
        "median_hits": statistics.median(found),
        "engine": _times(lambda at: engine.search(asked[at], scope), count),
        "service": _times(lambda at: search(reader, requests[at]), count),
        "view": _times(lambda at: _page(client, queries[at]), count),
    }


def _page(client: Any, text: str) -> None:
    status = client.get("/suche/", {"q": text}).status_code
    if status != 200:
        raise RuntimeError(f"/suche/ answered {status}.")


def _queries(titles: Sequence[str], count: int) -> list[str]:
    chance = random.Random(SEED)
    words = [found for title in titles if (found := re.findall(r"[^\W\d_]{4,}", title))]
    chosen = (chance.choice(words) for _ in range(count))
    return [" ".join(chance.sample(one, min(len(one), chance.randint(1, 3)))) for one in chosen]


def _times(ask: Callable[[int], object], count: int) -> dict[str, float]:
    times_ms = []
    for at in range(count):
        started = time.perf_counter()
        ask(at)
        times_ms.append((time.perf_counter() - started) * 1000)
    return {
        "p50_ms": round(statistics.median(times_ms), 2),
        "p95_ms": round(statistics.quantiles(times_ms, n=20)[-1], 2),
    }


if __name__ == "__main__":
    main()
