"""A page and a search of ours against a bare Wagtail with the same 2,000 pages, in the same run and in both modes.

Each site runs in a gunicorn of its own with as many processes and threads, on loopback, with the same kind of database:
SQLite, or PostgreSQL over the same socket. Ours checks rights and shows navigation, breadcrumbs, facets; the
bare one is what `wagtail start` makes, its search view included. One and eight clients ask; sites take turns every few
requests, so that noise of the machine meets all. Prints one JSON object: of each view median and 95th percentile of
the time in ms, processor time of the serving processes a request, number of queries, and ours in ratio to the bare one.

    uv run python -m benchmarks.page_view [--requests 400] [--workers N] [--clients 1 8] [--stack embedded|server ...]
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from contextlib import ExitStack

from benchmarks import stacks
from benchmarks.serving import View, served
from benchmarks.sites import bare_environment, make_content, run_django

NAME = "_views"
PAGES = 2_000
TURN = 40
"""Requests to a site before the next one's turn."""
WARMING = 40
SITES = ("ours", "bare")


def main() -> None:
    """Print the figures as one JSON object."""
    options = _options()
    figures: dict[str, object] = {
        "benchmark": "page_view", "requests": options.requests, "workers": options.workers,
    }  # fmt: skip
    for stack in options.stack or stacks.available():
        figures[stack] = measure(stack, options)
    print(json.dumps(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--stack", action="append", choices=tuple(stacks.SETTINGS))
    return parser.parse_args()


def measure(stack: str, options: argparse.Namespace) -> dict[str, object]:
    """Make both sites on a stack, ask them in turn, return the figures of each view and number of clients."""
    environments = {"ours": stacks.environment(stack, NAME), "bare": bare_environment(stack, NAME)}
    stacks.migrate(stack, name=NAME)
    if stack == "server":
        stacks.create_database(f"{NAME[1:]}_bare")
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        run_django(environments["bare"], *command)
    made = {site: make_content(environments[site], f"views_{site}", PAGES) for site in SITES}
    figures: dict[str, object] = {}
    with ExitStack() as running:
        servers = {
            site: running.enter_context(served(environments[site], workers=options.workers))
            for site in SITES
        }
        for view in ("page", "search"):
            for clients in options.clients:
                views = {
                    site: View(
                        servers[site],
                        made[site][view]["paths"],
                        made[site]["cookie"],
                        made[site][view]["expected"].encode(),
                    )
                    for site in SITES
                }
                figures[f"{view} {clients}"] = _compare(views, options.requests, clients)
            figures[f"{view} queries"] = {site: made[site][view]["queries"] for site in SITES}
    return figures


def _compare(views: Mapping[str, View], requests: int, clients: int) -> dict[str, object]:
    for view in views.values():
        view.ask(WARMING, clients=clients)
        view.forget()
    for _ in range(-(-requests // TURN)):
        for view in views.values():
            view.ask(TURN, clients=clients)
    figures = {site: view.figures() for site, view in views.items()}
    ratios = {
        f"ratio_{what}": round(figures["ours"][what] / figures["bare"][what], 2)
        for what in ("p50_ms", "cpu_ms")
    }
    return {**figures, **ratios}


if __name__ == "__main__":
    main()
