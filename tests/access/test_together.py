"""Several people change or use one right at the same moment: whole or not at all, and nobody gets an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page
from access.grants import stored_roles
from access.models import (
    PageGroupObjectPermission,
    Space,
    SpaceUserObjectPermission,
)
from access.rights import can, rights_of
from access.roles import Action, Role
from accounts.models import User
from tests.audit.test_together import at_once
from tests.factories import OrganisationFactory, UserFactory, make_article, make_space

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgresql,  # where rows are locked; SQLite lets one writer in at a time anyway
]
ROUNDS = 4


def stewards(space: Space, count: int) -> list[User]:
    """Return people who may grant rights in the space."""
    people = [UserFactory() for _ in range(count)]
    for person in people:
        grant_role(space, person, Role.STEWARD, actor=None)
    return people


def held(space: Space, principal: Any) -> tuple[Role | None, set[int | None]]:
    """Return the role that is stored, in its one row, and who gave it."""
    rows = stored_roles().held_by(principal).filter(content_object=space).rows("permission")
    assert len(rows) <= 1
    return (rows[0].role, {rows[0].granted_by_id}) if rows else (None, set())


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_of_stewards_who_save_the_same_role_at_once_one_counts_whole(kind: str) -> None:
    space = make_space("gemeinsam")
    principal = UserFactory() if kind == "person" else OrganisationFactory()
    people = stewards(space, 4)

    def giving(person: User, role: Role) -> Callable[[], None]:
        return lambda: grant_role(space, principal, role, actor=person, reason=role.name)

    for _ in range(ROUNDS):
        at_once(*(giving(person, role) for person, role in zip(people, Role, strict=True)))
        role, given_by = held(space, principal)
        assert role is not None
        assert given_by == {people[role - 1].pk}
        at_once(
            giving(people[3], Role.STEWARD),
            lambda: revoke_role(space, principal, actor=people[0]),
        )
        assert held(space, principal)[0] in {Role.STEWARD, None}


def test_of_stewards_who_share_the_same_page_at_once_one_counts() -> None:
    space, receiver = make_space("gemeinsam"), OrganisationFactory()
    page = make_article(space, "Geteilt")
    people = stewards(space, 3)

    def sharing(person: User) -> Callable[[], None]:
        return lambda: share_page(page, receiver, actor=person, include_descendants=True)

    for _ in range(ROUNDS):
        at_once(*map(sharing, people))
        (share,) = PageGroupObjectPermission.objects.filter(group=receiver.group)
        assert share.granted_by in people


def test_whoever_reads_while_a_right_is_taken_sees_it_whole_or_not_at_all() -> None:
    space, reader = make_space("gemeinsam"), UserFactory()
    page = make_article(space, "Gelesen")
    (steward,) = stewards(space, 1)
    taken, answers = threading.Event(), []

    def read() -> None:
        while True:
            is_over = taken.is_set()  # asked before, so that the last answer is from after
            answers.append(
                (is_over, rights_of(reader).roles.get(space.pk), can(reader, Action.READ, page))
            )
            if is_over:
                return

    def change() -> None:
        try:
            for role in (Role.STEWARD, Role.READER, Role.PUBLISHER):
                grant_role(space, reader, role, actor=steward)
            revoke_role(space, reader, actor=steward)
        finally:
            taken.set()

    at_once(read, read, change)
    assert {role for _over, role, _may in answers} <= {
        None,
        Role.READER,
        Role.PUBLISHER,
        Role.STEWARD,
    }
    after = [(role, may) for is_over, role, may in answers if is_over]
    assert after == [(None, False)] * 2


def test_a_right_given_while_the_account_is_closed_does_not_stay() -> None:
    """Either it came first and went with the account, or the closed account is named and nothing is saved."""
    space = make_space("gemeinsam")
    (steward,) = stewards(space, 1)
    for _ in range(ROUNDS):
        person, refusals = UserFactory(), []

        def give(person: User = person, refusals: list[str] = refusals) -> None:
            try:
                grant_role(space, person, Role.READER, actor=steward)
            except ValidationError as refusal:
                refusals.extend(refusal.messages)

        def close(person: User = person) -> None:
            with transaction.atomic():
                locked = User.objects.select_for_update().get(pk=person.pk)
                SpaceUserObjectPermission.objects.filter(user=locked).delete()
                locked.is_active = False
                locked.save()

        at_once(give, close)
        assert held(space, person) == (None, set())
        assert len(refusals) <= 1
        assert all("account" in one or "Konto" in one for one in refusals)
