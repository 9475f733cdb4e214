"""What changes of roles mean for people and pages, in sentences that are read before anything is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequence.space_grants import Change, SpaceGrants, grants_in
from access.grants import holder_of
from access.models import Space
from access.roles import Role
from access.tree import page_model
from accounts.models import User
from web.days import iso_day, spoken_day

Spoken = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class PageCounts:
    """How many pages there are to read: published ones, how many of those are confidential, and drafts."""

    published: int
    confidential: int
    drafts: int

    def __str__(self) -> str:
        said = ngettext("%(count)d page", "%(count)d pages", self.published) % {
            "count": self.published
        }
        if self.confidential:
            said = _("%(pages)s, %(count)d of them confidential") % {
                "pages": said,
                "count": self.confidential,
            }
        return said


@dataclass(frozen=True, slots=True)
class Item:
    """One change: whom it is about, what is changed, and what follows from it."""

    label: str
    change: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """Everything that follows from some changes that are saved together.

    Attributes:
        items: One for each change.
        total: What all of them together mean for reading; empty for a single one.
        warnings: What whoever saves must know.
        fingerprint: From what it was worked out; another one means that it no longer holds.
    """

    items: tuple[Item, ...]
    total: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""


def consequence_of_roles(
    space: Space, changes: Sequence[Change], *, actor: User | None = None
) -> Consequence:
    """Say what follows if `changes` are saved together; at most seven queries.

    People who belong to several of the principals are looked at with all changes made: who loses a role by one and
    keeps it by another loses nothing.

    Args:
        space: The space; whoever is told the consequence must be its steward.
        changes: What is to be saved; at most one for each principal.
        actor: Who saves it, to warn of what they take from themselves.
    """
    before = grants_in(space, changes=changes)
    after = before.after(changes)
    roles = (before.roles(), after.roles())
    pages = count_pages(Q(space=space))
    items = tuple(_item(one, before, roles, pages) for one in changes)
    everybody = frozenset(roles[0]) | frozenset(roles[1])
    total = _reading(everybody, roles, pages) if len(changes) > 1 else []
    return Consequence(
        items=items,
        total=tuple(total),
        warnings=tuple(_warnings(before, after, actor)),
        fingerprint=before.fingerprint,
    )


def count_pages(condition: Q) -> PageCounts:
    """Count pages that meet `condition`; one query."""
    live, confidential = Q(live=True), Q(classification="confidential")
    counted = (
        page_model()
        .objects.filter(condition)
        .aggregate(
            published=Count("pk", filter=live),
            confidential=Count("pk", filter=live & confidential),
            drafts=Count("pk", filter=~live),
        )
    )
    return PageCounts(**counted)


RolesBeforeAfter = tuple[Mapping[int, Role], Mapping[int, Role]]


def _item(change: Change, before: SpaceGrants, roles: RolesBeforeAfter, pages: PageCounts) -> Item:
    holder = holder_of(change.principal)
    people = before.people.get(holder, frozenset())
    had = before.held.get(holder)
    said = _("Until now: %(before)s. From now on: %(after)s.") % {
        "before": described_role(had.role if had else None, had.until if had else None),
        "after": described_role(change.role, change.until),
    }
    if had is not None and (had.role, iso_day(had.until)) == (change.role, iso_day(change.until)):
        # What other rows of the sheet mean for its people is said there.
        effects = [_("Only the reason changes.")]
    elif not people:
        effects = [_("Nobody is behind it at the moment; it counts for whoever joins.")]
    else:
        effects = _reading(people, roles, pages) + _doing(people, roles, pages)
        effects = effects or [_("Nobody can do more or less than before.")]
    return Item(label=str(change.principal), change=said, effects=tuple(effects))


def described_role(role: Role | None, until: dt.datetime | None) -> str:
    """Return a role with its end in words, such as "Reader until 31 December 2026"."""
    if role is None:
        return _("no role")
    return with_end(str(role.label), until)


def with_end(label: str, until: dt.datetime | None) -> str:
    """Return a role or function with its last day, if it has one."""
    if until is None:
        return label
    return _("%(role)s until %(day)s") % {"role": label, "day": spoken_day(until)}


def _reading(people: Collection[int], roles: RolesBeforeAfter, pages: PageCounts) -> list[str]:
    gaining, losing = _crossing(people, roles, Role.READER)
    said = []
    if gaining:
        said.append(
            ngettext(
                "%(count)d person can then read %(pages)s.",
                "%(count)d people can then read %(pages)s.",
                gaining,
            )
            % {"count": gaining, "pages": pages}
        )
    if losing:
        said.append(
            ngettext(
                "%(count)d person can then no longer read %(pages)s. "
                "Single pages that were shared stay readable.",
                "%(count)d people can then no longer read %(pages)s. "
                "Single pages that were shared stay readable.",
                losing,
            )
            % {"count": losing, "pages": pages}
        )
    return said


def _doing(people: Collection[int], roles: RolesBeforeAfter, pages: PageCounts) -> list[str]:
    said = []
    for role, (more, less) in _abilities(pages).items():
        gaining, losing = _crossing(people, roles, role)
        if gaining:
            said.append(more(gaining))
        if losing:
            said.append(less(losing))
    return said


def _abilities(pages: PageCounts) -> dict[Role, tuple[Spoken, Spoken]]:
    """Return for each role above reading how gaining and losing it is said of a number of people."""
    drafts = ngettext("%(count)d draft", "%(count)d drafts", pages.drafts) % {"count": pages.drafts}
    return {
        Role.CONTRIBUTOR: (
            lambda n: (
                ngettext(
                    "%(count)d person can then write, and read drafts (now %(drafts)s).",
                    "%(count)d people can then write, and read drafts (now %(drafts)s).",
                    n,
                )
                % {"count": n, "drafts": drafts}
            ),
            lambda n: (
                ngettext(
                    "%(count)d person can then no longer write or read drafts.",
                    "%(count)d people can then no longer write or read drafts.",
                    n,
                )
                % {"count": n}
            ),
        ),
        Role.PUBLISHER: (
            lambda n: (
                ngettext(
                    "%(count)d person can then publish, move and delete.",
                    "%(count)d people can then publish, move and delete.",
                    n,
                )
                % {"count": n}
            ),
            lambda n: (
                ngettext(
                    "%(count)d person can then no longer publish, move or delete.",
                    "%(count)d people can then no longer publish, move or delete.",
                    n,
                )
                % {"count": n}
            ),
        ),
        Role.STEWARD: (
            lambda n: (
                ngettext(
                    "%(count)d person can then give and take rights here.",
                    "%(count)d people can then give and take rights here.",
                    n,
                )
                % {"count": n}
            ),
            lambda n: (
                ngettext(
                    "%(count)d person can then no longer give or take rights here.",
                    "%(count)d people can then no longer give or take rights here.",
                    n,
                )
                % {"count": n}
            ),
        ),
    }


def _crossing(people: Collection[int], roles: RolesBeforeAfter, role: Role) -> tuple[int, int]:
    """Return how many of `people` get `role` or more, and how many fall below it."""
    before, after = roles
    had = {person for person in people if before.get(person, 0) >= role}
    have = {person for person in people if after.get(person, 0) >= role}
    return len(have - had), len(had - have)


def _warnings(before: SpaceGrants, after: SpaceGrants, actor: User | None) -> list[str]:
    said = []
    if actor is not None and actor.pk in before.stewards() - after.stewards():
        said.append(_("You are then no longer responsible for this space yourself."))
    has_granted, last_end = after.granted_stewards_until()
    if not after.stewards():
        said.append(nobody_responsible())
    elif not has_granted and before.granted_stewards_until()[0]:
        said.append(_("Then only the curators are responsible for this space."))
    elif last_end is not None and not after.curators:
        said.append(
            _("After %(day)s nobody is responsible for this space.") % {"day": spoken_day(last_end)}
        )
    return said


def nobody_responsible() -> str:
    """Return why a space may not lose its last steward."""
    return _(
        "Then nobody would be responsible for this space. Give somebody else the role first; "
        "this can't be saved."
    )
