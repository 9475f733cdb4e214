"""People and their accounts, for those who operate the platform; none of it is content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accounts.models import Organisation, User

STATES = ("open", "closed", "ordered")


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is looked for.

    Attributes:
        words: All stand in the name or the sign-in name.
        organisation: Short name of an organisation.
        state: One of `STATES`; empty for everybody.
    """

    words: str = ""
    organisation: str = ""
    state: str = ""


def people(chosen: PeopleFilter) -> Any:
    """Return the people who meet the filter, by name, as a queryset with their organisations."""
    found = User.objects.select_related("organisation", "erasure_order")
    for word in chosen.words.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
        )
    if chosen.organisation:
        found = found.filter(organisation__slug=chosen.organisation)
    if chosen.state == "ordered":
        found = found.filter(erasure_order__isnull=False, pseudonymised_at__isnull=True)
    elif chosen.state:
        found = found.filter(is_active=chosen.state == "open")
    return found


def organisations_with_people() -> list[tuple[str, str]]:
    """Return short name and name of the organisations that somebody belongs to."""
    occupied = Organisation.objects.annotate(count=Count("people")).filter(count__gt=0)
    return list(occupied.values_list("slug", "short_name").order_by("short_name"))


def person_numbered(pk: int) -> User | None:
    """Return one person with her organisation."""
    return User.objects.select_related("organisation", "erasure_order").filter(pk=pk).first()
