"""Odd parameters get an answer, never a server error: each route with the names that it looks for and odd values."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict

from tests.attacks.conftest import client_of, undone
from tests.leaks.fills import fills_of
from tests.leaks.routes import NO_ONE, Route, all_routes, row_of
from tests.leaks.world import World
from tests.properties import EXAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ODD = (
    "9" * 25, "-" + "9" * 30, "-1", "0", "1.5", "1e5", "nan", "abc", "", "\x00", "a\x00b", "²", "１２", "*",
    "[", "(", "%", "'\"<", "2026-13-45", "x" * 3000, "null", "../../etc", "{}", "\ud7ff", "\u202e",
    "a" * 200 + " ODER", "True",
)  # fmt: skip
_NUMBER = re.compile(r"/\d+(?=[/.]|$)")
EVERYDAY = 8  # pairs of a name and a value for each route, new ones in each run


ONCE_BROKEN = (
    ("offset", "1" + "0" * 25), ("search", "\x00"), ("q", "\x00"), ("p", "²"), ("id", ""), ("q", "'\"<"),
    ("q", '"a(b*"'),
)  # fmt: skip


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set that gets each name of a parameter that is looked for."""
    found: set[str] = set()

    def watched(method: str) -> Callable[..., Any]:
        real = getattr(QueryDict, method)

        def look(self: QueryDict, key: object, *args: Any, **kwargs: Any) -> Any:
            if isinstance(key, str):
                found.add(key)
            return real(self, key, *args, **kwargs)

        return look

    for method in ("__getitem__", "__contains__", "get", "getlist"):
        monkeypatch.setattr(QueryDict, method, watched(method))
    return found


def pairs_for(names: set[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield odd values of the names that a route looks for: some, in the long run each with each.

    Args:
        names: What is looked for; it grows while the answers to what was yielded look for more.
        chance: Chooses.
    """
    yield from ONCE_BROKEN
    if not EXAMPLES:
        known = sorted(names | {"unknown"})
        yield from ((chance.choice(known), chance.choice(ODD)) for _number in range(EVERYDAY))
        return
    asked: set[str] = set()
    while new := names - asked:
        asked |= new
        yield from itertools.product(sorted(new), ODD)


def address_of(world: World, route: Route) -> str:
    """Return an address that the curator may open, without its query; empty for none."""
    for fill in fills_of(route, world):
        if fill.group in {"", "a"}:
            return fill.url.split("?")[0]
    return ""


@pytest.mark.parametrize("part", ["/admin/", "/api/", "/"])
def test_odd_parameters_break_nothing(
    world: World, part: str, names: set[str], pytestconfig: pytest.Config
) -> None:
    seed = pytestconfig.option.hypothesis_seed
    chance = random.Random(f"{seed}{part}")  # noqa: S311 no secret
    client = client_of(world, "curator")
    wrong: list[tuple[Any, ...]] = []
    asked = 0
    for route in all_routes():
        url = address_of(world, route)
        is_there = url.startswith(part) and (
            part != "/" or not url.startswith(("/admin/", "/api/"))
        )
        if not is_there or row_of(route.name).who == NO_ONE or url.startswith("/-/"):
            continue
        names.clear()
        for name, value in pairs_for(names, chance):
            with undone():
                answer = client.get(f"{url}?{quote(name)}={quote(value, errors='surrogatepass')}")
                if answer.streaming:
                    b"".join(answer.streaming_content)
            asked += 1
            if answer.status_code >= 500:
                error = getattr(answer, "exc_info", (None, None))[1]
                wrong.append((route.name, name, value[:30], repr(error)[:120]))
    assert asked > 60
    assert not wrong, f"--hypothesis-seed={seed}: {wrong}"


@pytest.mark.parametrize("number", ["9" * 20, "0"])
def test_odd_numbers_of_objects_break_nothing(world: World, number: str) -> None:
    client = client_of(world, "curator")
    asked: set[str] = set()
    wrong: list[tuple[str, str, str]] = []
    for route in all_routes():
        url = _NUMBER.sub(f"/{number}", address_of(world, route))
        if number not in url or row_of(route.name).who == NO_ONE:
            continue
        asked.add(url)
        for ask in (client.get, client.post):
            with undone():
                answer = ask(url)
            if answer.status_code >= 500:
                error = getattr(answer, "exc_info", (None, None))[1]
                wrong.append((route.name, url[:60], repr(error)[:120]))
    assert len(asked) > 60
    assert not wrong
