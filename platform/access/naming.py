"""Pages about whom a list of rights names: rooms say where these are, and which of them the reader may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from access.reader import current_reader, remembered
from access.rights import Person
from web.registry import Registry

Find = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Way:
    """The way to the pages about principals of one kind.

    Attributes:
        name: The kind, as `access.principals.key_of` writes it: `user`, `organisation` or `circle`.
        find_for: Returns, for a reader, what finds the address of a page by the principal's number; empty if the reader
            may not open it. Asked once a request, however many are named.
    """

    name: str
    find_for: Callable[[Person], Find]


ways: Registry[Way] = Registry(
    "way to pages about principals", cure="register it with access.naming.ways.register"
)


def address_of(key: str) -> str:
    """Return the address of the page about a principal for the current reader; empty if there is none for them.

    Args:
        key: What `access.principals.key_of` returned.
    """
    kind, _colon, number = key.partition(":")
    way = ways.get(kind)
    if way is None or not number.isdecimal():
        return ""
    reader = current_reader()
    find = remembered(("access.naming", kind, reader.pk), lambda: way.find_for(reader))
    return find(int(number))
