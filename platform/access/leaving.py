"""The rights of whoever leaves: what she or her organisation holds, and taking it away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.asking import withdraw_requests
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.principals import Principal
from access.request_cache import forget
from access.roles import ROLE_LABELS, Role
from access.telling import forget_end
from accounts.leaving import Part
from accounts.models import Membership, PlatformRole, User
from audit.services import record


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds on a space by a grant of her own."""

    space: Space
    role: Role


@dataclass(frozen=True, slots=True)
class HeldShare:
    """A page that is shared with somebody; its title is content and stays out."""

    page: Any
    space: Space


def roles_held_by(principal: Principal) -> list[HeldRole]:
    """Return the roles granted to `principal` itself, ended ones included, by title of the space; one query."""
    highest: dict[int, HeldRole] = {}
    rows = _grants(principal).select_related("content_object", "permission")
    for row in rows.order_by("content_object__title", "pk"):
        role, space = Role.of_codename(row.permission.codename), row.content_object
        if space.pk not in highest or highest[space.pk].role < role:
            highest[space.pk] = HeldRole(space, role)
    return list(highest.values())


def shares_held_by(principal: Principal) -> list[HeldShare]:
    """Return the pages shared with `principal` itself, ended shares included; one query."""
    rows = _shares(principal).select_related("content_object__space")
    return [HeldShare(row.content_object, row.content_object.space) for row in rows.order_by("pk")]


def revoke_all(principal: Principal, *, actor: User | None, reason: str) -> None:
    """Take away every role and share that `principal` itself holds, each with its line in the audit log.

    Called where somebody leaves, inside the transaction that closes the account; the caller has asked for the right to
    do that, which is above the stewards of the spaces. They read it in their part of the log.
    """
    roles, shares = roles_held_by(principal), shares_held_by(principal)
    _grants(principal).delete()
    _shares(principal).delete()
    for held in roles:
        details: dict[str, Any] = {"role": held.role.name.lower(), "reason": reason}
        record("grant.revoked", actor=actor, obj=principal, space=held.space, details=details)
        forget_end(held.space, principal)
    for share in shares:
        details = {"page": share.page.pk, "reason": reason}
        record("share.revoked", actor=actor, obj=principal, space=share.space, details=details)
        forget_end(share.page, principal)
    forget()


def without_steward(leaving: Collection[int], groups: Collection[int] = ()) -> list[Space]:
    """Return the spaces that have a steward now and none any more once these people and groups are gone.

    A constant number of queries, whatever the number of spaces.

    Args:
        leaving: Primary keys of people.
        groups: Primary keys of groups (of an organisation) that leave as a whole.
    """
    lost = _stewarded((), ()) - _stewarded(leaving, groups)
    return list(Space.objects.filter(pk__in=lost).order_by("title"))


def _stewarded(people: Collection[int], groups: Collection[int]) -> set[int]:
    """Return the spaces for which somebody with an open account answers who is not among `people` or in `groups`."""
    grant = Q(permission__codename=Role.STEWARD.codenames[-1])
    staying = User.objects.filter(is_active=True).exclude(pk__in=people)
    members = Membership.objects.current().filter(user__in=staying.values("pk"))
    members = members.exclude(group__in=groups)
    direct = SpaceUserObjectPermission.objects.current().filter(
        grant, user__in=staying.values("pk")
    )
    by_group = SpaceGroupObjectPermission.objects.current().filter(
        grant, group__in=members.values("group")
    )
    spaces = {row.content_object_id for row in [*direct, *by_group]}
    if staying.filter(platform_role=PlatformRole.CURATOR).exists():
        spaces |= set(Space.objects.filter(is_curated=True).values_list("pk", flat=True))
    return spaces


def _grants(principal: Principal) -> Any:
    if isinstance(principal, User):
        return SpaceUserObjectPermission.objects.filter(user=principal)
    return SpaceGroupObjectPermission.objects.filter(group=_group(principal))


def _shares(principal: Principal) -> Any:
    if isinstance(principal, User):
        return PageUserObjectPermission.objects.filter(user=principal)
    return PageGroupObjectPermission.objects.filter(group=_group(principal))


def _group(principal: Any) -> Group:
    group: Group = principal.group
    return group


# --- this app's part when a person leaves -----------------------------------------------------------------
def _consequences(person: User) -> Iterable[str]:
    for held in roles_held_by(person):
        yield _("The role “%(role)s” in the space “%(space)s” is taken.") % {
            "role": ROLE_LABELS[held.role],
            "space": held.space.title,
        }
    shares = len(shares_held_by(person))
    if shares:
        yield ngettext(
            "%(count)d share of a page ends.", "%(count)d shares of pages end.", shares
        ) % {"count": shares}
    for space in without_steward([person.pk]):
        yield _(
            "After that nobody is responsible for the space “%(space)s”. Ask the curators to name somebody first."
        ) % {"space": space.title}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    revoke_all(person, actor=actor, reason=reason)
    withdraw_requests(person)


OWN_PART = Part("access", consequences=_consequences, leave=_leave)
