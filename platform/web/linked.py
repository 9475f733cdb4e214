"""Links that rooms add to the rows of another room: in its lists, and on the page of one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from web.menu import Link


@dataclass(frozen=True, slots=True)
class Linked:
    """What a row leads to, under one label."""

    label: str | Promise
    links: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSource:
    """Some links of rows.

    Attributes:
        name: Unique among those of a room.
        linked: Gets rows that the reader may see and the reader; asks for the reader's rights to what it links to, and
            returns what there is by the number of the row. Its queries don't grow with the rows.
        is_in_lists: Lists show it, too, not the page of the row alone.
    """

    name: str
    linked: Callable[[Sequence[Any], Any], Mapping[int, Sequence[Linked]]]
    is_in_lists: bool = True


def link_rows(rows: Iterable[Any], sources: Iterable[LinkSource], user: Any) -> None:
    """Give each row of a list what it leads to, as `linked`."""
    _link(list(rows), [one for one in sources if one.is_in_lists], user)


def link_row(row: Any, sources: Iterable[LinkSource], user: Any) -> None:
    """Give the row of a page what it leads to, as `linked`."""
    _link([row], list(sources), user)


def _link(rows: Sequence[Any], sources: Sequence[LinkSource], user: Any) -> None:
    found = [one.linked(rows, user) for one in sources] if rows else []
    for row in rows:
        row.linked = [linked for by_row in found for linked in by_row.get(row.pk, ())]
