"""Measures on the start page: how many are in which state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from access.rights import Person
from knowledge.measures.models import MeasureIndexPage, MeasurePage, State
from web.panels import Panel, Place


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many measures are in one state; the empty state is "not stated"."""

    value: str
    label: str
    count: int


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


def _context(request: HttpRequest) -> dict[str, Any] | None:
    states = measures_by_state(request.user)
    if not states:
        return None
    indexes = MeasureIndexPage.objects.visible_to(request.user).order_by("path")
    return {"measures_by_state": states, "measure_index": indexes.first()}


PANEL = Panel(
    name="measures.by_state",
    template="measures/_by_state.html",
    place=Place.ASIDE,
    order=40,
    context=_context,
)
