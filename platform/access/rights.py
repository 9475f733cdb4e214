"""The one place that answers "may she?".

Rights are stored by guardian (`access.models`), read here in one query, and kept for one request at the most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q
from django.utils import timezone

from access.models import Space, SpaceGroupObjectPermission, SpaceUserObjectPermission
from access.policies import policy_for
from access.request_cache import remembered
from access.roles import Action, Role
from access.scope import NOTHING, AccessScope
from accounts.models import User

Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Rights:
    """All that one person may do, as loaded from the database.

    Attributes:
        roles: Primary key of a space to her highest role in it.
        is_curator: Whether she curates the platform.
        is_administrator: Whether she operates it.
        scope: What she may read.
    """

    roles: Mapping[int, Role] = field(default_factory=lambda: MappingProxyType({}))
    is_curator: bool = False
    is_administrator: bool = False
    scope: AccessScope = NOTHING

    def has_role(self, space_id: int | None, role: Role) -> bool:
        """Tell whether she has `role` or a higher one in the space."""
        return space_id is not None and self.roles.get(space_id, 0) >= role

    def spaces_with(self, role: Role) -> frozenset[int]:
        """Return the primary keys of the spaces in which she has `role` or a higher one."""
        return frozenset(space_id for space_id, held in self.roles.items() if held >= role)


NO_RIGHTS = Rights()


def rights_of(user: Person) -> Rights:
    """Load what `user` may do: one query, two for a curator, none for nobody.

    Args:
        user: Anybody, signed in or not; inactive people have no rights.
    """
    if not user.is_authenticated or not user.is_active:
        return NO_RIGHTS
    person = user
    return remembered(("rights", person.pk), lambda: _load(person))


def scope_for(user: Person) -> AccessScope:
    """Return the published content that `user` may see, for lists, counts and searches."""
    return rights_of(user).scope


def can(user: Person, action: Action, obj: Model | None = None) -> bool:
    """Tell whether `user` may do `action` with `obj`.

    Args:
        user: Anybody, signed in or not.
        action: What she wants to do.
        obj: A space, a page or a file; None for what concerns the platform as a whole.

    Raises:
        LookupError: If no policy is registered for the kind of `obj`.
    """
    rights = rights_of(user)
    if obj is None:
        return _can_on_platform(rights, action)
    return policy_for(obj).allows(rights, user, action, obj)


def _can_on_platform(rights: Rights, action: Action) -> bool:
    if action is Action.USE_ADMIN:
        return bool(rights.spaces_with(Role.PUBLISHER))
    if action is Action.OPERATE:
        return rights.is_administrator
    if action is Action.CURATE:
        return rights.is_curator
    raise ValueError(f"{action} needs an object; pass the page, file or space it is about.")


def _load(user: User) -> Rights:
    roles = _granted_roles(user)
    if user.is_curator:
        for space_id in Space.objects.filter(is_curated=True).values_list("pk", flat=True):
            roles[space_id] = Role.STEWARD
    scope = AccessScope(
        user_id=user.pk, organisation_id=user.organisation_id, spaces=frozenset(roles)
    )
    return Rights(
        roles=MappingProxyType(roles),
        is_curator=user.is_curator,
        is_administrator=user.is_administrator,
        scope=scope,
    )


def _granted_roles(user: User) -> dict[int, Role]:
    now = timezone.now()
    columns = ("content_object_id", "permission__codename")
    membership: dict[str, Any] = {"group__memberships__user": user}
    through_groups = (
        SpaceGroupObjectPermission.objects.current()
        .filter(
            Q(group__memberships__until__isnull=True) | Q(group__memberships__until__gt=now),
            **membership,
        )
        .values_list(*columns)
    )
    own = SpaceUserObjectPermission.objects.current().filter(user=user).values_list(*columns)
    roles: dict[int, Role] = {}
    for space_id, codename in through_groups.union(own, all=True):
        role = Role.of_codename(codename)
        roles[space_id] = max(role, roles.get(space_id, role))
    return roles
