"""The one place that answers "may this person?".

Rights are stored as grants, read in one query (`access.grants`), and kept for one request at the most. A steward
who sees the site as somebody else (`access.reader`) has fewer of them, wherever they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q

from access.grants import rights_granted_to, rights_granted_to_groups
from access.models import Space
from access.policies import policy_for
from access.reader import current_reader, remembered, viewing_of
from access.roles import ROLE_NEEDED, Action, Role
from access.scope import NOTHING, AccessScope, SharedSubtree
from access.tree import SPACE_ROOT_DEPTH, STEP, Page, at_or_below, page_model
from accounts.models import Circle, Organisation, User

Person = User | AnonymousUser
Target = TypeVar("Target", bound=Model)
Body = Organisation | Circle  # what has people

# What a steward may do who sees the site as somebody else.
_READING = frozenset({Action.READ, Action.READ_DRAFT})


@dataclass(frozen=True, slots=True)
class Rights:
    """All that one person may do, as loaded from the database.

    Attributes:
        roles: Primary key of a space to the highest role in it.
        is_curator: Whether this person curates the platform.
        is_administrator: Whether they operate it.
        is_data_protector: Whether they watch over data protection.
        managed_organisation_id: The organisation whose people's accounts they keep, by its number.
        scope: What they may read.
        is_view: Whether they only look, as somebody else would; nothing but reading is then allowed.
    """

    roles: Mapping[int, Role] = field(default_factory=lambda: MappingProxyType({}))
    is_curator: bool = False
    is_administrator: bool = False
    is_data_protector: bool = False
    managed_organisation_id: int | None = None
    scope: AccessScope = NOTHING
    is_view: bool = False

    def has_role(self, space_id: int | None, role: Role) -> bool:
        """Tell whether they have `role` or a higher one in the space."""
        return space_id is not None and self.roles.get(space_id, 0) >= role

    def spaces_with(self, role: Role) -> frozenset[int]:
        """Return the primary keys of the spaces in which they have at least `role`."""
        return frozenset(space_id for space_id, held in self.roles.items() if held >= role)

    def spaces_where(self, action: Action) -> frozenset[int]:
        """Return the primary keys of the spaces in which `action` is allowed."""
        if self.is_view and action not in _READING:
            return frozenset()
        return self.spaces_with(ROLE_NEEDED[action])

    def as_seen_by(self, own: Rights, roots: Mapping[str, int]) -> Rights:
        """Return what somebody with the rights `own` is shown when seeing the site as the holder of these.

        That is what both may read, in the spaces that the viewer is a steward of and nowhere else: looking as somebody
        else must not show what is none of a steward's business. Nobody publishes or grants while looking, and platform
        roles don't count. Passages that are narrowed to some organisations show only if both belong to the same one.

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
    """Load what `user` may do, whomever they see the site as at the moment."""
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
    """Load what somebody may do who belongs to an organisation or a circle and has no other rights."""
    groups = groups_of_body(body)
    roles, shares = _collect(rights_granted_to_groups(groups))
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
        paths = {_root_path(share) for share in held.scope.shared}
        roots = dict(page_model().objects.filter(path__in=paths).values_list("path", "space"))
    return held.as_seen_by(own, roots)


def _root_path(share: SharedSubtree) -> str:
    return share.path[: SPACE_ROOT_DEPTH * STEP]


def scope_for(user: Person) -> AccessScope:
    """Return the published content that `user` may see, for lists, counts and searches."""
    return rights_of(user).scope


def spaces_where(user: Person, action: Action) -> frozenset[int]:
    """Return the primary keys of the spaces in which `user` may do `action`, such as `Action.PUBLISH`."""
    return rights_of(user).spaces_where(action)


def can(user: Person, action: Action, obj: Model | Page | None = None) -> bool:
    """Tell whether `user` may do `action` with `obj`.

    Args:
        user: Anybody, signed in or not.
        action: What they want to do.
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


def visible_or_none(target: Target | None) -> Target | None:
    """Return a page, file or space if the current reader may see it, else None, as if it were deleted."""
    if target is None or not can(current_reader(), Action.READ, target):
        return None
    return target


def _can_on_platform(rights: Rights, action: Action) -> bool:
    if action is Action.USE_ADMIN:
        return bool(rights.spaces_where(Action.PUBLISH))
    if action is Action.OPERATE:
        return rights.is_administrator
    if action is Action.KEEP_ACCOUNT:
        return rights.is_administrator or rights.managed_organisation_id is not None
    if action is Action.CURATE:
        return rights.is_curator
    if action is Action.PROTECT_DATA:
        return rights.is_data_protector
    raise ValueError(f"{action} needs an object; pass the page, file or space it is about.")


def _load(user: User) -> Rights:
    roles, shares = _collect(rights_granted_to(user))
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
        managed_organisation_id=user.managed_organisation_id,
        scope=scope,
    )


def _collect(rows: Iterable[tuple[int, str, str, Any]]) -> tuple[dict[int, Role], dict[str, bool]]:
    """Return roles by space, and for each shared path whether its subpages are shared."""
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


def _without_confidential(shares: Mapping[str, bool]) -> tuple[SharedSubtree, ...]:
    """Make subtrees of shared paths, leaving confidential pages out; one query if there are shares at all.

    A page may have been marked confidential after it, or a page above it, was shared.
    """
    if not shares:
        return ()
    below = Q(path__in=shares)
    for path, with_subpages in shares.items():
        if with_subpages:
            below |= at_or_below(path)
    # Unordered: to save a sort, SQLite would walk through all pages by their path.
    found = page_model().objects.filter(below, classification="confidential").order_by()
    confidential = set(found.values_list("path", flat=True))
    return tuple(
        SharedSubtree(
            path,
            include_descendants=with_subpages,
            except_paths=tuple(sorted(one for one in confidential if one.startswith(path))),
        )
        for path, with_subpages in sorted(shares.items())
    )
