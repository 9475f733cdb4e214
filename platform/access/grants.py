"""The one reader and writer of grants: roles on spaces, and shares of pages.

Guardian keeps them in four tables: roles and shares, of people and of groups (of organisations and circles). Here they
are two: `roles` and `shares`, each a set that is narrowed in both tables at once. One grant is one row.

    roles().filter(content_object=space).people()      # whoever has a role there, now
    shares().held_by(organisation).rows("content_object")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Exists, Model, Q, QuerySet
from django.utils import timezone

from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.principals import Principal
from access.roles import Role
from access.tree import Page, page_model
from accounts.models import Circle, Membership, Organisation, PlatformRole, User
from web.composed import composed

Holder = tuple[str, int]
"""Whom a row names: ("user" or "group", primary key)."""

VIEW_PAGE = "view_knowledgepage"


def holder_of(principal: Principal) -> Holder:
    """Return the principal as the tables store it."""
    return ("user", principal.pk) if isinstance(principal, User) else ("group", principal.group_id)


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants of one kind, in both of their tables.

    Attributes:
        of_people: The rows of people.
        of_groups: The rows of groups.
    """

    of_people: QuerySet[Any]
    of_groups: QuerySet[Any]

    def filter(self, *conditions: Q, **lookups: Any) -> Grants:
        """Keep those that meet the conditions in their table."""
        return Grants(
            self.of_people.filter(*conditions, **lookups),
            self.of_groups.filter(*conditions, **lookups),
        )

    def usable(self) -> Grants:
        """Leave out those of people whose account is closed."""
        return Grants(self.of_people.filter(user__is_active=True), self.of_groups)

    def held_by(self, principal: Principal) -> Grants:
        """Keep what `principal` itself holds."""
        kind, pk = holder_of(principal)
        return self.held_by_any([pk], []) if kind == "user" else self.held_by_any([], [pk])

    def held_by_any(self, people: Any, groups: Any) -> Grants:
        """Keep what these people and groups hold: primary keys or querysets."""
        return Grants(
            self.of_people.filter(user__in=people), self.of_groups.filter(group__in=groups)
        )

    def not_held_by_any(self, people: Any, groups: Any) -> Grants:
        """Leave out what these people and groups hold: primary keys or querysets."""
        return Grants(
            self.of_people.exclude(user__in=people), self.of_groups.exclude(group__in=groups)
        )

    def of_bodies(self) -> Grants:
        """Keep those of organisations and circles."""
        return Grants(self.of_people.none(), self.of_groups)

    def rows(self, *related: str) -> list[Any]:
        """Return the rows with their principals, oldest first, groups before people; two queries.

        Rows of a group that stands for nothing are left out.

        Args:
            related: What else to load, such as `"granted_by"`.
        """
        groups = self.of_groups.select_related("group__organisation", "group__circle", *related)
        people = self.of_people.select_related("user__organisation", *related)
        return [
            row
            for rows in (groups.order_by("pk"), people.order_by("pk"))
            for row in rows
            if row.principal is not None
        ]

    def values(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the holder and the columns of each row; two queries."""
        for kind, rows in (("group", self.of_groups), ("user", self.of_people)):
            for pk, *rest in rows.order_by().values_list(kind, *columns):
                yield ((kind, pk), *rest)

    def targets(self) -> set[int]:
        """Return the primary keys of the spaces or pages that they are on; two queries."""
        return {pk for _holder, pk in self.values("content_object")}

    def people(self) -> QuerySet[User]:
        """Return the people with an open account who hold them, by themselves or with a group, as a queryset."""
        members = Membership.objects.current().filter(group__in=self.of_groups.values("group"))
        return User.objects.filter(
            Q(pk__in=self.of_people.values("user")) | Q(pk__in=members.values("user")),
            is_active=True,
        )

    def exist(self) -> Exists | Q:
        """Return the condition that there are any, to load with other objects."""
        return Exists(self.of_groups) | Exists(self.of_people)

    def update(self, **columns: Any) -> int:
        """Write columns of all of them; return how many rows that are."""
        return self.of_people.update(**columns) + self.of_groups.update(**columns)

    def delete(self) -> int:
        """Delete them; return how many there were."""
        return sum(rows.delete()[0] for rows in (self.of_people, self.of_groups))

    def _add(self, principal: Principal, **columns: Any) -> None:
        kind, pk = holder_of(principal)
        rows = self.of_people if kind == "user" else self.of_groups
        rows.create(**{f"{kind}_id": pk}, **columns)


def stored_roles() -> Grants:
    """Return all roles on spaces, ended ones too."""
    return Grants(SpaceUserObjectPermission.objects.all(), SpaceGroupObjectPermission.objects.all())


def stored_shares() -> Grants:
    """Return all shares of pages, ended ones too."""
    return Grants(PageUserObjectPermission.objects.all(), PageGroupObjectPermission.objects.all())


def roles(at_least: Role = Role.READER) -> Grants:
    """Return the roles on spaces that count now, from `at_least` upwards."""
    current = _current(stored_roles())
    if at_least is Role.READER:
        return current
    return current.filter(permission__codename__in=at_least.codenames_from)


def shares(at: Any = None) -> Grants:
    """Return the shares of pages that count now, or `at` another time."""
    return _current(stored_shares(), at)


def _current(grants: Grants, at: Any = None) -> Grants:
    # The end counts at its moment, whether or not a job has run.
    return grants.filter(Q(until__isnull=True) | Q(until__gt=at or timezone.now()))


def people_of(principal: Principal) -> QuerySet[User]:
    """Return the people with an open account that a principal stands for, as a queryset."""
    if isinstance(principal, User):
        return User.objects.filter(pk=principal.pk, is_active=True)
    members = Membership.objects.current().filter(group=principal.group_id).values("user")
    return User.objects.filter(is_active=True, pk__in=members)


# --- writing: for `access.granting.services` and `.shares` -----------------------------------------------
def curators() -> QuerySet[User]:
    """Return the active people who curate the platform: stewards of each curated space without a grant."""
    return User.objects.filter(platform_role=PlatformRole.CURATOR, is_active=True)


def lock(target: Model) -> None:
    """Let changes of the rights on one space, page or group wait for each other until the transaction ends.

    Whoever only refers to it need not wait (`no_key`). SQLite has no row locks; its transactions begin by taking the
    database (`transaction_mode`).
    """
    rows = type(target)._default_manager.order_by().select_for_update(no_key=True)
    list(rows.filter(pk=target.pk).values_list("pk"))


def set_role(
    space: Space,
    principal: Principal,
    role: Role,
    *,
    granted_by: User | None,
    until: dt.datetime | None,
    reason: str,
) -> None:
    """Store exactly `role`, in place of what `principal` had in `space`."""
    take_role(space, principal)
    permission = Permission.objects.get(
        content_type__app_label="access", content_type__model="space", codename=role.codename
    )
    stored_roles()._add(
        principal,
        content_object=space,
        permission=permission,
        granted_by=granted_by,
        until=until,
        reason=reason,
    )


def take_role(space: Space, principal: Principal) -> Role | None:
    """Delete what `principal` had in `space`; return it, None if there was nothing."""
    lock(space)
    held = stored_roles().held_by(principal).filter(content_object=space)
    role = next((Role.of_codename(codename) for _, codename in held.values(_CODENAME)), None)
    held.delete()
    return role


_CODENAME = "permission__codename"


def set_share(
    page: Page,
    principal: Principal,
    *,
    include_descendants: bool,
    granted_by: User | None,
    until: dt.datetime | None,
    reason: str,
) -> None:
    """Store a share of `page`, in place of an earlier one with the same principal."""
    take_share(page, principal)
    # Guardian compares content types, so the base page must stand here, not the specific one.
    base = page_model().objects.get(pk=page.pk)
    stored_shares()._add(
        principal,
        content_object=base,
        permission=Permission.objects.get(
            content_type__app_label=base._meta.app_label, codename=VIEW_PAGE
        ),
        include_descendants=include_descendants,
        granted_by=granted_by,
        until=until,
        reason=reason,
    )


def take_share(page: Page, principal: Principal) -> bool:
    """Delete the share of `page` with `principal`; tell whether there was one."""
    lock(page_model()(pk=page.pk))
    held = stored_shares().held_by(principal)
    return bool(held.filter(content_object=page.pk).delete())


# --- reading in every request ----------------------------------------------------------------------------
# Written by hand, because Django takes longer to compose the union than the database to answer it (5 ms and 0.1 ms).
# The tests of `access` compare the answers with the models'. Table names come from the models,
# values are parameters.
def rights_granted_to(user: User) -> list[tuple[int, str, str, Any]]:
    """Return what counts now for `user`, by grants to this person and to groups; one query.

    Returns:
        Rows of (space, codename, "", 0) for roles, and of (0, "", path, whether with subpages) for shares.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_rights_sql(), [user.pk, now, now, user.pk, now] * 2)
        rows: list[tuple[int, str, str, Any]] = cursor.fetchall()
        return rows


def readers_of(space: Space) -> tuple[list[str], int]:
    """Return the names of the bodies that hold a role on `space` now, and how many people do; one query."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_readers_sql(), [space.pk, now, space.pk, now])
        names = [name for (name,) in cursor.fetchall()]
    bodies = [name for name in names if name]
    return bodies, len(names) - len(bodies)


@cache
def _readers_sql() -> str:
    counts = "held.content_object_id = %s AND (held.until IS NULL OR held.until > %s)"
    return (
        "SELECT COALESCE(circle.name, body.short_name)"  # noqa: S608  names of tables only
        f" FROM {SpaceGroupObjectPermission._meta.db_table} held"
        f" LEFT JOIN {Circle._meta.db_table} circle ON circle.group_id = held.group_id"
        f" LEFT JOIN {Organisation._meta.db_table} body ON body.group_id = held.group_id"
        f" WHERE {counts} AND (circle.id IS NOT NULL OR body.id IS NOT NULL)"
        f" UNION ALL SELECT NULL FROM {SpaceUserObjectPermission._meta.db_table} held"
        f" INNER JOIN {User._meta.db_table} person ON person.id = held.user_id"
        f" WHERE {counts} AND person.is_active"
    )


def rights_granted_to_groups(groups: Iterable[int]) -> list[tuple[int, str, str, Any]]:
    """Return the same for whoever is in these groups; two queries."""
    on_spaces = roles().held_by_any([], groups).values("content_object", _CODENAME)
    on_pages = shares().held_by_any([], groups).values(*_REACH)
    return [
        *((space, codename, "", False) for _holder, space, codename in on_spaces),
        *((0, "", path, with_subpages) for _holder, path, with_subpages in on_pages),
    ]


_REACH = ("content_object__path", "include_descendants")


@cache
def _rights_sql() -> str:
    page = page_model()._meta.db_table
    of_groups = f"""
        INNER JOIN {Membership._meta.db_table} membership ON membership.group_id = held.group_id
        WHERE membership.user_id = %s
        AND (membership.until IS NULL OR membership.until > %s)
        AND (held.until IS NULL OR held.until > %s)"""
    of_user = "WHERE held.user_id = %s AND (held.until IS NULL OR held.until > %s)"
    name = (
        f"INNER JOIN {Permission._meta.db_table} permission ON permission.id = held.permission_id"
    )
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


def shares_at(paths: Sequence[str]) -> list[Any]:
    """Return (path, whether with subpages) of the usable shares that start at these paths; one query."""
    return list(_shares_from(paths=paths, at=timezone.now()))


@composed
def _shares_from(*, paths: Any, at: Any) -> QuerySet[Any, Any]:
    starting = shares(at).usable().filter(content_object__path__among=paths)
    of_groups, of_people = (
        rows.order_by().values_list(*_REACH) for rows in (starting.of_groups, starting.of_people)
    )
    return of_groups.union(of_people, all=True)
