"""What a working group's page shows beside its own fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat

from access.rights import Person
from accounts.models import Membership, User
from knowledge.groups.models import GroupPage, MinutesPage


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One working group in the list.

    Attributes:
        page: Its page.
        members: How many people belong to it.
        leads: Whom to ask.
        is_mine: Whether the reader belongs to it.
        met_on: The day of the last meeting whose minutes the reader may read.
    """

    page: GroupPage
    members: int
    leads: Sequence[User]
    is_mine: bool
    met_on: dt.date | None


def groups_for(user: Person) -> list[GroupRow]:
    """Return the groups whose pages `user` may read, by title; three queries, however many groups."""
    pages = GroupPage.objects.visible_to(user).filter(live=True).select_related("field_of_action")
    groups = list(pages.order_by("title"))
    members = _members_by_space(page.space_id for page in groups)
    minutes = MinutesPage.objects.visible_to(user).filter(space__in=members).order_by()
    met = dict(minutes.values_list("space").annotate(Max("held_on")))
    return [
        GroupRow(
            page=page,
            members=len(here := members[page.space_id]),
            leads=[one.user for one in here if one.function == Membership.Function.LEAD],
            is_mine=any(one.user == user for one in here),
            met_on=met.get(page.space_id),
        )
        for page in groups
    ]


# unscoped: of groups whose pages the reader may read
def _members_by_space(spaces: Iterable[int | None]) -> dict[int | None, list[Membership]]:
    found: dict[int | None, list[Membership]] = {pk: [] for pk in spaces}
    memberships = _memberships().filter(group__circle__space__in=found)
    for one in memberships.annotate(space_id=F("group__circle__space")):
        found[one.space_id].append(one)
    return found


# unscoped: of groups whose pages the reader may read
def _memberships() -> Any:
    """Return the current memberships of people with an open account, by name."""
    current = Membership.objects.current().filter(user__is_active=True)
    return current.select_related("user__organisation").order_by(
        "user__last_name", "user__first_name"
    )


# unscoped: whoever reads the group's page sees who belongs to it
def members_of(group: GroupPage) -> list[Membership]:
    """Return the current memberships of the group's circle, leads first, then by name."""
    memberships = _memberships().filter(group__circle__space=group.space_id)
    return sorted(memberships, key=lambda one: one.function != Membership.Function.LEAD)


def known_by_name(names: Iterable[str], user: Person) -> dict[str, User]:
    """Return the people whom `user` may know by their full names, as minutes write them; one query.

    A name that two of them have leads to neither.
    """
    full_name = Concat("first_name", Value(" "), "last_name")
    wanted = {name.strip() for name in names} - {""}
    if not wanted:
        return {}
    found: dict[str, list[User]] = {}
    for person in people_known_to(user).annotate(full_name=full_name).filter(full_name__in=wanted):
        found.setdefault(str(person), []).append(person)
    return {name: people[0] for name, people in found.items() if len(people) == 1}


def people_known_to(user: Person) -> Any:
    """Return the people with an open account whom `user` may know, by name, as a queryset.

    These are the reader, the others of the reader's organisation, and the members of groups whose page the reader may
    read, which names them anyway. Nobody else: that somebody has an account tells whom a closed group works with.
    """
    groups = GroupPage.objects.visible_to(user).filter(live=True).order_by()
    members = Membership.objects.current().filter(group__circle__space__in=groups.values("space"))
    known = Q(pk=user.pk) | Q(pk__in=members.values("user"))
    organisation = getattr(user, "organisation_id", None)  # whoever isn't signed in has none
    if organisation is not None:
        known |= Q(organisation=organisation)
    people = User.objects.filter(known, is_active=True, pseudonymised_at__isnull=True)
    return people.order_by("last_name", "first_name", "pk")
