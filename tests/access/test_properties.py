"""Generated spaces, grants, ends, shares and moves: every answer agrees with a reference model of ten lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from access.consequence.space_grants import Change, grants_in
from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page
from access.models import Space
from access.reader import Viewing
from access.rights import can, own_rights_of, rights_of, rights_of_body, scope_for
from access.roles import Action, Role
from accounts.models import Circle, Membership, Organisation, User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    make_article,
    make_space,
)
from tests.properties import examples

pytestmark = pytest.mark.both

SPACES, PEOPLE, GROUPS = 3, 3, 2
PAST, FUTURE = dt.timedelta(days=-1), dt.timedelta(days=1)
NEEDED = {
    Action.READ: Role.READER,
    Action.READ_DRAFT: Role.CONTRIBUTOR,
    Action.ADD: Role.CONTRIBUTOR,
    Action.EDIT: Role.PUBLISHER,
    Action.PUBLISH: Role.PUBLISHER,
    Action.GRANT: Role.STEWARD,
    Action.LOWER_CLASSIFICATION: Role.STEWARD,
}


@dataclass(frozen=True)
class Grant:
    """Who may do what where, and whether it has ended."""

    space: int
    holder: tuple[str, int]  # kind and number: person, organisation or circle
    role: Role
    has_ended: bool


@dataclass(frozen=True)
class Plan:
    """A generated world: grants, where people belong, which of them are active, which pages there are."""

    grants: list[Grant]
    organisations: list[int]  # of each person
    circles: list[tuple[int, int, bool]]  # person, circle, whether the membership has ended
    active: list[bool]
    pages: list[tuple[int, bool]]  # space, whether it is published

    def role(self, person: int, space: int) -> int:
        """The reference model: the highest role that has not ended, held in person or by a group."""
        if not self.active[person]:
            return 0
        holders = {("person", person), ("organisation", self.organisations[person])}
        holders |= {("circle", c) for p, c, ended in self.circles if p == person and not ended}
        last: dict[tuple[str, int], Grant] = {  # a new grant replaces the holder's former one
            grant.holder: grant for grant in self.grants if grant.space == space
        }
        held = [g.role for g in last.values() if g.holder in holders and not g.has_ended]
        return max(held, default=0)


holders = st.one_of(
    st.tuples(st.just("person"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.sampled_from(["organisation", "circle"]), st.integers(0, GROUPS - 1)),
)
plans = st.builds(
    Plan,
    grants=st.lists(
        st.builds(Grant, st.integers(0, SPACES - 1), holders, st.sampled_from(Role), st.booleans()),
        max_size=8,
    ),
    organisations=st.lists(st.integers(0, GROUPS - 1), min_size=PEOPLE, max_size=PEOPLE),
    circles=st.lists(
        st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, GROUPS - 1), st.booleans()),
        max_size=4,
        unique_by=lambda one: one[:2],
    ),
    active=st.lists(st.sampled_from([True, True, True, False]), min_size=PEOPLE, max_size=PEOPLE),
    pages=st.lists(st.tuples(st.integers(0, SPACES - 1), st.booleans()), max_size=3),
)
changes = st.lists(
    st.tuples(holders, st.one_of(st.none(), st.sampled_from(Role))),
    max_size=4,
    unique_by=lambda one: one[0],
)


@dataclass(frozen=True)
class Share:
    """A page, or the folder that it lies in, for somebody."""

    page: int
    holder: tuple[str, int]
    of_folder: bool
    with_subpages: bool


shares = st.lists(
    st.builds(Share, st.integers(0, SPACES + 2), holders, st.booleans(), st.booleans()), max_size=3
)
few = examples(15)


@dataclass
class World:
    """What a plan became in the database."""

    plan: Plan
    spaces: list[Space]
    people: list[User] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    pages: list[ArticlePage] = field(default_factory=list)

    def holder(self, grant: Grant) -> Any:
        """Return the person, organisation or circle of a grant."""
        kind, number = grant.holder
        return {
            "person": self.people, "organisation": self.organisations, "circle": self.circles
        }[kind][number]  # fmt: skip


class PropertiesTest(TestCase):
    """Spaces are made once; hypothesis rolls back what each example writes."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.spaces = [make_space(f"bereich-{number}") for number in range(SPACES)]
        for space in cls.spaces:
            make_article(space, "Erste Seite")
        cls.first_pages = list(ArticlePage.objects.order_by("path"))
        cls.organisations = [OrganisationFactory() for _ in range(GROUPS)]
        cls.circles = [CircleFactory() for _ in range(GROUPS)]

    def realise(self, plan: Plan) -> World:
        """Write a plan into the database, ends included."""
        world = World(plan, self.spaces, [], self.organisations, self.circles)
        for number in range(PEOPLE):
            organisation = self.organisations[plan.organisations[number]]
            world.people.append(UserFactory(organisation=organisation))
        for person, circle, has_ended in plan.circles:
            until = timezone.now() + (PAST if has_ended else FUTURE)
            Membership.objects.create(
                user=world.people[person], group=self.circles[circle].group, until=until
            )
        for grant in plan.grants:
            space, holder = self.spaces[grant.space], world.holder(grant)
            until = timezone.now() + FUTURE
            grant_role(space, holder, grant.role, actor=None, until=until)
            if grant.has_ended:
                _end(space, holder)
        for number, is_active in enumerate(plan.active):
            if not is_active:
                User.objects.filter(pk=world.people[number].pk).update(is_active=False)
                world.people[number].refresh_from_db()
        for number, (space, live) in enumerate(plan.pages):
            title = f"Seite {number}"
            world.pages.append(make_article(self.spaces[space], title, live=live))
        return world

    @few
    @given(plans)
    def test_every_answer_agrees_with_the_reference_model(self, plan: Plan) -> None:
        world = self.realise(plan)
        for number, person in enumerate(world.people):
            roles = [plan.role(number, space) for space in range(SPACES)]
            readable = {self.spaces[n].pk for n in range(SPACES) if roles[n]}
            assert scope_for(person).spaces == readable
            for space, role in zip(self.spaces, roles, strict=True):
                for action, needed in NEEDED.items():
                    assert can(person, action, space) == (role >= needed)
            for page in world.pages:
                role = rights_of(person).roles.get(page.space_id, 0)
                assert can(person, Action.READ, page) == (
                    role >= (Role.READER if page.live else Role.CONTRIBUTOR)
                )
            listed = set(ArticlePage.objects.visible_to(person).values_list("pk", flat=True))
            every = [*self.first_pages, *world.pages]
            assert listed == {page.pk for page in every if page.live and page.space_id in readable}

    @few
    @given(plans, st.integers(0, SPACES - 1), holders)
    def test_revoking_never_adds(self, plan: Plan, space: int, holder: tuple[str, int]) -> None:
        world = self.realise(plan)
        before = [dict(rights_of(person).roles) for person in world.people]
        target = world.holder(Grant(space, holder, Role.READER, False))
        revoke_role(self.spaces[space], target, actor=None)
        for person, held in zip(world.people, before, strict=True):
            now = rights_of(person).roles
            assert all(now[one] <= held.get(one, 0) for one in now)
            others = {pk: role for pk, role in held.items() if pk != self.spaces[space].pk}
            assert others == {pk: r for pk, r in now.items() if pk != self.spaces[space].pk}

    @few
    @given(plans, changes)
    def test_what_is_said_before_is_what_comes_true(
        self, plan: Plan, wanted: list[tuple[tuple[str, int], Role | None]]
    ) -> None:
        world, space = self.realise(plan), self.spaces[0]
        planned = [
            Change(world.holder(Grant(0, holder, Role.READER, False)), role)
            for holder, role in wanted
        ]
        planned = [one for one in planned if getattr(one.principal, "is_active", True)]
        standing = grants_in(space, changes=planned)
        said = standing.after(planned).roles()
        assert self.roles_in(space, world) == self.known(standing.roles(), world)
        for change in planned:
            if change.role is None:
                revoke_role(space, change.principal, actor=None)
            else:
                grant_role(space, change.principal, change.role, actor=None)
        assert self.roles_in(space, world) == self.known(said, world)
        if planned:
            assert grants_in(space).roles() == said

    def roles_in(self, space: Space, world: World) -> dict[int, Role]:
        """Return the roles that people really have."""
        held = {person.pk: rights_of(person).roles.get(space.pk) for person in world.people}
        return {pk: role for pk, role in held.items() if role is not None}

    def known(self, roles: dict[int, Role], world: World) -> dict[int, Role]:
        """Return the roles of the plan's own people; organisations keep those of other examples."""
        return {person.pk: roles[person.pk] for person in world.people if person.pk in roles}

    @few
    @given(plans, st.integers(0, SPACES - 1), st.integers(0, SPACES - 1))
    def test_moving_there_and_back_changes_nothing(self, plan: Plan, start: int, end: int) -> None:
        world = self.realise(plan)
        page = make_article(self.spaces[start], "Unterwegs")
        before = _readers(world, page)
        for space in (end, start):
            KnowledgePage.objects.get(pk=page.pk).specific.move(
                ArticleIndexPage.objects.get(space=self.spaces[space]), pos="last-child"
            )
            page = ArticlePage.objects.get(pk=page.pk)
            assert page.space == self.spaces[space]
            roles = [plan.role(number, space) for number in range(PEOPLE)]
            assert _readers(world, page) == [role >= Role.READER for role in roles]
        assert _readers(world, page) == before

    @few
    @given(plans, shares, st.integers(0, SPACES - 1), st.integers(0, PEOPLE + 2 * GROUPS - 1))
    def test_looking_as_somebody_shows_what_both_may_see_where_one_is_a_steward(
        self, plan: Plan, shares: list[Share], stewarded: int, looked_as: int
    ) -> None:
        world = self.realise(plan)
        every = [*self.first_pages, *world.pages]
        for share in shares:
            holder = world.holder(Grant(0, share.holder, Role.READER, has_ended=False))
            if getattr(holder, "is_active", True):
                page = every[share.page % len(every)]
                shared = page.get_parent() if share.of_folder else page
                share_page(shared, holder, actor=None, include_descendants=share.with_subpages)
        target: Any = [*world.people, *self.organisations, *self.circles][looked_as]
        actor = User.objects.filter(pk__in=[one.pk for one in world.people], is_active=True).first()
        if actor is None:
            return
        grant_role(self.spaces[stewarded], actor, Role.STEWARD, actor=None)
        own = own_rights_of(actor)
        held = own_rights_of(target) if isinstance(target, User) else rights_of_body(target)
        looking: Any = User.objects.get(pk=actor.pk)
        looking.viewing = Viewing(actor.pk, target, timezone.now() + FUTURE)
        expected = set()
        for page in every:
            where = {"space_id": page.space_id, "path": page.path}
            both = own.has_role(page.space_id, Role.STEWARD) and held.scope.allows(**where)
            assert scope_for(looking).allows(**where) == both
            assert not page.live or can(looking, Action.READ, page) == both
            if page.live and both:
                expected.add(page.pk)
            for action in set(NEEDED) - {Action.READ, Action.READ_DRAFT}:
                assert not can(looking, action, page)
        seen = ArticlePage.objects.visible_to(looking)
        assert set(seen.values_list("pk", flat=True)) == expected
        assert not seen.exclude(pk__in=ArticlePage.objects.visible_to(actor).values("pk")).exists()
        assert not rights_of(looking).spaces_with(Role.PUBLISHER)


def _readers(world: World, page: ArticlePage) -> list[bool]:
    answers = [can(person, Action.READ, page) for person in world.people]
    listed = [
        ArticlePage.objects.visible_to(person).filter(pk=page.pk).exists()
        for person in world.people
    ]
    assert answers == listed
    return answers


def _end(space: Space, holder: Any) -> None:
    """Let the holder's grant end now; the service refuses ends in the past."""
    grants = (
        space.spaceuserobjectpermission_set.filter(user=holder)
        if isinstance(holder, User)
        else space.spacegroupobjectpermission_set.filter(group=holder.group)
    )
    grants.update(until=timezone.now() + PAST)
