"""Twice a year: every right in a space is decided on, partly now and partly later, and what isn't is listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from access.due import GRACE, due_spaces, interval, spaces_due
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import (
    PageGroupObjectPermission,
    Recertification,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.recertification.checks import recertification_interval
from access.recertification.reminders import DUE, remind_stewards, render_due
from access.recertification.rights import Right, RightKind, rights_in
from access.recertification.services import Decision, Verdict, decide
from access.rights import can
from access.roles import Action, Role
from accounts.models import Membership
from audit.models import Entry
from notices.models import Notice
from tests.access.sheets import confirmation_of, words_of
from tests.conftest import Cast
from tests.factories import CircleFactory, make_article

URL = "/zugriff/bereich/bereich-a/bestaetigen/"
PAST = dt.timedelta(days=400)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Give space A a circle with a member and a shared page, all of it long ago."""
    circle = CircleFactory()
    Space.objects.filter(pk=cast.space_a.pk).update(circle=circle)
    cast.space_a.refresh_from_db()
    Membership.objects.create(user=cast.stranger, group=circle.group)
    share_page(make_article(cast.space_a, "Geteilt"), cast.organisation_b, actor=None)
    long_ago = timezone.now() - PAST
    for model in (
        SpaceUserObjectPermission, SpaceGroupObjectPermission, PageGroupObjectPermission,
    ):  # fmt: skip
        model.objects.update(granted_at=long_ago)
    Membership.objects.update(since=long_ago)
    return cast


def decision(right: Right, verdict: Verdict, until: dt.datetime | None = None) -> Decision:
    return Decision(right.key, right.fingerprint, verdict, until)


def keep_all(space: Space) -> list[Decision]:
    return [decision(right, Verdict.KEEP) for right in rights_in(space)]


def right_of(space: Space, principal: Any, kind: RightKind = RightKind.ROLE) -> Right:
    return next(one for one in rights_in(space) if one.kind is kind and one.principal == principal)


def fields_of(client: Client, verdict: str) -> dict[str, str]:
    """Return the shown form with the same verdict on everything."""
    answer = client.get(URL)
    lines = [line for _title, some in answer.context["sections"] for line in some]
    data = {"rows": " ".join(line.right.key for line in lines)}
    for line in lines:
        data[f"{line.right.key}-state"] = line.right.fingerprint
        data[f"{line.right.key}-verdict"] = verdict
    return data


def test_all_rights_are_shown_and_confirmed_in_one_sitting(full: Cast, client: Client) -> None:
    client.force_login(full.steward_a)
    text = client.get(URL).content.decode()
    for word in ("Amt A", "Geteilt", str(full.stranger), "nie"):
        assert word in text
    asked = client.post(URL, fields_of(client, "keep"))
    assert "6 Rechte bleiben" in words_of(asked.context["consequence"])
    assert not Recertification.objects.exists()
    assert client.post(URL, confirmation_of(asked)).status_code == 302
    done = Recertification.objects.get()
    assert done.completed_by == full.steward_a
    assert all(right.confirmed_by == full.steward_a for right in rights_in(full.space_a))
    assert not due_spaces([full.space_a])
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {
        "grant.confirmed", "share.confirmed", "membership.confirmed", "space.rights_confirmed",
    } <= actions  # fmt: skip


def test_what_is_done_so_far_is_kept_and_the_rest_stays_in_force(full: Cast) -> None:
    first, *others = rights_in(full.space_a)
    outcome = decide(full.space_a, [decision(first, Verdict.KEEP)], actor=full.steward_a)
    assert (outcome.decided, outcome.is_complete) == (1, False)
    assert due_spaces([full.space_a])
    assert can(full.reader_a, Action.READ, full.space_a)
    left = [decision(right, Verdict.KEEP) for right in others]
    assert decide(full.space_a, left, actor=full.steward_a).is_complete


def test_a_right_that_was_changed_after_it_was_shown_is_not_confirmed(full: Cast) -> None:
    decisions = keep_all(full.space_a)
    grant_role(full.space_a, full.contributor_a, Role.PUBLISHER, actor=full.curator)
    SpaceUserObjectPermission.objects.filter(user=full.contributor_a).update(
        granted_at=timezone.now() - dt.timedelta(days=1)
    )
    outcome = decide(full.space_a, decisions, actor=full.steward_a)
    assert [str(full.contributor_a) in name for name in outcome.changed] == [True]
    assert not outcome.is_complete
    assert right_of(full.space_a, full.contributor_a).confirmed_at is None
    assert right_of(full.space_a, full.publisher_a).confirmed_at is not None


def test_a_right_given_after_it_was_confirmed_is_unconfirmed(full: Cast) -> None:
    decide(full.space_a, keep_all(full.space_a), actor=full.steward_a)
    grant_role(full.space_a, full.contributor_a, Role.CONTRIBUTOR, actor=full.curator)
    assert right_of(full.space_a, full.contributor_a).confirmed_at is None


def test_rights_are_ended_and_taken_away(full: Cast) -> None:
    until = timezone.now() + dt.timedelta(days=10)
    decide(
        full.space_a,
        [
            decision(right_of(full.space_a, full.contributor_a), Verdict.END, until),
            decision(right_of(full.space_a, full.publisher_a), Verdict.REVOKE),
            decision(
                right_of(full.space_a, full.organisation_b, RightKind.SHARE), Verdict.END, until
            ),
            decision(
                right_of(full.space_a, full.stranger, RightKind.MEMBERSHIP), Verdict.END, until
            ),
        ],
        actor=full.steward_a,
    )
    assert right_of(full.space_a, full.contributor_a).until == until
    assert not can(full.publisher_a, Action.PUBLISH, full.space_a)
    assert right_of(full.space_a, full.organisation_b, RightKind.SHARE).until == until
    assert right_of(full.space_a, full.stranger, RightKind.MEMBERSHIP).until == until
    decide(
        full.space_a,
        [
            decision(right_of(full.space_a, full.organisation_b, RightKind.SHARE), Verdict.REVOKE),
            decision(right_of(full.space_a, full.stranger, RightKind.MEMBERSHIP), Verdict.REVOKE),
        ],
        actor=full.steward_a,
    )
    assert {right.kind for right in rights_in(full.space_a)} == {RightKind.ROLE}


def test_the_consequence_of_ending_is_said_before(full: Cast, client: Client) -> None:
    client.force_login(full.steward_a)
    data = fields_of(client, "revoke")
    data[f"role:user:{full.steward_a.pk}-verdict"] = "keep"
    said = words_of(client.post(URL, data).context["consequence"])
    assert "nicht mehr lesen" in said
    assert "Die Seite ist dann nicht mehr freigegeben." in said
    assert "1 Recht bleibt" in said
    data = fields_of(client, "end") | {
        f"{key}-until": "2040-01-01" for key in fields_of(client, "")["rows"].split()
    }
    assert "Die Freigabe endet nach dem 1. Januar 2040." in words_of(
        client.post(URL, data).context["consequence"]
    )
    data = fields_of(client, "end")
    assert "kein Ende" in words_of(client.post(URL, data).context["consequence"])


@pytest.mark.parametrize(
    ("day", "sentence"), [("2001-01-01", "in der Vergangenheit"), ("bald", "gültiges Datum")]
)
def test_a_wrong_end_gets_a_sentence(full: Cast, client: Client, day: str, sentence: str) -> None:
    client.force_login(full.steward_a)
    data = fields_of(client, "end")
    data[f"role:user:{full.publisher_a.pk}-until"] = day
    for headers in ({}, {"HX-Request": "true"}):
        assert sentence in client.post(URL, data, headers=headers).content.decode()
    assert not Recertification.objects.exists()


def test_the_last_steward_is_not_taken_away(full: Cast, client: Client) -> None:
    Space.objects.filter(pk=full.space_a.pk).update(is_curated=False)
    full.space_a.refresh_from_db()
    right = right_of(full.space_a, full.steward_a)
    with pytest.raises(ValidationError):
        decide(full.space_a, [decision(right, Verdict.REVOKE)], actor=full.steward_a)
    client.force_login(full.steward_a)
    refused = client.post(URL, confirmation_of(client.post(URL, fields_of(client, "revoke"))))
    assert "niemand für diesen Bereich verantwortlich" in refused.content.decode()
    assert can(full.steward_a, Action.GRANT, full.space_a)


def test_a_steward_may_take_her_own_role_last(full: Cast, client: Client) -> None:
    client.force_login(full.steward_a)
    answer = client.post(URL, confirmation_of(client.post(URL, fields_of(client, "revoke"))))
    assert answer.url == "/"
    assert not rights_in(full.space_a)


def test_nonsense_in_the_form_changes_nothing(full: Cast, client: Client) -> None:
    client.force_login(full.steward_a)
    asked = client.post(URL, {"rows": "role:user:1 x", "x-verdict": "frobnicate"})
    assert asked.context["consequence"] is None
    gone = {"rows": "role:user:999999", "role:user:999999-verdict": "keep"}
    assert client.post(URL, confirmation_of(client.post(URL, gone))).status_code == 302
    assert "in der Zwischenzeit" in client.get(URL).content.decode()


@pytest.mark.parametrize("name", ["reader_a", "publisher_a", "publisher_b", "administrator"])
def test_only_stewards_confirm(full: Cast, client: Client, name: str) -> None:
    with pytest.raises(PermissionDenied):
        decide(full.space_a, keep_all(full.space_a), actor=getattr(full, name))
    client.force_login(getattr(full, name))
    assert client.get(URL).status_code == 404
    assert client.get("/zugriff/bestaetigungen/").status_code == 404
    client.force_login(full.steward_a)
    assert client.get(URL).status_code == 200


def test_a_space_is_due_an_interval_after_its_first_grant_or_last_round(cast: Cast) -> None:
    first = SpaceUserObjectPermission.objects.filter(content_object=cast.space_a)
    # Some hours more: the clocks may have been changed in between.
    given = timezone.now() - interval() - dt.timedelta(hours=2)
    first.update(granted_at=given)
    due = due_spaces([cast.space_a, cast.space_b])
    assert [one.space for one in due] == [cast.space_a]
    assert not due[0].is_overdue
    later = timezone.localdate() + GRACE + dt.timedelta(days=1)
    assert due_spaces([cast.space_a], today=later)[0].is_overdue
    decide(cast.space_a, keep_all(cast.space_a), actor=cast.steward_a)
    assert not due_spaces([cast.space_a])
    assert due_spaces([cast.space_a], today=timezone.localdate() + interval())


def test_a_round_that_was_left_too_long_begins_anew(full: Cast) -> None:
    first, second, *_others = rights_in(full.space_a)
    decide(full.space_a, [decision(first, Verdict.KEEP)], actor=full.steward_a)
    Recertification.objects.update(started_at=timezone.now() - interval())
    decide(full.space_a, [decision(second, Verdict.KEEP)], actor=full.steward_a)
    assert Recertification.objects.get().started_at > timezone.now() - dt.timedelta(hours=1)


def test_a_closed_account_is_shown_with_its_right(full: Cast, client: Client) -> None:
    full.publisher_a.is_active = False
    full.publisher_a.save()
    client.force_login(full.steward_a)
    assert "Konto geschlossen" in client.get(URL).content.decode()


def test_the_curator_sees_what_nobody_confirmed(full: Cast, client: Client) -> None:
    client.force_login(full.curator)
    text = listed(client)
    assert "Bereich-A" in text
    assert "überfällig" in text
    assert "6 Rechte sind nicht bestätigt" in text
    assert "nur Kuratoren verantwortlich" in text  # of space B
    decide(full.space_a, keep_all(full.space_a), actor=full.steward_a)
    assert "Bereich-A" not in listed(client)
    Space.objects.update(is_curated=False)
    assert "Bereich-" not in listed(client)


def listed(client: Client) -> str:
    """Return what stands on the curator's list, without the navigation."""
    return client.get("/zugriff/bestaetigungen/").content.decode().partition("<main")[2]


def test_the_curators_list_needs_as_many_queries_for_many_as_for_few(
    full: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(full.curator)
    client.get("/zugriff/bestaetigungen/")
    with django_assert_max_num_queries(30) as few:
        client.get("/zugriff/bestaetigungen/")
    for number in range(5):
        space = Space.objects.create(slug=f"weiter-{number}", title=f"Weiter {number}")
        grant_role(space, full.organisation_a, Role.READER, actor=None)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/zugriff/bestaetigungen/")


def test_stewards_find_due_spaces_on_their_start_page(full: Cast, client: Client) -> None:
    heading = "Zu bestätigende Rechte"
    for name, is_told in (("steward_a", True), ("publisher_a", False), ("reader_b", False)):
        client.force_login(getattr(full, name))
        assert (heading in client.get("/").content.decode()) is is_told, name


def test_stewards_are_reminded_once_and_no_longer_when_it_is_done(full: Cast) -> None:
    assert [one.space for one in spaces_due()] == [full.space_a, full.space_b]
    remind_stewards()
    mine = Notice.objects.filter(recipient=full.steward_a, kind=DUE)
    assert mine.count() == 1
    assert Notice.objects.filter(recipient=full.curator, kind=DUE).count() == 1  # of B alone
    said = render_due(full.steward_a, list(mine))[0]
    assert said is not None
    assert "Bereich-A" in said.title
    assert said.url == URL
    remind_stewards()
    assert mine.count() == 1
    Notice.objects.update(created_at=timezone.now() - dt.timedelta(days=15))
    remind_stewards()
    assert mine.all().get().created_at > timezone.now() - dt.timedelta(days=1)
    decide(full.space_a, keep_all(full.space_a), actor=full.steward_a)
    assert not mine.all().exists()


def test_a_reminder_is_for_whoever_is_still_responsible(full: Cast) -> None:
    remind_stewards()
    notices = list(Notice.objects.filter(recipient=full.steward_a))
    grant_role(full.space_a, full.steward_a, Role.READER, actor=None)
    assert render_due(full.steward_a, notices) == [None]


def test_the_job_runs(full: Cast) -> None:
    call_command("jobs", "run", "access.remind_stewards")
    assert Notice.objects.filter(kind=DUE).exists()


def test_an_interval_that_is_too_short_stops_the_start(settings: Any) -> None:
    assert not recertification_interval(None)
    settings.RECERTIFICATION_DAYS = 7
    assert [one.id for one in recertification_interval(None)] == ["access.E001"]
