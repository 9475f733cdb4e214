"""What ends when an organisation leaves, worked out before anything is changed; the report afterwards is the same list.

A line holds numbers only. `knowledge.partners.wording` says it in words for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q

from access.leaving import without_steward
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.roles import Role
from access.selectors import principal_of_group
from accounts.models import Membership, Organisation, User
from knowledge.basepage.models import Classification, KnowledgePage
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
    people = {"user__organisation": organisation}
    group = {"group": organisation.group_id}
    yield from _roles(SpaceUserObjectPermission.objects.filter(**people), "role")
    yield from _roles(SpaceGroupObjectPermission.objects.filter(**group), "role")
    yield from _shares(PageUserObjectPermission.objects.filter(**people), "share")
    yield from _shares(PageGroupObjectPermission.objects.filter(**group), "share")


def others_grants(organisation: Organisation) -> tuple[Any, Any]:
    """Return what others hold on its internal spaces: grants to people, grants to groups."""
    spaces = internal_spaces(organisation).values("pk")
    people = SpaceUserObjectPermission.objects.filter(content_object__in=spaces)
    groups = SpaceGroupObjectPermission.objects.filter(content_object__in=spaces)
    return (
        people.exclude(user__organisation=organisation),
        groups.exclude(group=organisation.group_id),
    )


def others_shares(organisation: Organisation) -> tuple[Any, Any]:
    """Return the shares of its pages with others: with people, with groups."""
    its = KnowledgePage.objects.filter(
        Q(owning_organisation=organisation) | Q(space__organisation=organisation)
    )
    people = PageUserObjectPermission.objects.filter(content_object__in=its.values("pk"))
    groups = PageGroupObjectPermission.objects.filter(content_object__in=its.values("pk"))
    return (
        people.exclude(user__organisation=organisation),
        groups.exclude(group=organisation.group_id),
    )


def _held_by_others(organisation: Organisation) -> Iterator[Line]:
    for grants in others_grants(organisation):
        yield from _roles(grants, "others_role")
    for shares in others_shares(organisation):
        yield from _shares(shares, "others_share")


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


def _roles(grants: Any, kind: str) -> Iterator[Line]:
    """Yield the highest role of each principal on each space."""
    highest: dict[tuple[str, int], Role] = {}
    rows = grants.select_related("permission", *_principal_relations(grants))
    for row in rows.order_by("content_object", "pk"):
        key = (principal_key(row), row.content_object_id)
        role = Role.of_codename(row.permission.codename)
        highest[key] = max(role, highest.get(key, role))
    for (who, space), role in highest.items():
        yield Line(kind, who=who, space=space, role=role.name.lower())


def _shares(shares: Any, kind: str) -> Iterator[Line]:
    rows = shares.select_related("content_object", *_principal_relations(shares))
    for row in rows.order_by("content_object", "pk"):
        page = row.content_object
        yield Line(kind, who=principal_key(row), page=page.pk, space=page.space_id)


def _principal_relations(grants: Any) -> tuple[str, ...]:
    has_user = any(field.name == "user" for field in grants.model._meta.fields)
    return ("user",) if has_user else ("group__organisation", "group__circle")


def principal_key(row: Any) -> str:
    """Return who holds a grant or share, such as `circle:3`."""
    principal = row.user if hasattr(row, "user_id") else principal_of_group(row.group)
    return f"{principal._meta.model_name}:{principal.pk}" if principal is not None else ""
