"""Confirmed reading: asked by whoever publishes, names for the asker alone, and not for long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.granting.services import revoke_role
from accounts.leaving import consequences_of_leaving
from accounts.models import User
from accounts.personal_data import collect
from knowledge.collaboration.models import Reading, ReadingRequest
from knowledge.collaboration.reading import ASKED, KEPT_AFTER, ask, confirm, remind, remove_names
from notices.delivery import mail_at_once
from notices.models import Notice
from notices.selectors import in_words, notices_of
from people.closure import close_account
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def told(person: User) -> list[str]:
    return [
        one.title for one in in_words(person, list(notices_of(person).filter(kind=ASKED))).values()
    ]


@pytest.fixture
def page(cast: Cast) -> Any:
    return make_article(cast.space_a, "Dienstanweisung")


def test_readers_are_asked_confirm_and_only_the_asker_sees_who_did(cast: Cast, page: Any) -> None:
    asker, reader = signed_in(cast.publisher_a), signed_in(cast.reader_a)
    at = f"/gelesen/bitten/{page.pk}/"
    assert at in asker.get(page.url).content.decode()
    assert at not in reader.get(page.url).content.decode()
    assert reader.get(at).status_code == 404
    group = cast.organisation_a.group_id
    asker.post(at, {"due_on": today(7).isoformat(), "group": group})
    request = ReadingRequest.objects.get()
    people = {one.person for one in request.readings.select_related("person")}
    assert people == {cast.reader_a, cast.contributor_a, cast.steward_a, cast.member_of_both}
    assert request.asked == 4
    assert "Dienstanweisung" in told(cast.reader_a)[0]
    assert "Dienstanweisung" in reader.get("/gelesen/").content.decode()
    mine = f"/gelesen/{request.pk}/"
    assert "Ich habe die Seite gelesen" in reader.get(mine).content.decode()
    reader.post(mine)
    reader.post(mine)
    request.refresh_from_db()
    assert request.confirmed == 1
    assert told(cast.reader_a) == []
    assert "Dienstanweisung" not in reader.get("/gelesen/").content.decode()
    names = asker.get(mine).content.decode()
    assert str(cast.reader_a) in names
    assert "1 von 4" in names
    for person in (cast.steward_a, cast.contributor_a):
        assert str(cast.reader_a) not in signed_in(person).get(mine).content.decode()
    for person in (cast.curator, cast.administrator, cast.reader_b):
        assert signed_in(person).get(mine).status_code == 404
        assert signed_in(person).post(mine).status_code == 404


def test_whoever_loses_the_right_hears_and_sees_nothing(
    cast: Cast, page: Any, mailoutbox: Any
) -> None:
    User.objects.filter(pk=cast.reader_a.pk).update(email="lesen@example.org")
    request = ask(page, asker=cast.publisher_a, due_on=today(7))
    revoke_role(cast.space_a, cast.organisation_a, actor=None)
    assert told(cast.reader_a) == []
    assert mail_at_once() == 0
    assert not mailoutbox
    with pytest.raises(PermissionDenied):
        confirm(request, person=cast.reader_a)
    assert signed_in(cast.reader_a).get(f"/gelesen/{request.pk}/").status_code == 404
    revoke_role(cast.space_a, cast.publisher_a, actor=None)
    assert signed_in(cast.publisher_a).get(f"/gelesen/{request.pk}/").status_code == 404


def test_a_confidential_page_is_not_named(cast: Cast, page: Any) -> None:
    page.classification = "confidential"
    page.save()
    ask(page, asker=cast.publisher_a, due_on=today(7))
    (words,) = in_words(cast.reader_a, list(notices_of(cast.reader_a).filter(kind=ASKED))).values()
    assert words.is_confidential
    assert "Dienstanweisung" not in words.title + words.text


def test_names_go_when_the_term_is_over(cast: Cast, page: Any) -> None:
    request = ask(page, asker=cast.publisher_a, due_on=today(7))
    confirm(request, person=cast.reader_a)
    ReadingRequest.objects.update(due_on=today() - KEPT_AFTER)
    assert remove_names() == 0
    ReadingRequest.objects.update(due_on=today(-1) - KEPT_AFTER)
    assert remove_names() == request.asked
    assert not Reading.objects.exists()
    assert not Notice.objects.unread().filter(kind=ASKED).exists()
    shown = signed_in(cast.publisher_a).get(f"/gelesen/{request.pk}/").content.decode()
    assert "Die Namen sind entfernt" in shown
    assert f"1 von {request.asked}" in shown
    assert str(cast.reader_a) not in shown
    assert remove_names() == 0


def test_wrong_days_and_nobody_are_refused_with_a_sentence(cast: Cast, page: Any) -> None:
    asker, at = signed_in(cast.publisher_a), f"/gelesen/bitten/{page.pk}/"
    for day in (today(-1), today(365)):
        answer = asker.post(at, {"due_on": day.isoformat()}).content.decode()
        assert "Niemand wurde gefragt" in answer
        assert day.isoformat() in answer, "what was chosen is still there"
    assert asker.post(at, {"due_on": "irgendwann"}).status_code == 200
    with pytest.raises(PermissionDenied):
        ask(page, asker=cast.contributor_a, due_on=today(7))
    assert not ReadingRequest.objects.exists()


def test_whoever_leaves_takes_names_along(cast: Cast, page: Any) -> None:
    request = ask(page, asker=cast.publisher_a, due_on=today(7))
    rows = [
        row
        for section in collect(cast.reader_a)
        if section.name == "readings"
        for row in section.rows
    ]
    assert len(rows) == 1
    close_account(cast.reader_a, actor=cast.administrator, reason="geht")
    assert not Reading.objects.filter(person=cast.reader_a).exists()
    assert any("Lesebestätigung" in one for one in consequences_of_leaving(cast.publisher_a))
    close_account(cast.publisher_a, actor=cast.administrator, reason="geht")
    request.refresh_from_db()
    assert request.names_removed_at is not None
    assert not Reading.objects.exists()


@pytest.mark.both  # the row of a request is locked
def test_a_confirmation_counts_once(cast: Cast, page: Any) -> None:
    request = ask(page, asker=cast.publisher_a, due_on=today(7))
    for _ in range(2):
        confirm(request, person=cast.reader_a)
    request.refresh_from_db()
    assert request.confirmed == 1


def test_whoever_has_not_confirmed_is_told_once_more_the_day_before(cast: Cast, page: Any) -> None:
    request = ask(page, asker=cast.publisher_a, due_on=today(2))
    confirm(request, person=cast.reader_a)
    Notice.objects.all().delete()
    assert remind() == 0
    ReadingRequest.objects.update(due_on=today(1))
    assert remind() == request.asked - 1
    assert told(cast.reader_a) == []
    assert told(cast.contributor_a)
