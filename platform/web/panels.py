"""Panels: pieces of a page that rooms add to a page of another room, such as the start page.

A panel is a template and what it gets; where it has nothing to show, it returns None and doesn't stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import Any

from django.utils.functional import SimpleLazyObject

from web.registry import Registry


class Place(Enum):
    """Where a panel stands."""

    TOP = "top"  # between the head of a page and its text: what people come to do here
    MAIN = "main"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel.

    Attributes:
        name: Unique among the panels of the page.
        template: Shows it; begins with a heading of the second level, unless it stands at the top.
        place: Where it stands.
        order: Its place among the others there, the lowest first.
        context: Gets what the page is about (for the start page the request), asks for the reader's rights, and returns
            what the template gets; None if there is nothing to show.
        is_content: It belongs to the page itself, so that it stands in files that are made of it (docs/export.md).
    """

    name: str
    template: str
    place: Place
    order: int
    context: Callable[..., Mapping[str, Any] | None]
    is_content: bool = False


@dataclass(frozen=True, slots=True)
class FilledPanel:
    """A panel that has something to show; the tag `panel` renders it."""

    template: str
    context: Mapping[str, Any]


start_panels: Registry[Panel] = Registry(
    "panel of the start page", cure="register it with web.panels.start_panels.register"
)


def filled(panels: Iterable[Panel], *about: Any) -> dict[str, Any]:
    """Return the panels that have something to show, in order, by the name of their place.

    A place is filled when the template comes to it: what shows no panels there costs nothing, and a panel may say what
    was shown above it, as a list of contents does.

    Args:
        panels: Those of one page.
        about: What their `context` gets.
    """
    return {
        place.value: SimpleLazyObject(partial(_filled_at, place, panels, about)) for place in Place
    }


def _filled_at(place: Place, panels: Iterable[Panel], about: tuple[Any, ...]) -> list[FilledPanel]:
    there = sorted((one for one in panels if one.place is place), key=attrgetter("order"))
    found = ((one.template, one.context(*about)) for one in there)
    return [FilledPanel(template, context) for template, context in found if context is not None]
