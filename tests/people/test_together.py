"""Two administrators or curators work at the same moment: one counts, the other gets a sentence, nobody an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from access.consequence.state import Outdated
from access.models import Space
from accounts.models import Circle, Organisation, OrganisationKind, PlatformRole, User
from knowledge.groups.services import GroupPlan, make_group
from knowledge.home.services import ensure_start_page
from knowledge.home.spaces import SpacePlan, made, make_space, tried
from knowledge.partners.merging import consequence_of_merge, merge_organisations
from people.accounts import PersonFacts, add_person, correct_person, facts_of, stamp_of
from people.closure import close_account
from people.organisations import save_organisation
from tests.audit.test_together import at_once
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgresql,  # where rows are locked; SQLite lets one writer in at a time anyway
]
ROUNDS = 3


@pytest.fixture
def two() -> list[User]:
    """Two who operate the platform."""
    return [UserFactory(platform_role=PlatformRole.ADMINISTRATOR) for _ in range(2)]


@pytest.fixture
def curators(two: list[User]) -> list[User]:
    ensure_start_page()
    return [UserFactory(platform_role=PlatformRole.CURATOR) for _ in range(2)]


def refused(*works: Callable[[], Any]) -> list[str]:
    """Do all of it at once; return what was answered in words."""
    said = []

    def telling(work: Callable[[], Any]) -> Callable[[], None]:
        def deed() -> None:
            try:
                work()
            except ValidationError as error:
                said.append(" ".join(error.messages))
            except Outdated:
                said.append("outdated")

        return deed

    at_once(*map(telling, works))
    return said


def test_one_address_is_given_away_once(two: list[User]) -> None:
    body = OrganisationFactory()
    for number in range(ROUNDS):
        facts = PersonFacts("Ida", "Neu", f"ida{number}@example.org", body)
        said = refused(*(partial(add_person, facts, actor=actor) for actor in two))
        assert len(said) == 1
        assert User.objects.filter(email=facts.email).count() == 1


def test_of_two_corrections_the_later_one_is_told(two: list[User]) -> None:
    person = UserFactory(email="vorher@example.org", organisation=OrganisationFactory())
    for number in range(ROUNDS):
        person.refresh_from_db()
        stamp, facts = stamp_of(person), facts_of(person)

        def correcting(actor: User, name: str, stamp: str = stamp, facts: Any = facts) -> Any:
            changed = replace(facts, last_name=name, email=f"{name}@example.org".lower())
            return lambda: correct_person(person, changed, actor=actor, stamp=stamp)

        names = [f"Eins{number}", f"Zwei{number}"]
        said = refused(*map(correcting, two, names))
        assert len(said) == 1
        person.refresh_from_db()
        assert person.last_name in names
        assert person.email == f"{person.last_name}@example.org".lower()


def test_two_who_close_each_other_leave_one(two: list[User]) -> None:
    one, other = two
    said = refused(
        lambda: close_account(other, actor=one, reason="Weggang"),
        lambda: close_account(one, actor=other, reason="Weggang"),
    )
    assert len(said) == 1
    assert User.objects.filter(pk__in=[one.pk, other.pk], is_active=True).count() == 1


def test_one_organisation_is_made_once(curators: list[User]) -> None:
    for number in range(ROUNDS):

        def making(actor: User, number: int = number) -> Any:
            body = Organisation(
                slug=f"hafen-{number}", name="Hafen", short_name=f"Hafen {number}",
                kind=OrganisationKind.OTHER,
            )  # fmt: skip
            return lambda: save_organisation(body, actor=actor)

        assert len(refused(*map(making, curators))) == 1
        assert Organisation.objects.filter(short_name=f"Hafen {number}").count() == 1


def test_whoever_is_invited_into_an_organisation_that_is_being_merged_has_one(
    two: list[User], curators: list[User]
) -> None:
    kept = OrganisationFactory()
    for number in range(ROUNDS):
        double = OrganisationFactory()
        shown = consequence_of_merge(double, kept, actor=curators[0]).fingerprint
        facts = PersonFacts("Ida", f"Neu {number}", f"neu{number}@example.org", double)

        def merge(double: Organisation = double, shown: str = shown) -> None:
            merge_organisations(
                double, kept, actor=curators[0], reason="Tippfehler", expected=shown
            )

        said = refused(merge, lambda facts=facts: add_person(facts, actor=two[0]))
        # Either the merge came first and nobody was invited, or what it had shown is out of date.
        assert len(said) == 1
        is_there = Organisation.objects.filter(pk=double.pk).exists()
        assert User.objects.filter(email=facts.email).exists() == is_there


@pytest.mark.parametrize("kind", ["space", "group"])
def test_one_space_and_one_group_is_made_once(curators: list[User], kind: str) -> None:
    lead = UserFactory(organisation=OrganisationFactory())
    for number in range(ROUNDS):
        plan = SpacePlan(slug=f"hafen-{number}", title="Hafen")
        group = GroupPlan(space=plan, kind="working_group", leads=[lead])

        def making(actor: User, plan: Any = plan, group: Any = group) -> Any:
            def make() -> Any:
                if kind == "space":
                    return make_space(plan, actor=actor)
                return make_group(group, actor=actor)

            shown = tried(make).fingerprint
            return lambda: made(make, expected=shown)

        assert len(refused(*map(making, curators))) == 1
        assert Space.objects.filter(slug=plan.slug).count() == 1
        assert Circle.objects.filter(slug=plan.slug).count() == (kind == "group")
