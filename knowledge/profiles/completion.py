"""People and bodies, as they are proposed after `@`: those that the writer may know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from access.rights import Person
from accounts.models import Organisation
from knowledge.editing.completion import PROPOSALS, Completion, Proposal
from knowledge.groups.selectors import people_known_to


def _people(user: Person, typed: str) -> Iterator[Proposal]:
    found: Any = people_known_to(user).select_related("organisation")
    for word in typed.split():
        found = found.filter(Q(first_name__istartswith=word) | Q(last_name__istartswith=word))
    for person in found[:PROPOSALS]:
        yield Proposal(
            title=str(person),
            url=reverse("profiles:person", args=[person.pk]),
            note=str(person.organisation or ""),
        )


# unscoped: the names of organisations stand wherever one is named; their pages open by their own rule
def _bodies(user: Person, typed: str) -> Iterator[Proposal]:
    wanted = (
        Q(short_name__istartswith=typed)
        | Q(name__istartswith=typed)
        | Q(name__icontains=f" {typed}")
    )
    for body in Organisation.objects.filter(wanted, is_collective=False, left_at=None)[:PROPOSALS]:
        yield Proposal(title=body.short_name, url=body.url, note=body.name)


PEOPLE = Completion(name="people", sign="person", propose=_people)
BODIES = Completion(name="bodies", sign="person", propose=_bodies)
