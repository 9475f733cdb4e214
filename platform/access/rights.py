"""The one place that answers "may she?".

Rights are stored by guardian (`access.models`), read here in one query, and kept for one request at the most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, F, Model, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.policies import policy_for
from access.request_cache import remembered
from access.roles import Action, Role
from access.scope import NOTHING, AccessScope, SharedSubtree
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
    """Load what `user` may do: one query, one more each for a curator and for shares, none for nobody.

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
    roles, shares = _granted(user)
    if user.is_curator:
        for space_id in Space.objects.filter(is_curated=True).values_list("pk", flat=True):
            roles[space_id] = Role.STEWARD
    scope = AccessScope(
        user_id=user.pk,
        organisation_id=user.organisation_id,
        spaces=frozenset(roles),
        shared=_without_confidential(shares),
    )
    return Rights(
        roles=MappingProxyType(roles),
        is_curator=user.is_curator,
        is_administrator=user.is_administrator,
        scope=scope,
    )


def _granted(user: User) -> tuple[dict[int, Role], dict[str, bool]]:
    """Return roles by space, and for each shared path whether its subpages are shared; one query."""
    columns = ("space", "permission__codename", "shared_path", "with_subpages")
    of_user = {"user": user}
    of_groups = [
        Q(group__memberships__user=user),
        Q(group__memberships__until__isnull=True) | Q(group__memberships__until__gt=timezone.now()),
    ]
    nowhere = {"shared_path": Value("", output_field=TextField()), "with_subpages": Value(False)}
    on_space = {"space": F("content_object_id"), **nowhere}
    on_page = {
        "space": Value(0, output_field=BigIntegerField()),
        "shared_path": Cast(F("content_object__path"), TextField()),
        "with_subpages": F("include_descendants"),
    }
    rows = (
        SpaceGroupObjectPermission.objects.current()
        .filter(*of_groups)
        .annotate(**on_space)
        .values_list(*columns)
        .union(
            SpaceUserObjectPermission.objects.current()
            .filter(**of_user)
            .annotate(**on_space)
            .values_list(*columns),
            PageGroupObjectPermission.objects.current()
            .filter(*of_groups)
            .annotate(**on_page)
            .values_list(*columns),
            PageUserObjectPermission.objects.current()
            .filter(**of_user)
            .annotate(**on_page)
            .values_list(*columns),
            all=True,
        )
    )
    roles: dict[int, Role] = {}
    shares: dict[str, bool] = {}
    for space_id, codename, path, with_subpages in rows:
        if path:
            shares[path] = shares.get(path, False) or bool(with_subpages)
            continue
        role = Role.of_codename(codename)
        roles[space_id] = max(role, roles.get(space_id, role))
    return roles, shares


def _without_confidential(shares: Mapping[str, bool]) -> tuple[SharedSubtree, ...]:
    """Make subtrees of shared paths, leaving confidential pages out; one query if there are shares at all.

    A page may have been marked confidential after it, or a page above it, was shared.
    """
    if not shares:
        return ()
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    below = Q(path__in=shares)
    for path, with_subpages in shares.items():
        if with_subpages:
            below |= Q(path__startswith=path)
    confidential = set(
        page_model.objects.filter(below, classification="confidential").values_list(
            "path", flat=True
        )
    )
    return tuple(
        SharedSubtree(
            path,
            include_descendants=with_subpages,
            except_paths=tuple(sorted(one for one in confidential if one.startswith(path))),
        )
        for path, with_subpages in sorted(shares.items())
    )
