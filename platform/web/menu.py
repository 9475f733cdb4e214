"""The frame's menus: the account menu, the main navigation, "New"; each room registers its entries.

An entry says itself who sees it, from the request and without a query: the menus stand on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from web.models import shown_city
from web.registry import Registry

Label = str | Promise


def everybody(request: HttpRequest) -> bool:
    """Show the entry to whoever is signed in."""
    return True


def as_oneself(request: HttpRequest) -> bool:
    """Show the entry unless a steward sees the site through somebody else's eyes."""
    return getattr(request, "viewing", None) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One entry of the account menu.

    Attributes:
        name: Unique.
        label: What it says.
        route: Name of the address that it leads to.
        icon: One of KERN's icons.
        order: Its place, the lowest first.
        is_shown: Tells who sees it.
    """

    name: str
    label: Label
    route: str
    icon: str
    order: int
    is_shown: Callable[[HttpRequest], bool] = everybody

    @property
    def url(self) -> str:
        """Return its address."""
        return _address_of(self.route)


@cache
def _address_of(route: str) -> str:
    """Return the address of a menu entry; the menu stands on every page, and its addresses are always the same."""
    return reverse(route)


@dataclass(frozen=True, slots=True)
class Link:
    """A title that leads somewhere; `is_current` where the reader is there already, `note` says more."""

    title: str
    url: str
    is_current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationPart:
    """Some entries of the main navigation.

    Attributes:
        name: Unique.
        order: Its place, the lowest first.
        links: Returns what the reader sees, in order.
    """

    name: str
    order: int
    links: Callable[[HttpRequest], Iterable[Link]]


@dataclass(frozen=True, slots=True)
class NewGroup:
    """Things of one sort that may be made, with the places for them."""

    title: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What can be made new, as one room offers it on the page "New".

    Attributes:
        name: Unique.
        order: Its place, the lowest first.
        is_shown: Tells, without a query, who may make any of it.
        groups: Returns what the reader may make, and where.
    """

    name: str
    order: int
    is_shown: Callable[[HttpRequest], bool]
    groups: Callable[[HttpRequest], Iterable[NewGroup]]


menu: Registry[MenuEntry] = Registry("menu entry", cure="register it with web.menu.menu.register")
navigation: Registry[NavigationPart] = Registry(
    "part of the navigation", cure="register it with web.menu.navigation.register"
)
new_entries: Registry[NewEntry] = Registry(
    "entry of the page “New”", cure="register it with web.menu.new_entries.register"
)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page shows; it costs nothing unless a template uses it."""
    user = getattr(request, "user", None)
    city = SimpleLazyObject(shown_city)
    if user is None or not user.is_authenticated:
        return {"navigation": (), "menu": (), "city": city}
    return {
        "city": city,
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "menu": SimpleLazyObject(lambda: shown(menu, request)),
        "can_make_new": SimpleLazyObject(lambda: bool(shown(new_entries, request))),
        "unread_notices": getattr(
            user, "unread_notices", 0
        ),  # loaded with the person (access.backends)
        "viewing": getattr(request, "viewing", None),
    }


def shown(entries: Registry[Any], request: HttpRequest) -> list[Any]:
    """Return the entries that the reader sees, in their order."""
    return sorted((one for one in entries if one.is_shown(request)), key=attrgetter("order"))


def new_groups(request: HttpRequest) -> list[NewGroup]:
    """Return what the reader may make new, without what has no place."""
    return [
        group
        for entry in shown(new_entries, request)
        for group in entry.groups(request)
        if group.links
    ]


def _navigation(request: HttpRequest) -> list[Link]:
    return list(_links(request))


def _links(request: HttpRequest) -> Iterator[Link]:
    for part in sorted(navigation, key=attrgetter("order")):
        yield from part.links(request)
