"""Who may do what in one space, person by person, now and as it would be after some changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from access.consequence.state import fingerprint
from access.grants import Holder, curators, holder_of, roles
from access.models import Space
from access.principals import Principal
from access.roles import Role
from accounts.models import Membership, User


@dataclass(frozen=True, slots=True)
class Change:
    """What one principal is to hold in a space from now on; no role takes away what it holds."""

    principal: Principal
    role: Role | None
    until: dt.datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder has in the space: the role and its end."""

    role: Role
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class SpaceGrants:
    """All current grants of a space, with the active people behind them.

    Attributes:
        held: What each holder has.
        people: The active people of each holder, by primary key; also of holders that are to get something.
        curators: Active curators, if they are stewards of the space.
        fingerprint: Short text that changes with every grant of the space.
    """

    held: Mapping[Holder, Held]
    people: Mapping[Holder, frozenset[int]]
    curators: frozenset[int]
    fingerprint: str

    def after(self, changes: Iterable[Change]) -> SpaceGrants:
        """Return what it would be once the changes are saved."""
        held = dict(self.held)
        for change in changes:
            holder = holder_of(change.principal)
            if change.role is None:
                held.pop(holder, None)
            else:
                held[holder] = Held(change.role, change.until)
        return SpaceGrants(
            held=held, people=self.people, curators=self.curators, fingerprint=self.fingerprint
        )

    def roles(self) -> dict[int, Role]:
        """Return the highest role of every active person, by primary key."""
        roles = dict.fromkeys(self.curators, Role.STEWARD)
        for holder, held in self.held.items():
            for person in self.people.get(holder, ()):
                roles[person] = max(held.role, roles.get(person, held.role))
        return roles

    def stewards(self) -> frozenset[int]:
        """Return the active people who are responsible for the space, curators included."""
        return frozenset(person for person, role in self.roles().items() if role is Role.STEWARD)

    def granted_stewards_until(self) -> tuple[bool, dt.datetime | None]:
        """Tell whether anybody is a steward by a grant, and when the last of them ends; no end is None."""
        ends = [
            held.until
            for holder, held in self.held.items()
            if held.role is Role.STEWARD and self.people.get(holder)
        ]
        dated = [end for end in ends if end is not None]
        return bool(ends), max(dated) if ends and len(dated) == len(ends) else None


def grants_in(space: Space, *, changes: Iterable[Change] = ()) -> SpaceGrants:
    """Load who may do what in `space`; four or five queries, however many hold something.

    Args:
        space: The space.
        changes: Whose people are to be known as well, since they may hold nothing yet.
    """
    held: dict[Holder, Held] = {}
    parts = []
    columns = ("permission__codename", "until", "granted_at")
    for holder, codename, until, granted_at in (
        roles().filter(content_object=space).values(*columns)
    ):
        held[holder] = Held(Role.of_codename(codename), until)
        parts.append(f"{holder} {codename} {until} {granted_at}")
    wanted = {*held, *(holder_of(change.principal) for change in changes)}
    curating: frozenset[int] = frozenset()
    if space.is_curated:
        curating = frozenset(curators().values_list("pk", flat=True))
    return SpaceGrants(
        held=held,
        people=_people_of(wanted),
        curators=curating,
        fingerprint=fingerprint(sorted(parts)),
    )


def _people_of(holders: Iterable[Holder]) -> dict[Holder, frozenset[int]]:
    """Return the active people of each holder; two queries."""
    groups = [pk for kind, pk in holders if kind == "group"]
    users = [pk for kind, pk in holders if kind == "user"]
    found: dict[Holder, set[int]] = {}
    memberships = Membership.objects.current().filter(group__in=groups, user__is_active=True)
    for group, person in memberships.values_list("group", "user"):
        found.setdefault(("group", group), set()).add(person)
    active = User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)
    for person in active:
        found[("user", person)] = {person}
    return {holder: frozenset(people) for holder, people in found.items()}
