"""People are told of shares and roles they were given, and of rights that end soon, under their rights of now."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from access.granting.notices import REMIND_BEFORE, remind_of_ends
from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page, unshare_page
from access.roles import Role
from accounts.models import Membership
from knowledge.basepage.models import KnowledgePage
from notices.models import Notice
from notices.selectors import in_words
from tests.factories import CircleFactory, UserFactory, make_article


def told(person) -> list[str]:
    words = in_words(person, list(Notice.objects.unread().filter(recipient=person)))
    return [one.title for one in words.values()]


@pytest.fixture
def page(cast):
    return make_article(cast.space_a, "Begehung")


def test_everybody_behind_a_share_is_told_but_not_whoever_did_it(cast, page):
    circle = CircleFactory()
    for person in (cast.stranger, cast.steward_a, cast.inactive):
        Membership.objects.create(user=person, group=circle.group)

    share_page(page, circle, actor=cast.steward_a)

    assert told(cast.stranger) == ["Die Seite „Begehung“ ist jetzt für Sie freigegeben."]
    assert told(cast.steward_a) == told(cast.reader_b) == []


@pytest.mark.parametrize("how", ["unshared", "confidential", "unpublished", "ended"])
def test_a_share_that_is_over_is_not_told_any_more(cast, page, how):
    share_page(page, cast.stranger, actor=cast.steward_a)
    assert told(cast.stranger)

    if how == "unshared":
        unshare_page(page, cast.stranger, actor=cast.steward_a)
    elif how == "ended":
        page.shares_with_people.update(until=timezone.now())
    changes = {"confidential": {"classification": "confidential"}, "unpublished": {"live": False}}
    if how in changes:
        KnowledgePage.objects.filter(pk=page.pk).update(**changes[how])

    assert told(cast.stranger) == []


def test_a_person_is_told_of_her_role_as_it_is_now(cast):
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.steward_a)
    grant_role(cast.space_a, cast.stranger, Role.PUBLISHER, actor=cast.steward_a)
    said = told(cast.stranger)
    assert len(said) == 1
    assert "Veröffentlichen" in said[0]

    revoke_role(cast.space_a, cast.stranger, actor=cast.steward_a)

    assert told(cast.stranger) == []


def test_what_the_installation_gives_is_not_told(cast, page):
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None)
    share_page(page, cast.reader_b, actor=None)
    assert told(cast.stranger) == told(cast.reader_b) == []


def test_stewards_and_the_person_are_reminded_once_before_an_end(cast, page):
    soon = timezone.now() + REMIND_BEFORE - dt.timedelta(days=1)
    late = timezone.now() + REMIND_BEFORE + dt.timedelta(days=1)
    grant_role(cast.space_a, cast.stranger, Role.PUBLISHER, actor=None, until=soon)
    grant_role(cast.space_a, cast.reader_b, Role.READER, actor=None, until=late)
    share_page(page, cast.organisation_b, actor=None, until=soon)

    assert remind_of_ends() == 2
    assert remind_of_ends() == 0

    assert len(told(cast.steward_a)) == 2
    assert any("Amt B" in one and "Begehung" in one for one in told(cast.steward_a))
    assert len(told(cast.stranger)) == 1
    assert told(cast.reader_b) == told(cast.curator) == []


def test_a_prolonged_right_is_not_said_to_end_and_is_told_again_later(cast):
    soon = timezone.now() + dt.timedelta(days=3)
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=soon)
    remind_of_ends()
    assert told(cast.steward_a)

    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=soon + REMIND_BEFORE)
    assert told(cast.steward_a) == told(cast.stranger) == []
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=soon)

    assert remind_of_ends() == 1


def test_a_steward_no_more_is_not_told_what_ends(cast):
    soon = timezone.now() + dt.timedelta(days=3)
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=soon)
    remind_of_ends()

    revoke_role(cast.space_a, cast.steward_a, actor=None)

    assert told(cast.steward_a) == []


def test_the_last_day_is_named_not_the_midnight_after_it(cast):
    last_day = timezone.localdate() + dt.timedelta(days=3)
    midnight = timezone.make_aware(dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time()))
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None, until=midnight)
    remind_of_ends()
    assert f"{last_day.day}. " in told(cast.stranger)[0]


def test_queries_do_not_grow_with_the_number_of_notices(cast, django_assert_max_num_queries):
    soon = timezone.now() + dt.timedelta(days=3)
    for number in range(12):
        article = make_article(cast.space_a, f"Seite {number}")
        share_page(article, cast.stranger, actor=cast.steward_a)
        grant_role(cast.space_a, UserFactory(), Role.READER, actor=None, until=soon)
    remind_of_ends()
    for person in (cast.stranger, cast.steward_a):
        notices = list(Notice.objects.filter(recipient=person))
        assert len(notices) == 12
        with django_assert_max_num_queries(9):
            assert len(in_words(person, notices)) == 12
