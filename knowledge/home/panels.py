"""The start page's own panels: what is new, and where to go on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from knowledge.home.selectors import latest_changes
from knowledge.pages.frame import Place as TreePlace
from knowledge.pages.frame import spaces_of
from web.panels import Panel, Place


def _news(request: HttpRequest) -> dict[str, Any]:
    return {"latest_changes": latest_changes(request.user)}


def _groups(request: HttpRequest) -> dict[str, Any] | None:
    return _places([place for place in spaces_of(request.user) if place.is_group])


def _spaces(request: HttpRequest) -> dict[str, Any] | None:
    return _places([place for place in spaces_of(request.user) if not place.is_group])


def _places(places: list[TreePlace]) -> dict[str, Any] | None:
    return {"places": places} if places else None


PANELS = (
    Panel(name="home.news", template="home/_news.html", place=Place.MAIN, order=50, context=_news),
    Panel(
        name="home.groups",
        template="home/_groups.html",
        place=Place.ASIDE,
        order=30,
        context=_groups,
    ),
    Panel(
        name="home.spaces",
        template="home/_spaces.html",
        place=Place.ASIDE,
        order=50,
        context=_spaces,
    ),
)
