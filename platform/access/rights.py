"""The one place that answers "may she?".

Rights are stored by guardian (`access.models`), read here in one query, and kept for one request at the most. A steward
who sees the site as somebody else (`access.viewing`) has fewer of them, wherever she is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.db.models import Model, Q
from django.utils import timezone

from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.policies import policy_for
from access.prepared import prepared_cursor
from access.request_cache import remembered
from access.roles import Action, Role
from access.scope import NOTHING, AccessScope, SharedSubtree
from access.tree import SPACE_ROOT_DEPTH, STEP, at_or_below
from access.viewing import viewing_of
from accounts.models import Circle, Membership, Organisation, User

Person = User | AnonymousUser
Body = Organisation | Circle  # what has people

# What a steward may do who sees the site as somebody else.
_READING = frozenset({Action.READ, Action.READ_DRAFT})


@dataclass(frozen=True, slots=True)
class Rights:
    """All that one person may do, as loaded from the database.

    Attributes:
        roles: Primary key of a space to her highest role in it.
        is_curator: Whether she curates the platform.
        is_administrator: Whether she operates it.
        is_data_protector: Whether she watches over data protection.
        scope: What she may read.
        is_view: Whether she only looks, as somebody else would; nothing but reading is then allowed.
    """

    roles: Mapping[int, Role] = field(default_factory=lambda: MappingProxyType({}))
    is_curator: bool = False
    is_administrator: bool = False
    is_data_protector: bool = False
    scope: AccessScope = NOTHING
    is_view: bool = False

    def has_role(self, space_id: int | None, role: Role) -> bool:
        """Tell whether she has `role` or a higher one in the space."""
        return space_id is not None and self.roles.get(space_id, 0) >= role

    def spaces_with(self, role: Role) -> frozenset[int]:
        """Return the primary keys of the spaces in which she has `role` or a higher one."""
        return frozenset(space_id for space_id, held in self.roles.items() if held >= role)

    def as_seen_by(self, own: Rights, roots: Mapping[str, int]) -> Rights:
        """Return what somebody with the rights `own` is shown when she sees the site as the holder of these.

        That is what both may read, in the spaces that she is a steward of and nowhere else: looking as somebody else
        must not show her what is none of her business. Nobody publishes or grants while looking, and platform roles
        don't count. Passages that are narrowed to some organisations show only if both belong to the same one.

        Args:
            own: The rights of whoever looks.
            roots: The space below each path of a space root, for the spaces in which something is shared.
        """
        stewarded = own.spaces_with(Role.STEWARD)
        roles = {
            space_id: min(role, Role.CONTRIBUTOR)
            for space_id, role in self.roles.items()
            if space_id in stewarded
        }
        is_same_body = self.scope.organisation_id == own.scope.organisation_id
        scope = AccessScope(
            user_id=own.scope.user_id,
            organisation_id=own.scope.organisation_id if is_same_body else None,
            spaces=self.scope.spaces & stewarded,
            shared=tuple(
                share for share in self.scope.shared if roots.get(_root_path(share)) in stewarded
            ),
        )
        return Rights(roles=MappingProxyType(roles), scope=scope, is_view=True)


NO_RIGHTS = Rights()


def rights_of(user: Person) -> Rights:
    """Load what `user` may do: one query, one more each for a curator and for shares, none for nobody.

    Args:
        user: Anybody, signed in or not; inactive people have no rights.
    """
    viewing = viewing_of(user)
    if viewing is None or not isinstance(user, User):
        return own_rights_of(user)
    return remembered(
        ("rights", user.pk, viewing.target),
        lambda: _seen_as(viewing.target, own_rights_of(user)),
    )


def own_rights_of(user: Person) -> Rights:
    """Load what `user` may do by herself, whomever she sees the site as at the moment."""
    if not user.is_authenticated or not user.is_active:
        return NO_RIGHTS
    person = user
    return remembered(("rights", person.pk), lambda: _load(person))


def groups_of_body(body: Body) -> frozenset[int]:
    """Return the groups that whoever belongs to `body` is in: its own, and everybody's if it is an organisation."""
    groups = {body.group_id}
    if isinstance(body, Organisation):
        groups |= set(Circle.objects.filter(is_everybody=True).values_list("group_id", flat=True))
    return frozenset(groups)


def rights_of_body(body: Body) -> Rights:
    """Load what somebody may do who belongs to an organisation or a circle and has no rights of her own."""
    groups = groups_of_body(body)
    on_spaces = SpaceGroupObjectPermission.objects.current().filter(group__in=groups)
    on_pages = PageGroupObjectPermission.objects.current().filter(group__in=groups)
    roles, shares = _collect(
        [
            *(
                (space, codename, "", False)
                for space, codename in on_spaces.values_list(
                    "content_object", "permission__codename"
                )
            ),
            *(
                (0, "", path, below)
                for path, below in on_pages.values_list(
                    "content_object__path", "include_descendants"
                )
            ),
        ]
    )
    organisation_id = body.pk if isinstance(body, Organisation) else None
    scope = AccessScope(
        organisation_id=organisation_id,
        spaces=frozenset(roles),
        shared=_without_confidential(shares),
    )
    return Rights(roles=MappingProxyType(roles), scope=scope)


def _seen_as(target: User | Body, own: Rights) -> Rights:
    held = own_rights_of(target) if isinstance(target, User) else rights_of_body(target)
    roots: dict[str, int] = {}
    if held.scope.shared:
        page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
        paths = {_root_path(share) for share in held.scope.shared}
        roots = dict(page_model.objects.filter(path__in=paths).values_list("path", "space"))
    return held.as_seen_by(own, roots)


def _root_path(share: SharedSubtree) -> str:
    return share.path[: SPACE_ROOT_DEPTH * STEP]


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
    if rights.is_view and action not in _READING:
        return False
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
    if action is Action.PROTECT_DATA:
        return rights.is_data_protector
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
        is_data_protector=user.is_data_protector,
        scope=scope,
    )


def _granted(user: User) -> tuple[dict[int, Role], dict[str, bool]]:
    """Return roles by space, and for each shared path whether its subpages are shared; one query."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with prepared_cursor() as cursor:
        cursor.execute(_granted_sql(), [user.pk, now, now, user.pk, now] * 2)
        return _collect(cursor.fetchall())


def _collect(rows: Iterable[tuple[int, str, str, Any]]) -> tuple[dict[int, Role], dict[str, bool]]:
    """Gather rows of (space, codename, "", …) and (…, …, path of a shared page, whether with subpages)."""
    roles: dict[int, Role] = {}
    shares: dict[str, bool] = {}
    for space_id, codename, path, with_subpages in rows:
        if path:
            shares[path] = shares.get(path, False) or bool(with_subpages)
            continue
        role = Role.of_codename(codename)
        if space_id not in roles or role > roles[space_id]:
            roles[space_id] = role
    return roles, shares


@cache
def _granted_sql() -> str:
    """Return the query over guardian's four tables.

    Written by hand because it runs in every request: Django takes 5 ms to compose the union that the database answers
    in 0.1 ms. The tests of `access` compare its answers with the models'.
    """
    page = apps.get_model(settings.WAGTAIL_PAGE_MODEL)._meta.db_table
    of_groups = f"""
        INNER JOIN {Membership._meta.db_table} membership ON membership.group_id = held.group_id
        WHERE membership.user_id = %s
        AND (membership.until IS NULL OR membership.until > %s)
        AND (held.until IS NULL OR held.until > %s)"""
    of_user = "WHERE held.user_id = %s AND (held.until IS NULL OR held.until > %s)"
    name = (
        f"INNER JOIN {Permission._meta.db_table} permission ON permission.id = held.permission_id"
    )
    # Table names come from the models, values are parameters.
    on_space = f"SELECT held.content_object_id, permission.codename, '', 0 FROM {{}} held {name}"  # noqa: S608
    on_page = (
        "SELECT 0, '', page.path, CASE WHEN held.include_descendants THEN 1 ELSE 0 END"  # noqa: S608
        f" FROM {{}} held INNER JOIN {page} page ON page.id = held.content_object_id"
    )
    return " UNION ALL ".join(
        f"{select.format(model._meta.db_table)} {holder}"
        for select, model, holder in (
            (on_space, SpaceGroupObjectPermission, of_groups),
            (on_space, SpaceUserObjectPermission, of_user),
            (on_page, PageGroupObjectPermission, of_groups),
            (on_page, PageUserObjectPermission, of_user),
        )
    )


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
            below |= at_or_below(path)
    # Unordered: to save a sort, SQLite would walk through all pages by their path.
    found = page_model.objects.filter(below, classification="confidential").order_by()
    confidential = set(found.values_list("path", flat=True))
    return tuple(
        SharedSubtree(
            path,
            include_descendants=with_subpages,
            except_paths=tuple(sorted(one for one in confidential if one.startswith(path))),
        )
        for path, with_subpages in sorted(shares.items())
    )
