"""Who may do what: the cast against spaces and pages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from access.granting.services import grant_role, revoke_role
from access.models import Space
from access.reader import one_request
from access.rights import can, rights_of, scope_for, spaces_where
from access.roles import Action, Role
from access.scope import NOTHING
from accounts.models import Membership
from tests.conftest import Cast
from tests.factories import CircleFactory, make_article

pytestmark = pytest.mark.both

READS_A = {
    "reader_a", "contributor_a", "publisher_a", "steward_a", "member_of_both", "curator",
}  # fmt: skip
WHO_MAY = {
    Action.READ: READS_A,
    Action.READ_DRAFT: {"contributor_a", "publisher_a", "steward_a", "curator"},
    Action.ADD: {"contributor_a", "publisher_a", "steward_a", "curator"},
    Action.EDIT: {"publisher_a", "steward_a", "curator"},
    Action.PUBLISH: {"publisher_a", "steward_a", "curator"},
    Action.GRANT: {"steward_a", "curator"},
    Action.LOWER_CLASSIFICATION: {"steward_a", "curator"},
}


@pytest.mark.parametrize("action", WHO_MAY)
def test_each_action_on_a_space_is_for_the_right_people(cast: Cast, action: Action) -> None:
    allowed = {name for name, person in cast.people().items() if can(person, action, cast.space_a)}
    assert allowed == WHO_MAY[action]
    in_a = {
        name
        for name, person in cast.people().items()
        if cast.space_a.pk in spaces_where(person, action)
    }
    assert in_a == allowed


@pytest.mark.parametrize("action", WHO_MAY)
def test_each_action_on_a_page_is_for_the_same_people(cast: Cast, action: Action) -> None:
    page = make_article(cast.space_a, "Seite")
    allowed = {name for name, person in cast.people().items() if can(person, action, page)}
    assert allowed == WHO_MAY[action]


def test_drafts_are_for_contributors(cast: Cast) -> None:
    draft = make_article(cast.space_a, "Entwurf", live=False)
    allowed = {name for name, person in cast.people().items() if can(person, Action.READ, draft)}
    assert allowed == WHO_MAY[Action.READ_DRAFT]


def test_lists_hold_published_pages_of_readable_spaces(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    make_article(cast.space_a, "Entwurf", live=False)
    seeing = {
        name
        for name, person in cast.people().items()
        if list(type(page).objects.visible_to(person)) == [page]
    }
    assert seeing == READS_A


def test_administrator_reads_nothing(cast: Cast) -> None:
    assert scope_for(cast.administrator).spaces == frozenset()
    assert can(cast.administrator, Action.OPERATE)
    assert not can(cast.curator, Action.OPERATE)


def test_nobody_has_the_empty_scope(cast: Cast) -> None:
    assert scope_for(cast.nobody) == NOTHING
    assert scope_for(cast.inactive) == NOTHING


def test_an_unknown_kind_of_object_raises(cast: Cast) -> None:
    with pytest.raises(LookupError, match=r"No policy for accounts\.Organisation"):
        can(cast.steward_a, Action.READ, cast.organisation_a)


def test_a_question_about_content_needs_the_content(cast: Cast) -> None:
    with pytest.raises(ValueError, match="needs an object"):
        can(cast.steward_a, Action.READ)


def test_a_grant_stops_counting_at_its_end_without_a_job(cast: Cast) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.steward_a, until=soon)
    assert can(cast.stranger, Action.READ, cast.space_a)
    cast.space_a.spaceuserobjectpermission_set.update(until=timezone.now())
    assert not can(cast.stranger, Action.READ, cast.space_a)


def test_a_membership_stops_counting_at_its_end(cast: Cast) -> None:
    circle = CircleFactory()
    grant_role(cast.space_b, circle, Role.CONTRIBUTOR, actor=None)
    membership = Membership.objects.create(user=cast.stranger, group=circle.group)
    assert can(cast.stranger, Action.ADD, cast.space_b)
    membership.until = timezone.now()
    membership.save()
    assert not can(cast.stranger, Action.READ, cast.space_b)


def test_a_curator_has_no_right_to_a_space_that_opted_out(cast: Cast) -> None:
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    assert not can(cast.curator, Action.READ, cast.space_b)


def test_changing_organisation_changes_rights_at_once(cast: Cast) -> None:
    cast.reader_a.organisation = cast.organisation_b
    cast.reader_a.save()
    assert not can(cast.reader_a, Action.READ, cast.space_a)
    assert can(cast.reader_a, Action.READ, cast.space_b)


def test_a_new_role_replaces_the_old_one(cast: Cast) -> None:
    grant_role(cast.space_a, cast.publisher_a, Role.READER, actor=cast.steward_a)
    assert not can(cast.publisher_a, Action.PUBLISH, cast.space_a)
    assert can(cast.publisher_a, Action.READ, cast.space_a)


def test_revoking_leaves_what_is_held_by_the_organisation(cast: Cast) -> None:
    revoke_role(cast.space_a, cast.publisher_a, actor=cast.steward_a)
    assert rights_of(cast.publisher_a).roles[cast.space_a.pk] is Role.READER


@pytest.mark.parametrize("name", ["reader_a", "publisher_a", "publisher_b", "administrator"])
def test_only_stewards_grant(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        grant_role(cast.space_a, cast.stranger, Role.READER, actor=getattr(cast, name))
    assert not can(cast.stranger, Action.READ, cast.space_a)


def test_bad_grants_change_nothing_and_say_so(cast: Cast) -> None:
    past = timezone.now() - dt.timedelta(days=1)
    with pytest.raises(ValidationError):
        grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=past)
    with pytest.raises(ValidationError):
        grant_role(cast.space_a, cast.inactive, Role.STEWARD, actor=None)
    cast.organisation_b.is_collective = True
    with pytest.raises(ValidationError):
        grant_role(cast.space_a, cast.organisation_b, Role.READER, actor=None)
    assert not can(cast.stranger, Action.READ, cast.space_a)


def test_rights_cost_one_query_and_are_kept_for_one_request(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    with one_request():
        with django_assert_num_queries(1):
            assert can(cast.reader_a, Action.READ, cast.space_a)
        with django_assert_num_queries(0):
            assert not can(cast.reader_a, Action.READ, cast.space_b)
    with django_assert_num_queries(1):
        assert can(cast.reader_a, Action.READ, cast.space_a)


def test_a_grant_within_a_request_counts_in_it(cast: Cast) -> None:
    with one_request():
        assert not can(cast.stranger, Action.READ, cast.space_a)
        grant_role(cast.space_a, cast.stranger, Role.READER, actor=None)
        assert can(cast.stranger, Action.READ, cast.space_a)


def test_djangos_own_question_gets_the_same_answer(cast: Cast) -> None:
    for name, person in cast.people().items():
        answer = person.has_perm("access.publish_in_space", cast.space_a)
        assert answer == (name in WHO_MAY[Action.PUBLISH])
    assert not cast.steward_a.has_perm("access.frobnicate_space", cast.space_a)
    assert not cast.steward_a.has_perm("access.view_space")


def test_the_admin_is_for_publishers_and_stewards(cast: Cast) -> None:
    inside = {
        name
        for name, person in cast.people().items()
        if person.has_perm("wagtailadmin.access_admin")
    }
    assert inside == {"publisher_a", "steward_a", "publisher_b", "curator"}


def test_nobody_outside_asks_for_a_role() -> None:
    """Whoever asks names an action; a role is named where one is given (`grant_role`)."""
    root = Path(__file__).parents[2]
    asking = {
        str(one.relative_to(root))
        for room in ("platform", "knowledge", "search")
        for one in root.glob(f"{room}/**/*.py")
        if one.parts[len(root.parts) + 1] != "access"
        and re.search(
            r"\bspaces_with\(|\bhas_role\(|(?:[<>]=?|[=!]=) ?Role\.[A-Z]", one.read_text()
        )
    }
    assert not asking
