"""The table of routes is complete, and says what the doors say."""

from __future__ import annotations

import pytest

from access.viewing.middleware import OPEN_WHILE_VIEWING
from knowledge.wagtail_edge.doors import DOORS, PUBLIC
from tests.leaks.fills import fills_of
from tests.leaks.routes import (
    CLOSED_PREFIXES,
    CLOSED_ROUTES,
    NO_ONE,
    TABLE,
    all_routes,
    row_of,
)
from tests.leaks.world import World


def test_every_route_of_the_site_is_in_the_table() -> None:
    unknown = []
    for route in all_routes():
        try:
            row_of(route.name)
        except KeyError:
            unknown.append(route.name)
    assert not unknown, f"Say in tests/leaks/routes.py who gets through: {unknown}"


def test_the_table_names_no_route_that_is_gone() -> None:
    names = {route.name for route in all_routes()}
    assert not (TABLE.keys() | CLOSED_ROUTES | OPEN_WHILE_VIEWING) - names
    assert not (DOORS.keys() | PUBLIC) - names
    assert all(any(name.startswith(prefix) for name in names) for prefix in CLOSED_PREFIXES)


def test_what_the_table_calls_closed_has_no_door() -> None:
    by_right_of_upload = {name for name in TABLE if "upload" in name}
    closed = {route.name for route in all_routes() if row_of(route.name).who == NO_ONE}
    assert not closed & DOORS.keys() - by_right_of_upload


@pytest.mark.django_db
def test_the_crawl_knows_how_to_fill_every_route(world: World) -> None:
    for route in all_routes():
        assert list(fills_of(route, world)), route
