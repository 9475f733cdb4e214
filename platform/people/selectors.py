"""People and their accounts, for those who keep them; none of it is content."""

# unscoped: people are no content; the views are for whoever keeps accounts or protects data

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User

STATES = ("open", "invited", "closed", "ordered")


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is looked for.

    Attributes:
        words: All stand in the name, the sign-in name or the mail address.
        organisation: Short name of an organisation.
        state: One of `STATES`; empty for everybody.
    """

    words: str = ""
    organisation: str = ""
    state: str = ""


def people_seen_by(keeper: User) -> QuerySet[User]:
    """Return the people whose accounts `keeper` is shown: all, or those of the own organisation."""
    if can(keeper, Action.OPERATE) or can(keeper, Action.PROTECT_DATA):
        return User.objects.all()
    if can(keeper, Action.KEEP_ACCOUNT):
        return User.objects.filter(organisation=keeper.managed_organisation_id)
    return User.objects.none()


def people(seen: QuerySet[User], chosen: PeopleFilter) -> QuerySet[User]:
    """Return the people among `seen` who meet the filter, by name, with organisation and link."""
    found = seen.select_related("organisation", "erasure_order", "password_link")
    for word in chosen.words.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    if chosen.organisation:
        found = found.filter(organisation__slug=chosen.organisation)
    if chosen.state == "ordered":
        return found.filter(erasure_order__isnull=False, pseudonymised_at__isnull=True)
    if chosen.state == "invited":
        return found.filter(is_active=True, last_login=None)
    if chosen.state:
        return found.filter(is_active=chosen.state == "open")
    return found


def organisations_with_people(seen: QuerySet[User]) -> list[tuple[str, str]]:
    """Return short name and name of the organisations that somebody among `seen` belongs to."""
    occupied = Organisation.objects.filter(pk__in=seen.order_by().values("organisation"))
    return list(occupied.values_list("slug", "short_name").order_by("short_name"))


def organisations_open_to(keeper: User) -> QuerySet[Organisation]:
    """Return the organisations to which `keeper` may add people."""
    found = Organisation.objects.filter(is_collective=False, left_at=None)
    if can(keeper, Action.OPERATE):
        return found
    managed = keeper.managed_organisation_id
    return found.none() if managed is None else found.filter(pk=managed)


def person_seen_by(keeper: User, pk: int) -> User | None:
    """Return one person with the organisation; None if there is nobody, or not for `keeper`."""
    found = people_seen_by(keeper).select_related("organisation", "erasure_order", "password_link")
    return found.filter(pk=pk).first()
