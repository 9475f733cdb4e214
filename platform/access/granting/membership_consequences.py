"""What it means for a person to join or leave a circle, said before it is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from access.consequence.of_roles import Consequence, Item, PageCounts, with_end
from access.granting.memberships import Joining, fingerprint_of, members_of
from access.grants import roles, shares
from access.models import Space
from access.rights import spaces_where
from access.roles import Action, Role
from access.tree import at_or_below, page_model
from accounts.models import Circle, Membership, User
from audit.actions import Text

Roles = dict[tuple[str, int, int], Role]  # (kind of holder, holder, space)


def consequence_of_joining(
    circle: Circle, changes: Sequence[Joining], *, actor: User
) -> Consequence:
    """Say what follows if `changes` are saved together; a fixed number of queries.

    Only spaces that the actor is responsible for are counted and named. That holds however many others there are, and
    the page says so every time, so that it tells nothing about them.
    """
    reach = _reach_of(circle, [one.person for one in changes], actor=actor)
    items = tuple(_item(change, reach) for change in changes)
    return Consequence(items=items, fingerprint=fingerprint_of(reach.members.values()))


@dataclass(frozen=True, slots=True)
class _Reach:
    """What there is to gain or lose by the circle.

    Attributes:
        circle: The circle.
        members: Its current memberships by person.
        groups: The groups that each of the people is in now.
        spaces: The actor's spaces in which the circle has a role.
        roles: Roles there, of the circle and of all that the people hold besides.
        pages: How many pages each of the spaces has.
        shared: How many pages of the actor's spaces are shared with the circle.
    """

    circle: Circle
    members: Mapping[int, Membership]
    groups: Mapping[int, set[int]]
    spaces: Sequence[Space]
    roles: Roles
    pages: Mapping[int, PageCounts]
    shared: int

    def roles_of(self, person: User, space: Space) -> tuple[Role | None, Role]:
        """Return the person's highest role in the space without the circle, and with it."""
        held = [self.roles.get(("user", person.pk, space.pk))]
        others = self.groups[person.pk] - {self.circle.group_id}
        held += [self.roles.get(("group", group, space.pk)) for group in others]
        if person.is_curator and space.is_curated:
            held.append(Role.STEWARD)
        without = [role for role in held if role is not None]
        by_circle = self.roles["group", self.circle.group_id, space.pk]
        return max(without, default=None), max([*without, by_circle])


def _reach_of(circle: Circle, people: Sequence[User], *, actor: User) -> _Reach:
    # Whoever leads the group reads its own space, and says who does, too.
    mine = Q(pk__in=spaces_where(actor, Action.GRANT)) | Q(circle=circle)
    spaces = list(Space.objects.filter(mine))
    numbers = [space.pk for space in spaces]
    groups = _groups_of(people)
    held = _roles(numbers, {circle.group_id}.union(*groups.values()), list(groups))
    reached = [one for one in spaces if ("group", circle.group_id, one.pk) in held]
    return _Reach(
        circle=circle,
        members={one.user_id: one for one in members_of(circle)},
        groups=groups,
        spaces=reached,
        roles=held,
        pages=_pages_by_space([one.pk for one in reached]),
        shared=_shared_pages(circle, numbers),
    )


def _item(change: Joining, reach: _Reach) -> Item:
    stored = reach.members.get(change.person.pk)
    effects = []
    for space in reach.spaces:
        without, within = reach.roles_of(change.person, space)
        before = within if stored else without
        after = within if change.function else without
        if before != after:
            pages = reach.pages.get(space.pk, PageCounts(0, 0, 0))
            effects.append(_in_space(space, before, after, pages))
    if reach.shared and bool(stored) != bool(change.function):
        effects.append(_about_shares(reach.shared, gaining=stored is None))
    return Item(
        label=str(change.person),
        change=_said(change, stored),
        effects=tuple(effects) or (_("This person can read no more and no less than before."),),
    )


def _said(change: Joining, before: Membership | None) -> str:
    return _("Until now: %(before)s. From now on: %(after)s.") % {
        "before": _described(before.function, before.until) if before else _("not a member"),
        "after": _described(change.function, change.until)
        if change.function
        else _("not a member"),
    }


def _described(function: str, until: dt.datetime | None) -> str:
    return with_end(str(Membership.Function(function).label), until)


def _groups_of(people: Iterable[User]) -> dict[int, set[int]]:
    """Return the groups that each person is in now; one query."""
    groups: dict[int, set[int]] = {person.pk: set() for person in people}
    for person, group in (
        Membership.objects.current().filter(user__in=groups).values_list("user", "group")
    ):
        groups[person].add(group)
    return groups


def _roles(spaces: Iterable[int], groups: Iterable[int], people: Iterable[int]) -> Roles:
    """Return the roles of the groups and people in the spaces; two queries."""
    held = roles().held_by_any(people, groups).filter(content_object__in=spaces)
    return {
        (*holder, space): Role.of_codename(codename)
        for holder, space, codename in held.values("content_object", "permission__codename")
    }


def _in_space(space: Space, before: Role | None, after: Role | None, pages: PageCounts) -> str:
    values: dict[str, object] = {"pages": pages, "space": space.title}
    if after is None:
        return _("This person can then no longer read %(pages)s in the space “%(space)s”.") % values
    if before is None:
        said = _("This person can then read %(pages)s in the space “%(space)s”.") % values
        more = _MORE_THAN_READING[after]
        return f"{said} {more}" if more else said
    values["role"] = _ABILITIES[after]
    if after > before:
        return _("This person can then do more in the space “%(space)s”: %(role)s.") % values
    return _("This person can then do less in the space “%(space)s”: %(role)s.") % values


_MORE_THAN_READING: dict[Role, Text] = {
    Role.READER: "",
    Role.CONTRIBUTOR: gettext_lazy("This person can also write there."),
    Role.PUBLISHER: gettext_lazy("This person can also write and publish there."),
    Role.STEWARD: gettext_lazy("This person can also write, publish and give rights there."),
}
_ABILITIES: dict[Role, Text] = {
    Role.READER: pgettext_lazy("ability", "read"),
    Role.CONTRIBUTOR: pgettext_lazy("ability", "read and write"),
    Role.PUBLISHER: pgettext_lazy("ability", "read, write and publish"),
    Role.STEWARD: pgettext_lazy("ability", "read, write, publish and give rights"),
}


def _pages_by_space(spaces: Iterable[int]) -> dict[int, PageCounts]:
    """Count the pages of each space; one query."""
    live, confidential = Q(live=True), Q(classification="confidential")
    rows = (
        page_model()
        .objects.filter(space__in=spaces)
        .order_by()
        .values_list("space")
        .annotate(
            published=Count("pk", filter=live),
            confidential=Count("pk", filter=live & confidential),
            drafts=Count("pk", filter=~live),
        )
    )
    return {space: PageCounts(*counts) for space, *counts in rows}


def _shared_pages(circle: Circle, spaces: Iterable[int]) -> int:
    """Count the published pages of the spaces that are shared with the circle; two queries."""
    held = shares().held_by(circle).filter(content_object__space__in=spaces)
    reach = Q(pk__in=[])
    for _holder, path, with_subpages in held.values("content_object__path", "include_descendants"):
        reach |= at_or_below(path) if with_subpages else Q(path=path)
    pages = page_model().objects.filter(reach, live=True).exclude(classification="confidential")
    return int(pages.count())


def _about_shares(count: int, *, gaining: bool) -> str:
    if gaining:
        said = ngettext(
            "This person can then also read %(count)d page that is shared with the group.",
            "This person can then also read %(count)d pages that are shared with the group.",
            count,
        )
    else:
        said = ngettext(
            "The share of %(count)d page with the group no longer counts for this person.",
            "The shares of %(count)d pages with the group no longer count for this person.",
            count,
        )
    return said % {"count": count}


def limits_of_the_count() -> str:
    """Return what every consequence of a membership must say."""
    return _(
        "Counted are only spaces that you are responsible for. What the group may do elsewhere "
        "is not said here."
    )
