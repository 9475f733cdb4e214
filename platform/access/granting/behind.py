"""Who is behind an organisation or a group that holds a right: names, for whoever may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from access.rights import can, scope_for
from access.roles import Action
from access.selectors import Holding
from access.tree import Page
from accounts.models import Membership, User

MANY = 50
"""From so many people on an entry is unfolded to its organisations, not to names."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Whom an entry stands for: its people, as far as the reader may know them, or its organisations with numbers."""

    people: Sequence[User] = ()
    organisations: Sequence[tuple[str, int]] = ()


def people_behind(holdings: Iterable[Holding], *, reader: User, page: Page) -> Mapping[int, Behind]:
    """Return whom the groups in `holdings` stand for, by the number of the group; two queries.

    Stewards of the page's space learn everybody's name, since they may look up anybody whom they give a right. Other
    readers learn who belongs to their own organisation, and to the groups whose pages they may read.

    Args:
        holdings: Roles and shares that the reader is shown.
        reader: Who asks.
        page: The page that the rights are about.
    """
    sizes = {
        one.principal.group_id: one.people
        for one in holdings
        if one.principal is not None and not isinstance(one.principal, User)
    }
    few = [pk for pk, people in sizes.items() if people <= MANY]
    is_steward = can(reader, Action.GRANT, page)
    known = Q() if is_steward else _known_to(reader)
    # unscoped: people whom the reader may know
    current = Membership.objects.current().filter(user__is_active=True)
    people: dict[int, list[User]] = defaultdict(list)
    named = current.filter(known, group__in=few).select_related("user__organisation")
    for one in named.order_by("user__last_name", "user__first_name", "user_id"):
        people[one.group_id].append(one.user)
    organisations: dict[int, list[tuple[str, int]]] = defaultdict(list)
    if is_steward:
        many = current.filter(group__in=sizes.keys() - set(few)).order_by()
        counted = many.values_list("group", "user__organisation__short_name")
        for pk, name, count in counted.annotate(people=Count("pk")):
            organisations[pk].append((name or "–", count))
    return {
        pk: Behind(people.get(pk, ()), sorted(organisations.get(pk, ())))
        for pk in sizes
        if pk in people or pk in organisations
    }


def _known_to(reader: User) -> Q:
    """Return the condition on memberships of people whom `reader` knows without having to do with rights."""
    groups = Q(group__circle__space__in=scope_for(reader).spaces)
    if reader.organisation_id is None:
        return groups
    return groups | Q(user__organisation=reader.organisation_id)
