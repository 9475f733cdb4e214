"""Rights in a city of full size, on SQLite and on PostgreSQL: what reading them and reading by them costs.

2,000 people, 60 organisations, 300 circles, 200 spaces, 100,000 pages. The partner has 40 spaces by her organisation
and her circles, and 20 pages shared with her; her neighbour has more shares, given to his organisation; the curator has
every space.
Requests go through Django's middleware (test client, no network) and alternate between the people, so that noise of
the machine meets all of them. Prints one JSON object: queries, median and 95th percentile in ms of each.

    uv run python -m benchmarks.access [--pages 100000] [--rounds 40]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks import stacks

ROWS = 50  # of a list


def main() -> None:
    """Measure every stack in a process of its own; prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        print(json.dumps(_measure(options.pages, options.rounds)))
        return
    os.environ["STADTWISSEN_BENCH"] = f"bench-access-{options.pages}"
    figures: dict[str, object] = {"benchmark": "access", "rounds": options.rounds}
    for stack in stacks.available():
        stacks.migrate(stack)
        figures[stack] = stacks.measure(
            stack, "benchmarks.access", "--pages", str(options.pages), "--rounds", str(options.rounds)
        )  # fmt: skip
    print(json.dumps(figures))


def _measure(pages: int, rounds: int) -> dict[str, object]:
    import django

    django.setup()
    from access.rights import scope_for
    from accounts.models import User
    from benchmarks import access_world
    from knowledge.basepage.models import KnowledgePage

    seconds = access_world.build(pages)
    people = {
        "partner": User.objects.get(username="person-0"),
        "neighbour": User.objects.get(username="person-1"),
        "curator": User.objects.get(username=f"person-{access_world.PEOPLE - 1}"),
    }
    figures: dict[str, object] = {
        "pages": KnowledgePage.objects.count(),
        "seconds_to_make": round(seconds, 1),
    }
    for name, person in people.items():
        scope = scope_for(person)
        figures[name] = {"spaces": len(scope.spaces), "shares": len(scope.shared)}
    figures.update(_of_code(people, rounds))
    figures.update(_of_pages(people, rounds))
    return figures


def _of_code(people: Mapping[str, Any], rounds: int) -> dict[str, object]:
    """Measure what every request does: the scope, a list of pages, counting them."""
    from access.reader import one_request
    from access.rights import scope_for
    from knowledge.basepage.models import KnowledgePage

    def latest(person: Any) -> None:
        with one_request():
            visible = KnowledgePage.objects.visible_to(person).order_by("-last_published_at")
            if len(visible[:ROWS]) != ROWS:
                raise RuntimeError(f"{person} sees no {ROWS} pages.")

    def count(person: Any) -> None:
        with one_request():
            KnowledgePage.objects.visible_to(person).count()

    return {
        "scope_for": _compare({n: _bound(scope_for, p) for n, p in people.items()}, rounds * 5),
        "latest_50": _compare({n: _bound(latest, p) for n, p in people.items()}, rounds),
        "count_visible": _compare({n: _bound(count, p) for n, p in people.items()}, rounds),
        "organisation": _compare({"who_reads_what": _who_reads_what}, max(5, rounds // 8)),
    }


def _bound(ask: Callable[[Any], object], person: Any) -> Callable[[], object]:
    return lambda: ask(person)


def _who_reads_what() -> None:
    """Answer for one organisation: which spaces and shared pages each of its people reads."""
    from access.models import Space
    from access.rights import scope_for
    from accounts.models import Organisation
    from knowledge.basepage.models import KnowledgePage

    organisation = Organisation.objects.get(slug="amt-1")
    scopes = [scope_for(person) for person in organisation.people.filter(is_active=True)]
    spaces = set().union(*(scope.spaces for scope in scopes))
    paths = {share.path for scope in scopes for share in scope.shared}
    names = list(Space.objects.filter(pk__in=spaces).values_list("title", flat=True))
    titles = list(KnowledgePage.objects.filter(path__in=paths).values_list("title", flat=True))
    if not names or not titles:
        raise RuntimeError("The organisation reads nothing.")


def _of_pages(people: Mapping[str, Any], rounds: int) -> dict[str, object]:
    """Measure pages as the people get them."""
    from django.test import Client
    from django.urls import reverse

    from access.models import Space
    from access.rights import scope_for
    from knowledge.articles.models import ArticleIndexPage, ArticlePage
    from knowledge.basepage.models import KnowledgePage

    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(person, backend="access.backends.AccessBackend")
    both = set.intersection(*(set(scope_for(person).spaces) for person in people.values()))
    space = Space.objects.filter(pk__in=both).order_by("pk").first()
    if space is None:
        raise RuntimeError("There is no space that all three read.")
    index = ArticleIndexPage.objects.get(space=space)
    article = ArticlePage.objects.child_of(index).filter(classification="internal").first()
    outside = [
        share.path for share in scope_for(people["partner"]).shared
        if not ArticlePage.objects.filter(path=share.path, space__in=scope_for(people["partner"]).spaces).exists()
    ]  # fmt: skip
    shared = KnowledgePage.objects.get(path=outside[0])

    def all_get(url: str) -> dict[str, Callable[[], object]]:
        return {name: _getting(client, url) for name, client in clients.items()}

    curator = clients["curator"]
    return {
        "page": _compare(all_get(article.url), rounds),
        "shared_page": _compare({"partner": _getting(clients["partner"], shared.url)}, rounds),
        "no_such_page": _refusals(clients["partner"], _hidden(people), rounds * 5),
        "list_of_50": _compare(all_get(index.url), rounds),
        "start_page": _compare(all_get("/"), rounds),
        "shared_with_me": _compare(all_get(reverse("access:shared_with_me")), rounds),
        "who_sees_this": _compare(all_get(reverse("access:page", args=[article.pk])), rounds),
        "space_rights": _compare(
            {"curator": _getting(curator, reverse("access:space", args=[space.slug]))}, rounds
        ),
        "matrix": _compare({"curator": _getting(curator, reverse("access:spaces"))}, 5),
    }  # fmt: skip


def _refusals(client: Any, hidden: str, rounds: int) -> dict[str, object]:
    """Compare how long hidden and missing pages take until the answer is out; the log is written after that."""
    from unittest.mock import patch

    from audit.middleware import AuditMiddleware

    missing = hidden.rstrip("/") + "x/"
    with patch.object(AuditMiddleware, "_write_when_closed"):
        return _compare(
            {"hidden": _getting(client, hidden, 404), "missing": _getting(client, missing, 404)},
            rounds,
        )


def _hidden(people: Mapping[str, Any]) -> str:
    """Return the address of a page that the partner may not see."""
    from knowledge.articles.models import ArticlePage

    seen = ArticlePage.objects.visible_to(people["partner"]).values("pk")
    url: str = ArticlePage.objects.exclude(pk__in=seen).order_by("pk").first().url
    return url


def _getting(client: Any, url: str, status: int = 200) -> Callable[[], object]:
    def get() -> None:
        answer = client.get(url)
        if answer.status_code != status:
            raise RuntimeError(f"{url} answered {answer.status_code}.")

    return get


def _compare(asks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, object]:
    """Ask in turn, so that noise meets all; return the queries and times of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    queries: dict[str, int] = {}
    times_ms: dict[str, list[float]] = {name: [] for name in asks}
    for name, ask in asks.items():
        ask()  # warms what a process keeps
        with CaptureQueriesContext(connection) as captured:
            ask()
        queries[name] = len(captured)
    for _ in range(rounds):
        for name, ask in asks.items():
            started = time.perf_counter()
            ask()
            times_ms[name].append((time.perf_counter() - started) * 1000)
    return {
        name: {
            "queries": queries[name],
            "p50_ms": round(statistics.median(times), 2),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        }
        for name, times in times_ms.items()
    }


if __name__ == "__main__":
    main()
