"""What nobody has confirmed, for the curator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils import timezone

from access.due import DueSpace, due_spaces, interval
from access.granting.matrix import has_curators, stewards_by_grant
from access.models import Space
from access.recertification.rights import Right, rights_in
from access.rights import spaces_where
from access.roles import Action
from accounts.models import User

SPACES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """One space in which something is not confirmed, or nobody is responsible.

    Attributes:
        space: The space.
        due: Since when its confirmation is due; None if it isn't.
        rights: Rights that were given and last confirmed longer ago than the interval.
        has_own_steward: Whether somebody active is a steward by a grant.
        has_steward: The same, curators included.
    """

    space: Space
    due: DueSpace | None
    rights: tuple[Right, ...]
    has_own_steward: bool
    has_steward: bool


def unconfirmed_for(curator: User, number: str) -> tuple[Page[Space], list[Unconfirmed]]:
    """Return a page of the curator's spaces with something unconfirmed or without a steward of their own.

    Spaces that have opted out stay out, since curators must not learn of them; `manage.py doctor` names those without
    a steward to whoever operates the platform. A fixed number of queries.

    Args:
        curator: Who asks.
        number: Number of the page; nonsense gives the first.
    """
    spaces = list(
        Space.objects.filter(pk__in=spaces_where(curator, Action.GRANT)).select_related("circle")
    )
    due = {one.space.pk: one for one in due_spaces(spaces)}
    granted, curators = stewards_by_grant(spaces), has_curators()
    concerned = [one for one in spaces if one.pk in due or one.pk not in granted]
    # What is longest due comes first.
    concerned.sort(key=lambda one: due[one.pk].due_on if one.pk in due else dt.date.max)
    page = Paginator(concerned, SPACES_A_PAGE).get_page(number)
    shown = list(page.object_list)
    limit = timezone.now() - interval()
    old = [right for right in rights_in(*shown) if not right.is_decided_since(limit)]
    return page, [
        Unconfirmed(
            space=space,
            due=due.get(space.pk),
            rights=tuple(right for right in old if right.space_id == space.pk),
            has_own_steward=space.pk in granted,
            has_steward=space.pk in granted or (space.is_curated and curators),
        )
        for space in shown
    ]
