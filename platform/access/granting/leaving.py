"""The rights of whoever leaves: what they or their organisation hold, and taking it away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.granting.notices import forget_end
from access.grants import roles, stored_roles, stored_shares
from access.models import Space
from access.principals import Principal
from access.reader import forget
from access.requests.services import withdraw_requests
from access.roles import Role
from accounts.leaving import Part
from accounts.models import Membership, PlatformRole, User
from audit.services import record


def roles_held_by(principal: Principal) -> list[Any]:
    """Return the rows of the roles granted to `principal` itself, ended ones included, by title of the space."""
    rows = stored_roles().held_by(principal).rows("content_object", "permission", "granted_by")
    return sorted(rows, key=lambda row: row.content_object.title)


def shares_held_by(principal: Principal) -> list[Any]:
    """Return the rows of the pages shared with `principal` itself, ended shares included.

    A page's title is content and must not be told to whoever operates the platform.
    """
    return stored_shares().held_by(principal).rows("content_object__space")


def revoke_all(principal: Principal, *, actor: User | None, reason: str) -> None:
    """Take away every role and share that `principal` itself holds, each with its line in the audit log.

    Called where somebody leaves, inside the transaction that closes the account; the caller has asked for the right to
    do that, which is above the stewards of the spaces. They read it in their part of the log.
    """
    held, shared = roles_held_by(principal), shares_held_by(principal)
    stored_roles().held_by(principal).delete()
    stored_shares().held_by(principal).delete()
    record_revoked([*held, *shared], actor=actor, reason=reason)
    for row in (*held, *shared):
        forget_end(row.content_object, principal)
    forget()


def record_revoked(rows: Iterable[Any], *, actor: User | None, reason: str) -> None:
    """Write the line in the audit log for each role and share that was taken away where somebody leaves."""
    for row in rows:
        target = row.content_object
        if isinstance(target, Space):
            action, space = "grant.revoked", target
            details: dict[str, Any] = {"role": row.role.name.lower(), "reason": reason}
        else:
            action, space = "share.revoked", target.space
            details = {"page": target.pk, "reason": reason}
        record(action, actor=actor, obj=row.principal, space=space, details=details)


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
    staying = User.objects.filter(is_active=True).exclude(pk__in=people)
    members = Membership.objects.current().filter(user__in=staying.values("pk"))
    members = members.exclude(group__in=groups)
    held = roles(Role.STEWARD).held_by_any(staying.values("pk"), members.values("group"))
    spaces = held.targets()
    if staying.filter(platform_role=PlatformRole.CURATOR).exists():
        spaces |= set(Space.objects.filter(is_curated=True).values_list("pk", flat=True))
    return spaces


# --- this app's part when a person leaves -----------------------------------------------------------------
def _consequences(person: User) -> Iterable[str]:
    for held in roles_held_by(person):
        yield _("The role “%(role)s” in the space “%(space)s” is taken.") % {
            "role": held.role.label,
            "space": held.content_object.title,
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
