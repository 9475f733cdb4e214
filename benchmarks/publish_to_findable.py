"""From publishing a page to finding it: until the service returns it to a reader, on both engines.

Embedded, the publishing process indexes after its commit; in server mode a worker process does. The clock starts when
`publish` is called and stops when the search finds a word that only this page holds; in between the search is asked
every 10 ms.

    uv run python -m benchmarks.publish_to_findable [--pages 30]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import uuid

from benchmarks import stacks

PATIENCE_S = 60


def main() -> None:
    """Measure every stack in a process of its own; prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        print(json.dumps(_measure(options.pages)))
        return
    figures: dict[str, object] = {"benchmark": "publish_to_findable", "pages": options.pages}
    for stack in stacks.available():
        stacks.prepare(stack)
        stacks.manage(stack, "search", "check", "--repair")
        figures[stack] = _with_worker(stack, options.pages)
    print(json.dumps(figures))


def _with_worker(stack: str, pages: int) -> dict[str, object]:
    arguments = ("benchmarks.publish_to_findable", "--pages", str(pages))
    if stack == "embedded":
        return stacks.measure(stack, *arguments)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=stacks.ROOT, env=stacks.environment(stack), stdout=sys.stderr,
    )  # fmt: skip
    try:
        return stacks.measure(stack, *arguments)
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def _measure(pages: int) -> dict[str, object]:
    import django

    django.setup()
    from access.models import Space
    from accounts.models import User
    from knowledge.articles.models import ArticleIndexPage, ArticlePage
    from search.requests import SearchRequest
    from search.service import search

    home = Space.objects.get(slug=stacks.SPACE).pages.get(depth=3).specific
    index = home.add_child(
        instance=ArticleIndexPage(title="Messung", slug=f"messung-{uuid.uuid4().hex[:8]}")
    )
    reader = User.objects.get(username="leserin")
    publishing_ms, findable_ms = [], []
    for number in range(pages + 3):
        word = f"Messwort{uuid.uuid4().hex}"
        page = ArticlePage(
            title=f"Messung {number}",
            body=[("paragraph", f"<p>Hier steht {word}.</p>")],
            live=False,
        )
        index.add_child(instance=page)
        revision = page.save_revision()
        started = time.perf_counter()
        revision.publish()
        publishing_ms.append((time.perf_counter() - started) * 1000)
        while not search(reader, SearchRequest(text=word)).total:
            if time.perf_counter() - started > PATIENCE_S:
                raise RuntimeError(
                    f"The page was not found within {PATIENCE_S} s; does the worker run?"
                )
            time.sleep(0.01)
        findable_ms.append((time.perf_counter() - started) * 1000)
    index.delete()
    return {
        "publish_p50_ms": round(statistics.median(publishing_ms[3:]), 1),
        "findable_p50_ms": round(statistics.median(findable_ms[3:]), 1),
        "findable_max_ms": round(max(findable_ms[3:]), 1),
    }


if __name__ == "__main__":
    main()
