"""One grant is one row, and one module reads and writes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.grants import Grants, roles, shares, stored_roles
from access.models import Space, SpaceUserObjectPermission
from access.roles import Role
from accounts.models import User
from tests.conftest import Cast
from tests.factories import make_article, make_space

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
TABLES = re.compile(r"\b(Space|Page)(User|Group)ObjectPermission\b")


@pytest.mark.parametrize("role", Role)
def test_a_role_is_one_row_with_its_own_permission(cast: Cast, role: Role) -> None:
    space = make_space("leer")
    for principal in (cast.stranger, cast.organisation_b):
        grant_role(space, principal, Role.READER, actor=None)
        grant_role(space, principal, role, actor=None)
        rows = list(_codenames(space, principal))
        assert rows == [role.codename]


def _codenames(space: Space, principal: Any) -> list[str]:
    held = stored_roles().held_by(principal).filter(content_object=space)
    return [codename for _holder, codename in held.values("permission__codename")]


@pytest.mark.both
def test_the_database_refuses_a_second_role_in_the_same_space(cast: Cast) -> None:
    reading = Permission.objects.get(codename=Role.READER.codename)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpaceUserObjectPermission.objects.create(
            user=cast.steward_a, content_object=cast.space_a, permission=reading
        )


def test_people_are_those_behind_people_and_groups(cast: Cast) -> None:
    space = make_space("leer")
    grant_role(space, cast.stranger, Role.READER, actor=None)
    grant_role(space, cast.organisation_b, Role.PUBLISHER, actor=None)
    in_b = set(User.objects.filter(organisation=cast.organisation_b, is_active=True))
    of_space = {"content_object": space}
    assert in_b
    assert set(roles().filter(**of_space).people()) == {*in_b, cast.stranger}
    assert set(roles(Role.CONTRIBUTOR).filter(**of_space).people()) == in_b
    assert not roles(Role.STEWARD).filter(**of_space).people().exists()


def test_narrowing_counts_for_people_and_groups(cast: Cast) -> None:
    page = make_article(cast.space_a, "Geteilt")
    for principal in (cast.stranger, cast.organisation_b):
        share_page(page, principal, actor=None)
    every = shares()
    assert _holders(every) == {cast.stranger, cast.organisation_b}
    assert _holders(every.of_bodies()) == {cast.organisation_b}
    assert _holders(every.held_by(cast.stranger)) == {cast.stranger}
    assert _holders(every.not_held_by_any([cast.stranger.pk], [])) == {cast.organisation_b}
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    assert _holders(every.usable()) == {cast.organisation_b}


def _holders(grants: Grants) -> set[Any]:
    return {row.principal for row in grants.rows()}


def test_nobody_else_names_the_tables() -> None:
    own = {"platform/access/models.py", "platform/access/grants.py"}
    files = [
        one for room in ("platform", "knowledge", "search") for one in ROOT.glob(f"{room}/**/*.py")
    ]
    naming = {
        str(one.relative_to(ROOT))
        for one in files
        if "migrations" not in one.parts and TABLES.search(one.read_text())
    }
    assert naming == own
