"""What ends when an organisation leaves, worked out before anything is changed; the report afterwards is the same list.

A line holds numbers only. `knowledge.partners.wording` says it in words for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q

from access.granting.leaving import without_steward
from access.grants import Grants, stored_roles, stored_shares
from access.handling import Classification
from access.models import Space
from access.principals import key_of
from accounts.models import Membership, Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactPage


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that ends or is handed over.

    Attributes:
        kind: Which sentence of `knowledge.partners.wording` says it.
        who: The principal, such as `user:5`; empty if it is about none.
        space: Number of the space, 0 for none.
        page: Number of the page, 0 for none.
        circle: Number of the circle, 0 for none.
        role: Name of the role in small letters.
        count: How many.
    """

    kind: str
    who: str = ""
    space: int = 0
    page: int = 0
    circle: int = 0
    role: str = ""
    count: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return what is worth storing."""
        return {name: value for name, value in asdict(self).items() if value}


REVOKED = ("role", "share", "circle", "others_role", "others_share")


def lines_of_exit(organisation: Organisation, *, opens_to_curators: bool) -> list[Line]:
    """List everything that ends or is handed over; some twenty queries, whatever the number of people and pages.

    Args:
        organisation: Who leaves.
        opens_to_curators: Whether its internal spaces become curated instead of staying shut.
    """
    return [
        *_people(organisation),
        *_held(organisation),
        *_held_by_others(organisation),
        *_content(organisation, opens_to_curators=opens_to_curators),
    ]


def internal_spaces(organisation: Organisation) -> Any:
    """Return the spaces that are the organisation's own, as a queryset."""
    return Space.objects.filter(organisation=organisation)


def pages_to_hand_over(organisation: Organisation, *, opens_to_curators: bool) -> Any:
    """Return the pages that get another owner: those in shut internal spaces keep theirs."""
    owned = KnowledgePage.objects.filter(owning_organisation=organisation)
    if opens_to_curators:
        return owned
    return owned.exclude(space__in=internal_spaces(organisation))


def _people(organisation: Organisation) -> Iterator[Line]:
    people = User.objects.filter(organisation=organisation)
    for pk in people.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        yield Line("account", who=f"user:{pk}")
    circles = Membership.objects.filter(
        user__in=people.values("pk"), group__circle__is_everybody=False
    )
    for user, circle in circles.order_by("user", "pk").values_list("user", "group__circle"):
        yield Line("circle", who=f"user:{user}", circle=circle)


def _held(organisation: Organisation) -> Iterator[Line]:
    """Yield what the organisation and its people hold anywhere."""
    people = User.objects.filter(organisation=organisation).values("pk")
    group = [organisation.group_id]
    yield from _roles(stored_roles().held_by_any(people, group), "role")
    yield from _shares(stored_shares().held_by_any(people, group), "share")


def others_grants(organisation: Organisation) -> Grants:
    """Return the roles that others hold on its internal spaces."""
    spaces = internal_spaces(organisation).values("pk")
    return _of_others(stored_roles().filter(content_object__in=spaces), organisation)


def others_shares(organisation: Organisation) -> Grants:
    """Return the shares of its pages with others."""
    its = KnowledgePage.objects.filter(
        Q(owning_organisation=organisation) | Q(space__organisation=organisation)
    )
    return _of_others(stored_shares().filter(content_object__in=its.values("pk")), organisation)


def _of_others(grants: Grants, organisation: Organisation) -> Grants:
    people = User.objects.filter(organisation=organisation).values("pk")
    return grants.not_held_by_any(people, [organisation.group_id])


def _held_by_others(organisation: Organisation) -> Iterator[Line]:
    yield from _roles(others_grants(organisation), "others_role")
    yield from _shares(others_shares(organisation), "others_share")


def _content(organisation: Organisation, *, opens_to_curators: bool) -> Iterator[Line]:
    pages = pages_to_hand_over(organisation, opens_to_curators=opens_to_curators)
    counted = pages.order_by().values_list("space").annotate(count=Count("pk"))
    for space, count in sorted(counted):
        yield Line("pages", space=space, count=count)
    for pk in internal_spaces(organisation).order_by("pk").values_list("pk", flat=True):
        yield Line("space_opened" if opens_to_curators else "space_shut", space=pk)
    its = KnowledgePage.objects.filter(
        Q(owning_organisation=organisation) | Q(space__organisation=organisation),
        classification=Classification.CONFIDENTIAL,
    )
    for pk, space in its.order_by("pk").values_list("pk", "space"):
        yield Line("confidential", page=pk, space=space)
    contacts = ContactPage.objects.filter(organisation=organisation, live=True)
    for pk, space in contacts.order_by("pk").values_list("pk", "space"):
        yield Line("contact", page=pk, space=space)
    people = User.objects.filter(organisation=organisation).values_list("pk", flat=True)
    shut = set(internal_spaces(organisation).values_list("pk", flat=True))
    for space in without_steward(list(people), [organisation.group_id]):
        if space.pk not in shut:
            yield Line("without_steward", space=space.pk)


def _roles(grants: Grants, kind: str) -> Iterator[Line]:
    for row in _in_order(grants.rows("permission")):
        yield Line(
            kind,
            who=key_of(row.principal),
            space=row.content_object_id,
            role=row.role.name.lower(),
        )


def _shares(grants: Grants, kind: str) -> Iterator[Line]:
    for row in _in_order(grants.rows("content_object")):
        page = row.content_object
        yield Line(kind, who=key_of(row.principal), page=page.pk, space=page.space_id)


def _in_order(rows: Iterable[Any]) -> list[Any]:
    """Return people before organisations and circles, each by what the grant is on."""
    return sorted(
        rows, key=lambda row: (not isinstance(row.principal, User), row.content_object_id)
    )
