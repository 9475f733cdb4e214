"""Looking at saved searches again: what one costs, and how many one worker gets through in an hour.

People of one organisation keep searches for words of synthetic pages; all of them are checked twice: once with nothing
new, and once after pages were published that match. Prints one JSON object: ms for each search, searches an hour.

    uv run python -m benchmarks.saved_searches [--pages 1000] [--people 200] [--searches 5]
"""

from __future__ import annotations

import argparse
import json
import random
import time

from benchmarks import stacks

SEED = 20261126
WORDS = (
    "Beleuchtung", "Spielplatz", "Müllabfuhr", "Hafenbecken", "Ordnungsdienst", "Graffiti", "Nachbarschaft", "Markt",
    "Bahnhof", "Jugendtreff", "Sperrmüll", "Streife", "Laterne", "Unterführung", "Prävention", "Sicherheitsgespräch",
)  # fmt: skip


def main() -> None:
    """Measure every stack in a process of its own; prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--searches", type=int, default=5, help="of each person")
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        print(json.dumps(_measure(options.pages, options.people, options.searches)))
        return
    figures: dict[str, object] = {"benchmark": "saved_searches", **vars(options)}
    del figures["stack"]
    arguments = [
        part for name in ("pages", "people", "searches") for part in (f"--{name}", str(vars(options)[name]))
    ]  # fmt: skip
    for stack in stacks.available():
        stacks.prepare(stack)
        stacks.manage(stack, "search", "check", "--repair")
        figures[stack] = stacks.measure(stack, "benchmarks.saved_searches", *arguments)
    print(json.dumps(figures))


def _measure(pages: int, people: int, searches: int) -> dict[str, object]:
    import django

    django.setup()
    from accounts.models import Organisation, User
    from search.models import SavedSearch, Tell
    from search.requests import SearchRequest
    from search.saved.services import save_search

    chance = random.Random(SEED)
    SavedSearch.objects.all().delete()
    User.objects.filter(username__startswith="probe-").delete()
    organisation = Organisation.objects.get(slug="stelle")
    _publish(pages, chance)
    owners = [
        User.objects.create(username=f"probe-{n}", organisation=organisation) for n in range(people)
    ]
    for owner in owners:
        for number in range(searches):
            request = SearchRequest(text=" ".join(chance.sample(WORDS, 2)))
            save_search(owner=owner, name=f"Suche {number}", request=request, tell=Tell.IN_APP)
    quiet = _check_all()
    _publish(20, chance)
    busy = _check_all()
    return {
        "searches": people * searches,
        "nothing_new_ms": round(quiet * 1000, 1),
        "something_new_ms": round(busy * 1000, 1),
        "searches_an_hour": round(3600 / busy),
    }


def _publish(count: int, chance: random.Random) -> None:
    from access.models import Space
    from knowledge.articles.models import ArticleIndexPage, ArticlePage
    from search.indexer import drain
    from search.outbox import deferred

    home = Space.objects.get(slug=stacks.SPACE).pages.get(depth=3).specific
    index = ArticleIndexPage.objects.child_of(home).filter(title="Proben").first()
    with deferred():
        if index is None:
            index = home.add_child(instance=ArticleIndexPage(title="Proben", slug="proben"))
        for _number in range(count):
            text = " ".join(chance.choices(WORDS, k=60))
            title = " ".join(chance.sample(WORDS, 3))
            index.add_child(
                instance=ArticlePage(title=title, body=[("paragraph", f"<p>{text}</p>")])
            )
    drain()


def _check_all() -> float:
    """Check every saved search; return the seconds that one took."""
    from django.utils import timezone

    from search import conf
    from search.models import SavedSearch
    from search.saved.new_matches import check_due

    SavedSearch.objects.update(checked_at=timezone.now() - 2 * conf.SAVED_SEARCH_CHECK_AFTER)
    began = time.perf_counter()
    checked = check_due(turn_s=3600)
    if checked != SavedSearch.objects.count():
        raise RuntimeError(f"Only {checked} saved searches were checked.")
    return (time.perf_counter() - began) / checked


if __name__ == "__main__":
    main()
