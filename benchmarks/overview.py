"""The overview of measures with 30, 300 and 3,000 measures of 20 entries each: queries and time of an answer.

Requests go through Django's middleware (test client, no network). Prints one JSON object: of each number of measures
the queries, median and 95th percentile in ms of the page and of a list that a number leads to; the same of the time on
the processor, which other work on the machine doesn't lengthen, and the machine's load beside them.

    uv run python -m benchmarks.overview [--measures 30 300 3000] [--rounds 40]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import time
from typing import Any

from benchmarks import stacks

NAME = "_overview"
ENTRIES = 20
BODIES, FIELDS, DISTRICTS = 45, 6, 10
PAGES = {"page": "/ueberblick/", "silent": "/ueberblick/?silent=1", "list": "/ueberblick/liste/?late=1"}  # fmt: skip


def main() -> None:
    """Measure every stack in a process of its own; prints one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--measures", type=int, nargs="+", default=[30, 300, 3000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        print(json.dumps(_measured(options.measures, options.rounds)))
        return
    figures: dict[str, object] = {"benchmark": "overview", "rounds": options.rounds}
    arguments = ["--rounds", str(options.rounds), "--measures", *map(str, options.measures)]
    for stack in stacks.available():
        stacks.prepare(stack, name=NAME)
        figures[stack] = stacks.measure(stack, "benchmarks.overview", *arguments, name=NAME)
    print(json.dumps(figures))


def _measured(numbers: list[int], rounds: int) -> dict[str, object]:
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from accounts.models import User

    settings.SEARCH_DRAIN_ON_COMMIT = False  # the search isn't measured
    client = Client()
    client.force_login(User.objects.get(username="leserin"))
    figures: dict[str, object] = {}
    for number in sorted(numbers):
        with transaction.atomic():
            fill(number)
        figures[str(number)] = {name: _asked(client, url, rounds) for name, url in PAGES.items()}
    return figures


def _asked(client: Any, url: str, rounds: int) -> dict[str, object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(url).status_code
    queries = len(captured)  # the next request empties the log
    waited, worked = [], []
    for _ in range(rounds):
        began, began_work = time.perf_counter(), time.process_time()
        client.get(url)
        worked.append((time.process_time() - began_work) * 1000)
        waited.append((time.perf_counter() - began) * 1000)
    return {
        "status": status, "queries": queries, **_figures("", waited), **_figures("processor_", worked),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _figures(prefix: str, taken: list[float]) -> dict[str, float]:
    percentile = statistics.quantiles(taken, n=20)[-1]
    return {
        f"{prefix}p50_ms": round(statistics.median(taken), 1),
        f"{prefix}p95_ms": round(percentile, 1),
    }


def fill(number: int) -> None:
    """Make measures until there are as many, each with bodies, districts, milestones and entries."""
    from access.models import Space
    from accounts.models import Organisation
    from knowledge.measures.models import Assessment, Horizon, MeasureIndexPage, MeasurePage, State
    from knowledge.taxonomy.models import District, FieldOfAction

    home = Space.objects.get(slug=stacks.SPACE).pages.get(depth=3).specific
    index = MeasureIndexPage.objects.child_of(home).first()
    if index is None:
        index = home.add_child(instance=MeasureIndexPage(title="Maßnahmen", slug="massnahmen"))
        index.save_revision().publish()
    bodies = [_body(Organisation, one) for one in range(BODIES)]
    fields = [
        FieldOfAction.objects.get_or_create(slug=f"feld-{one}", defaults={"title": f"Feld {one}"})[
            0
        ]
        for one in range(FIELDS)
    ]
    districts = [
        District.objects.get_or_create(
            slug=f"bezirk-{one}", defaults={"name": f"Bezirk {one}", "kind": "city_district"}
        )[0]
        for one in range(DISTRICTS)
    ]
    for place in range(MeasurePage.objects.count(), number):
        page = MeasurePage(
            title=f"Maßnahme der Messung {place}", number=place + 1, field_of_action=fields[place % FIELDS],
            state=State.values[place % 7], horizon=Horizon.values[place % 3],
            assessment=["", *Assessment.values][place % 4] if place % 7 not in (3, 6) else "",
            first_published_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=place % 200),
        )  # fmt: skip
        index.add_child(instance=page)
        _hang(page, place, bodies, districts)


def _body(organisations: Any, number: int) -> Any:
    name = f"Stelle {number}"
    return organisations.objects.get_or_create(
        slug=f"stelle-{number}", defaults={"name": name, "short_name": name, "kind": "other"}
    )[0]


def _hang(page: Any, place: int, bodies: list[Any], districts: list[Any]) -> None:
    from knowledge.measures.models import Entry, MeasurePage, MeasureResponsibility, Milestone

    today = dt.datetime.now(dt.UTC).date()
    MeasureResponsibility.objects.bulk_create(
        MeasureResponsibility(
            measure=page, organisation=bodies[(place + one) % BODIES], sort_order=one
        )
        for one in range(1 + place % 3)
    )
    through: Any = MeasurePage.districts.through
    through.objects.create(measurepage=page, district=districts[place % DISTRICTS])
    Milestone.objects.bulk_create(
        Milestone(
            measure=page,
            title=f"Schritt {one}",
            due_on=today + dt.timedelta(days=60 * one - 100 + place % 90),
        )
        for one in range(3)
    )
    Entry.objects.bulk_create(
        Entry(
            measure=page, happened_on=today, text="Es ging voran.",
            written_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=(place * 7 + one) % 300),
        )
        for one in range(ENTRIES)
    )  # fmt: skip


if __name__ == "__main__":
    main()
