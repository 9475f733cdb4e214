"""Which spaces have to have their rights confirmed, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from access.grants import roles
from access.models import Recertification, Space

GRACE = dt.timedelta(days=30)  # from due to overdue


@dataclass(frozen=True, slots=True)
class DueSpace:
    """A space whose rights have to be confirmed.

    Attributes:
        space: The space.
        due_on: Since when.
        last_completed_at: When all rights were last confirmed; None for never.
        is_overdue: Whether the time for it is over.
    """

    space: Space
    due_on: dt.date
    last_completed_at: dt.datetime | None
    is_overdue: bool


def interval() -> dt.timedelta:
    """Return how long a confirmation holds (`STADTWISSEN_RECERTIFICATION_DAYS`)."""
    return dt.timedelta(days=settings.RECERTIFICATION_DAYS)


def spaces_due(today: dt.date | None = None) -> list[DueSpace]:
    """Return all spaces whose rights have to be confirmed, for reminders; a fixed number of queries."""
    return due_spaces(Space.objects.all(), today=today)


def due_spaces(spaces: Iterable[Space], *, today: dt.date | None = None) -> list[DueSpace]:
    """Return those of `spaces` whose rights have to be confirmed, longest due first; at most four queries.

    The interval begins with the last confirmation, in a space without one with its oldest grant.

    Args:
        spaces: Spaces that whoever is told is responsible for.
        today: The day that is asked about.
    """
    today = today or timezone.localdate()
    by_pk = {space.pk: space for space in spaces}
    done = dict(
        Recertification.objects.filter(space__in=by_pk, completed_at__isnull=False)
        .order_by()
        .values_list("space")
        .annotate(last=Max("completed_at"))
    )
    began = {**_first_grants(by_pk.keys() - done.keys()), **done}
    due = []
    for pk, moment in began.items():
        due_on = timezone.localdate(moment) + interval()
        if due_on <= today:
            due.append(DueSpace(by_pk[pk], due_on, done.get(pk), today > due_on + GRACE))
    return sorted(due, key=lambda one: (one.due_on, one.space.title))


def _first_grants(spaces: Iterable[int]) -> dict[int, dt.datetime]:
    first: dict[int, dt.datetime] = {}
    if not spaces:
        return first
    given = roles().filter(content_object__in=spaces).values("content_object", "granted_at")
    for _holder, space, moment in given:
        first[space] = min(moment, first.get(space, moment))
    return first


def open_round(space: Space) -> Recertification | None:
    """Return the round that was begun and is not complete; one that lasted half an interval counts no more."""
    begun = Recertification.objects.filter(space=space, completed_at__isnull=True).first()
    if begun is not None and begun.started_at < timezone.now() - interval() / 2:
        return None
    return begun
