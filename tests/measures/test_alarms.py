"""Alarms: milestones and silence, in one rhythm, to whoever may read, without telling of hidden entries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from access import rights
from access.granting.services import grant_role
from access.roles import Role
from accounts.leaving import consequences_of_leaving
from accounts.models import User
from accounts.personal_data import collect
from knowledge.measures import notices, services
from knowledge.measures.models import (
    Contact,
    Entry,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
    SilentAfter,
)
from knowledge.measures.notices import MILESTONE, SILENT, remind
from knowledge.measures.rules import Standing
from notices.models import Notice
from notices.selectors import in_words
from people.closure import close_account
from tests.clock import be_on
from tests.conftest import Cast
from tests.factories import make_measure


@pytest.fixture
def measure(cast: Cast) -> MeasurePage:
    page = make_measure(cast.space_a, 16, "Müllpolizei", horizon="long_term", state="running")
    page.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_a))
    page.save_revision().publish()
    services.name_contact(page, cast.organisation_a, cast.reader_a, actor=None)
    return MeasurePage.objects.get(pk=page.pk)


def told(person: User, kind: str) -> int:
    return Notice.objects.filter(recipient=person, kind=kind).count()


def pass_days(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> int:
    """Let the job run on a day; notices made until then were read."""
    Notice.objects.update(read_at=timezone.now())
    be_on(monkeypatch, day)
    return remind()


def test_a_milestone_is_reminded_of_in_a_rhythm_and_never_twice_in_five_days(
    cast: Cast, measure: MeasurePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    due = today + dt.timedelta(days=60)
    SilentAfter.objects.create(horizon="long_term", days=1000)
    milestone = services.keep_milestone(
        Milestone(measure=measure, title="Prüfauftrag", due_on=due), actor=cast.publisher_a
    )
    reminded = [
        past for past in range(-60, 70) if pass_days(monkeypatch, due + dt.timedelta(days=past)) > 0
    ]
    assert reminded == [
        -30,
        -7,
        -1,
        4,
        9,
        30,
        60,
    ]  # 1 and 7 days late wait until five days are over
    assert told(cast.reader_a, MILESTONE) == len(reminded)
    notice = Notice.objects.filter(recipient=cast.reader_a).latest("pk")
    assert "überfällig" in in_words(cast.reader_a, [notice])[notice.pk].title
    milestone.refresh_from_db()
    milestone.done_on = today
    services.keep_milestone(milestone, actor=cast.publisher_a)
    assert not in_words(cast.reader_a, [notice])
    assert pass_days(monkeypatch, due + dt.timedelta(days=90)) == 0


@pytest.mark.parametrize("how", ["reached", "taken out"])
def test_what_is_unread_of_a_milestone_goes_with_it(
    cast: Cast, measure: MeasurePage, how: str
) -> None:
    soon = timezone.localdate() + dt.timedelta(days=1)
    for title in ("Prüfauftrag", "Anderes"):
        milestone = Milestone(measure=measure, title=title, due_on=soon)
        services.keep_milestone(milestone, actor=cast.publisher_a)
    # known for long enough that the rhythm has begun
    Milestone.objects.update(made_at=timezone.now() - dt.timedelta(days=40))
    remind()
    assert told(cast.reader_a, MILESTONE) == 2
    milestone = Milestone.objects.get(title="Prüfauftrag")
    if how == "reached":
        milestone.done_on = timezone.localdate()
        services.keep_milestone(milestone, actor=cast.publisher_a)
    else:
        services.drop_milestone(milestone, actor=cast.publisher_a)
    left = Notice.objects.get(recipient=cast.reader_a, kind=MILESTONE)
    assert "Anderes" in in_words(cast.reader_a, [left])[left.pk].title


def test_silence_is_told_by_what_each_person_may_see(
    cast: Cast, measure: MeasurePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever doesn't see the last entry is told what would be told if there were none."""
    services.name_contact(measure, cast.organisation_a, None, actor=None)
    grant_role(cast.space_a, cast.reader_b, Role.READER, actor=None)
    Contact.objects.create(measure=measure, body=cast.organisation_b, person=cast.reader_b)
    later = timezone.localdate() + dt.timedelta(days=91)
    hidden = services.write_entry(
        Entry(measure=measure, text="Intern", happened_on=timezone.localdate()),
        actor=cast.publisher_a, only_for=[cast.organisation_a],
    )  # fmt: skip
    Entry.objects.filter(pk=hidden.pk).update(written_at=timezone.now() + dt.timedelta(days=60))
    pass_days(monkeypatch, later)
    assert (told(cast.publisher_a, SILENT), told(cast.reader_b, SILENT)) == (0, 1)
    assert pass_days(monkeypatch, later + dt.timedelta(days=29)) == 0
    pass_days(monkeypatch, later + dt.timedelta(days=30))
    assert told(cast.reader_b, SILENT) == 2


def test_the_job_reads_the_rights_of_each_person_once(
    cast: Cast, measure: MeasurePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(17, 20):
        more = make_measure(cast.space_a, number, f"Weitere {number}", state="running")
        Contact.objects.create(measure=more, body=cast.organisation_a, person=cast.reader_a)
    read: list[User] = []
    real = rights._load
    monkeypatch.setattr(rights, "_load", lambda person: read.append(person) or real(person))
    pass_days(monkeypatch, timezone.localdate() + dt.timedelta(days=200))
    assert told(cast.reader_a, SILENT) == 4
    assert read.count(cast.reader_a) == 1


def test_patience_is_the_curators_to_set_and_counts_by_horizon(
    cast: Cast, measure: MeasurePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.publisher_a)
    assert client.get("/massnahme/stille/").status_code == 404
    client.force_login(cast.curator)
    data = {"days_immediate": 30, "days_short_term": 60, "days_long_term": 200, "days_": 90}
    assert client.post("/massnahme/stille/", {**data, "days_": 3}).status_code == 400
    assert client.post("/massnahme/stille/", data).status_code == 302
    assert notices.patience() == {"": 90, "immediate": 30, "short_term": 60, "long_term": 200}
    assert pass_days(monkeypatch, timezone.localdate() + dt.timedelta(days=199)) == 0
    assert pass_days(monkeypatch, timezone.localdate() + dt.timedelta(days=1)) > 0


@pytest.mark.parametrize("state", ["done", "dropped", "paused"])
def test_what_is_at_rest_is_left_alone(
    cast: Cast, measure: MeasurePage, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.assess(measure, Standing(state), actor=cast.publisher_a)
    assert pass_days(monkeypatch, timezone.localdate() + dt.timedelta(days=200)) == 0


def test_who_leaves_answers_for_nothing_any_more(cast: Cast, measure: MeasurePage) -> None:
    services.write_entry(
        Entry(measure=measure, text="Selbst geschrieben", happened_on=timezone.localdate()),
        actor=cast.publisher_a,
    )
    assert "Selbst geschrieben" in str(collect(cast.publisher_a))
    assert any("Maßnahme" in one for one in consequences_of_leaving(cast.reader_a))
    close_account(cast.reader_a, actor=cast.administrator, reason="Geht.")
    assert not Contact.objects.exists()
