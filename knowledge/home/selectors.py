"""What the start page and the home pages of spaces show, within the reader's rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from access.models import Space
from access.recertification.due import DueSpace, due_spaces
from access.rights import Person, rights_of, scope_for
from access.roles import Role
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage
from knowledge.frame import Place, spaces_of
from knowledge.measures.models import MeasurePage, State

LATEST = 8  # changes shown
MOST_TO_CONFIRM = 5  # spaces named whose rights have to be confirmed


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many measures are in one state; the empty state is "not stated"."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The start page's content."""

    spaces: Sequence[Place]
    groups: Sequence[Place]
    latest_changes: Sequence[KnowledgePage]
    measures_by_state: Sequence[StateCount]
    measure_index: KnowledgePage | None
    to_confirm: Sequence[DueSpace]


def start_page_overview(user: Person) -> Overview:
    """Collect the start page's content: spaces, groups, latest changes, measures by state."""
    roots = spaces_of(user)
    return Overview(
        spaces=[place for place in roots if not place.is_group],
        groups=[place for place in roots if place.is_group],
        latest_changes=latest_changes(user),
        measures_by_state=measures_by_state(user),
        measure_index=_measure_index(user),
        to_confirm=spaces_to_confirm(user),
    )


def spaces_to_confirm(user: Person) -> list[DueSpace]:
    """Return the spaces whose rights `user` should confirm, longest due first; no query for most people."""
    mine = rights_of(user).spaces_with(Role.STEWARD)
    return due_spaces(Space.objects.filter(pk__in=mine))[:MOST_TO_CONFIRM] if mine else []


def latest_changes(user: Person, *, space_id: int | None = None) -> list[KnowledgePage]:
    """Return the pages published last, newest first, in one space or in all that the reader sees."""
    spaces = scope_for(user).spaces if space_id is None else {space_id}
    pages = (
        KnowledgePage.objects.visible_to(user)
        .filter(space__in=spaces, depth__gt=SPACE_ROOT_DEPTH + 1, last_published_at__isnull=False)
        .select_related("space", "content_type")
    )
    return list(pages.order_by("-last_published_at", "-pk")[:LATEST])


def measures_by_state(user: Person) -> list[StateCount]:
    """Count the measures that the reader sees by their state; states without a measure are left out."""
    rows = dict(
        MeasurePage.objects.visible_to(user)
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
    )
    labelled = [*State.choices, ("", "")]
    return [
        StateCount(value=value, label=str(label), count=rows[value])
        for value, label in labelled
        if rows.get(value)
    ]


def _measure_index(user: Person) -> KnowledgePage | None:
    from knowledge.measures.models import MeasureIndexPage

    page: KnowledgePage | None = MeasureIndexPage.objects.visible_to(user).order_by("path").first()
    return page


def index_pages_of(space_home: Any, user: Person) -> list[KnowledgePage]:
    """Return the index pages right below the home page of a space."""
    pages = KnowledgePage.objects.visible_to(user).child_of(space_home)
    return list(pages.select_related("content_type").order_by("path"))
