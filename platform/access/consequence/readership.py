"""Who reads a page beside the readers of its space: by which shares, now or once it is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Revision

from access.grants import Holder, shares
from access.tree import STEP, Page, at_or_below, page_model, space_of

NO_END = dt.datetime.max.replace(tzinfo=dt.UTC)
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Reach:
    """What decides who reads one page.

    Attributes:
        space_id: Its space, whose readers read it.
        is_open: Whether it is published, or will be at a time that is set.
        is_confidential: Whether no share may reach it.
        shares: Who reads it by a share, and until when; nobody while it is a draft or confidential.
    """

    space_id: int
    is_open: bool
    is_confidential: bool
    shares: Mapping[Holder, dt.datetime]

    def new_since(self, before: Reach | None) -> set[Holder]:
        """Return who reads it by a share and did not before, or not as long."""
        had: Mapping[Holder, dt.datetime] = before.shares if before else {}
        return {one for one, end in self.shares.items() if had.get(one, _NEVER) < end}

    def is_wider_than(self, before: Reach | None) -> bool:
        """Tell whether somebody outside the space it was in can read it who could not."""
        moved = before is not None and before.space_id != self.space_id
        return moved or bool(self.new_since(before))


@dataclass(frozen=True, slots=True)
class _Share:
    holder: Holder
    path: str
    with_subpages: bool
    end: dt.datetime

    def reaches(self, path: str) -> bool:
        return self.path == path or (self.with_subpages and path.startswith(self.path))


def reach_at(path: str, *, whole: bool, destination: Page | None = None) -> dict[int, Reach]:
    """Return the reach of the page at `path`, by primary key; four queries.

    Args:
        path: Its treebeard path.
        whole: Whether that of all pages below it, too.
        destination: The page below which they are thought to lie; None for where they are.
    """
    here = at_or_below(path) if whole else Q(path=path)
    rows = page_model().objects.filter(here, space__isnull=False).order_by()
    above = path[:-STEP] if destination is None else destination.path
    reaching = _shares(_from(path, whole=whole) | _from_above(above))
    planned = _planned()
    found = {}
    for pk, at, space, live, mark in rows.values_list(
        "pk", "path", "space", "live", "classification"
    ):
        marks = [mark] if live else []
        marks += planned.get(str(pk), [])
        kept = at if destination is None else destination.path + at[len(path) - STEP :]
        is_confidential = all(one == "confidential" for one in marks or [mark])
        found[pk] = Reach(
            space_id=space if destination is None else space_of(destination).pk,
            is_open=bool(marks),
            is_confidential=is_confidential,
            shares={}
            if is_confidential or not marks
            else _receivers(reaching, kept, own=(path, at) if destination is not None else None),
        )
    return found


def shares_below(path: str) -> dict[Holder, dt.datetime]:
    """Return who reads by a share what is published below the page at `path`, and until when; two queries."""
    return _receivers(_shares(_from_above(path)), path, own=None)


def _receivers(
    reaching: list[_Share], path: str, *, own: tuple[str, str] | None
) -> dict[Holder, dt.datetime]:
    """Return whom shares let read the page that lies at `path`, and until when.

    Args:
        reaching: Shares that may reach it.
        path: Where it lies, or is thought to lie.
        own: For a page that is thought to lie elsewhere: where its subtree begins now, and where it is itself; shares
            of the subtree go along.
    """
    reached: dict[Holder, dt.datetime] = {}
    for share in reaching:
        goes_along = own is not None and share.path.startswith(own[0])
        if share.reaches(own[1] if own is not None and goes_along else path):
            reached[share.holder] = max(share.end, reached.get(share.holder, share.end))
    return reached


def _shares(condition: Q) -> list[_Share]:
    """Return the shares in force under a condition; two queries."""
    found = shares().usable().filter(condition).values(*_COLUMNS)
    return [
        _Share(holder, path, with_subpages, until or NO_END)
        for holder, path, with_subpages, until in found
    ]


_COLUMNS = ("content_object__path", "include_descendants", "until")


def _from(path: str, *, whole: bool) -> Q:
    if whole:
        return at_or_below(path, field="content_object__path")
    return Q(content_object__path=path)


def _from_above(path: str) -> Q:
    """Return the condition that a share with subpages starts at `path` or above it."""
    paths = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    return Q(content_object__path__in=paths, include_descendants=True)


def _planned() -> dict[str, list[str]]:
    """Return the marks with which pages will be published at a time that is set; there are few."""
    planned: dict[str, list[str]] = {}
    for pk, mark in Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(page_model()),
        approved_go_live_at__isnull=False,
    ).values_list("object_id", "content__classification"):
        planned.setdefault(pk, []).append(mark)
    return planned
