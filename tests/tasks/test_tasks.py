"""Tasks: who sees them, who changes them, how they are handed on, when they are reminded of."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from access.granting.services import grant_role
from access.roles import Role
from accounts.leaving import consequences_of_leaving
from accounts.personal_data import collect
from audit.models import Entry
from knowledge.tasks import notices
from knowledge.tasks.charging import Names, NotUnderstood
from knowledge.tasks.models import HandOver, State, Task
from knowledge.tasks.services import (
    Agreed,
    answer_offer,
    change_task,
    keep_agreed,
    offer_task,
    take_task,
)
from knowledge.tasks.steps import MOST, keep_steps
from notices.models import Notice
from notices.selectors import in_words
from people.closure import close_account
from tests.clock import be_on
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, UserFactory, make_article

DUE = dt.date(2027, 3, 15)


def agreed(
    charged: Any, *, what: str = "Laternen prüfen", due_on: dt.date = DUE, **more: Any
) -> Agreed:
    return Agreed(more.pop("key", uuid4()), what, charged, str(charged), due_on, **more)


def make_tasks(cast: Cast, *charged: Any, **more: Any) -> list[Task]:
    page = make_article(cast.space_a, "Geheime Sitzung", text="<p>Inhalt</p>")
    return keep_agreed(
        page,
        [agreed(one, **more) for one in charged],
        agreed_on=dt.date(2026, 11, 3),
        actor=cast.publisher_a,
    )


def test_whoever_is_charged_sees_the_task_alone(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.stranger, reference="ÖR 2026/14")
    shown = signed_in(cast.stranger).get(task.url).content.decode()
    assert "Laternen prüfen" in shown
    assert "ÖR 2026/14" in shown
    assert "Geheime Sitzung" not in shown
    assert "geheime-sitzung" not in shown
    assert signed_in(cast.reader_b).get(task.url).status_code == 404
    assert "geheime-sitzung" in signed_in(cast.reader_a).get(task.url).content.decode()
    assert signed_in(cast.stranger).get(task.origin.url).status_code == 404
    assert "Laternen prüfen" in signed_in(cast.stranger).get("/").content.decode()
    assert "Laternen prüfen" not in signed_in(cast.reader_a).get("/").content.decode()


def test_a_body_is_charged_until_one_of_its_people_takes_it(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.organisation_b)
    assert Task.objects.charged_to(cast.reader_b).get() == task
    assert not Task.objects.charged_to(cast.reader_a).exists()
    client = signed_in(cast.reader_b)
    assert client.post(f"{task.url}antworten/").status_code == 302
    task.refresh_from_db()
    assert task.person == cast.reader_b
    assert not Task.objects.visible_to(cast.publisher_b).exists()
    with pytest.raises(PermissionDenied):
        take_task(task, actor=cast.publisher_b)


@pytest.mark.parametrize(("name", "may"), [
    ("reader_b", True), ("publisher_a", True), ("curator", True),
    ("reader_a", False), ("contributor_a", False), ("publisher_b", False), ("stranger", False),
])  # fmt: skip
def test_only_who_is_charged_or_leads_says_how_far_it_is(cast: Cast, name: str, may: bool) -> None:
    (task,) = make_tasks(cast, cast.reader_b)
    answer = signed_in(getattr(cast, name)).post(
        f"{task.url}aendern/", {"state": "done", "note": "Erledigt am Montag."}
    )
    task.refresh_from_db()
    assert (answer.status_code == 302, task.state == State.DONE, task.notes.count() == 1) == (
        may,
    ) * 3
    assert Entry.objects.filter(action="task.state", object_id=task.pk).exists() is may


@pytest.mark.both
def test_a_task_is_handed_on_once_the_other_accepts(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.reader_a)
    client = signed_in(cast.reader_a)
    assert (
        client.post(f"{task.url}uebergeben/", {"receiver": cast.contributor_a.pk}).status_code
        == 302
    )
    task.refresh_from_db()
    assert task.person == cast.reader_a  # until the other one accepts
    offer = task.hand_overs.get()
    asked = Notice.objects.get(recipient=cast.contributor_a, kind=notices.OFFERED)
    assert "Laternen prüfen" in in_words(cast.contributor_a, [asked])[asked.pk].title
    with pytest.raises(PermissionDenied):  # nobody accepts for somebody else
        answer_offer(offer, actor=cast.publisher_a, accepts=True)
    assert (
        signed_in(cast.publisher_b).post(f"{task.url}antworten/", {"accept": "1"}).status_code
        == 404
    )
    signed_in(cast.contributor_a).post(f"{task.url}antworten/", {"accept": "1"})
    task.refresh_from_db()
    assert task.person == cast.contributor_a
    assert Notice.objects.filter(recipient=cast.reader_a, kind=notices.ANSWERED).exists()


def test_a_task_does_not_go_round_in_a_circle(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.reader_a)
    answer_offer(offer_task(task, actor=cast.reader_a, receiver=cast.contributor_a),
                 actor=cast.contributor_a, accepts=True)  # fmt: skip
    with pytest.raises(ValidationError, match="Kreis"):
        offer_task(task, actor=cast.contributor_a, receiver=cast.reader_a)
    form = signed_in(cast.contributor_a).post(
        f"{task.url}uebergeben/", {"receiver": cast.reader_a.pk}
    )
    assert form.status_code == 400
    assert "Kreis" in form.content.decode()
    offer_task(task, actor=cast.publisher_a, receiver=cast.reader_a)  # whoever leads may decide


def test_a_stranger_is_not_offered_a_task(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.reader_a)
    with pytest.raises(ValidationError):
        offer_task(task, actor=cast.reader_a, receiver=cast.stranger)
    assert not HandOver.objects.exists()


def test_a_corrected_line_keeps_its_row_and_a_handed_on_task_its_person(cast: Cast) -> None:
    page = make_article(cast.space_a, "Sitzung")
    one, two = agreed(cast.reader_a), agreed(cast.reader_a, what="Plan schreiben")
    (first, second) = keep_agreed(page, [one, two], agreed_on=DUE, actor=None)
    answer_offer(offer_task(first, actor=cast.reader_a, receiver=cast.contributor_a),
                 actor=cast.contributor_a, accepts=True)  # fmt: skip
    corrected = agreed(cast.reader_a, key=one.key, what="Alle Laternen prüfen")
    assert not keep_agreed(page, [corrected], agreed_on=DUE, actor=None)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.what, first.person) == ("Alle Laternen prüfen", cast.contributor_a)
    assert second.state == State.DROPPED
    keep_agreed(page, [corrected, two], agreed_on=DUE, actor=None)
    second.refresh_from_db()
    assert second.state == State.OPEN
    keep_agreed(page, [agreed(cast.steward_a, key=one.key), two], agreed_on=DUE, actor=None)
    first.refresh_from_db()
    assert first.person == cast.steward_a
    assert Task.objects.count() == 2


def test_the_exit_says_how_many_tasks_there_are_and_gives_them_to_the_organisation(
    cast: Cast,
) -> None:
    (task,) = make_tasks(cast, cast.reader_b)
    offer_task(task, actor=cast.publisher_a, receiver=cast.reader_a)
    assert any("1 offene Aufgabe" in one for one in consequences_of_leaving(cast.reader_b))
    close_account(cast.reader_b, actor=cast.administrator, reason="Ruhestand")
    task.refresh_from_db()
    assert (task.person, task.body) == (None, cast.organisation_b)
    assert task.hand_overs.get().answer == HandOver.Answer.WITHDRAWN
    told = Notice.objects.filter(kind=notices.RETURNED)
    assert {one.recipient for one in told} == {cast.publisher_b, cast.publisher_a, cast.steward_a}
    assert not any("offene Aufgabe" in one for one in consequences_of_leaving(cast.reader_b))


def days_reminded(task: Task, monkeypatch: pytest.MonkeyPatch, days: range) -> list[int]:
    """Run the job on each day, counted from the due date, and return those on which it reminded."""
    assert task.due_on is not None
    found = []
    for day in days:
        be_on(monkeypatch, task.due_on + dt.timedelta(days=day))
        if notices.remind():
            found.append(day)
        assert notices.remind() == 0  # a second worker, or a second run
    return found


def test_reminders_come_before_and_after_and_never_close_together(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task,) = make_tasks(cast, cast.reader_b)
    assert days_reminded(task, monkeypatch, range(-30, 100)) == [-7, -1, 4, 9, 30, 60, 90]
    Task.objects.update(state=State.DONE)
    assert days_reminded(task, monkeypatch, range(100, 160)) == []


def test_a_task_that_is_made_late_is_not_reminded_of_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task,) = make_tasks(cast, cast.reader_b)
    Task.objects.update(created_at=dt.datetime(2027, 3, 12, tzinfo=dt.UTC))
    assert days_reminded(task, monkeypatch, range(-3, 1)) == [-1]


def test_names_are_people_and_bodies_that_the_writer_knows(cast: Cast) -> None:
    circle = CircleFactory()
    cast.space_a.circle = circle
    cast.space_a.save()
    twin = UserFactory(first_name="Kim", last_name="Doppel", organisation=cast.organisation_a)
    UserFactory(first_name="Kim", last_name="Doppel", organisation=cast.organisation_a)
    names = Names.known_to(cast.publisher_a, cast.space_a)
    assert names.meant_by(f"@{cast.reader_a}  ") == cast.reader_a
    assert names.meant_by("amt a") == cast.organisation_a
    with pytest.raises(NotUnderstood, match="mehrere"):
        names.meant_by(str(twin))
    for unknown in (str(cast.stranger), "Amt B", "", str(cast.inactive)):
        with pytest.raises(NotUnderstood, match="Niemand"):
            names.meant_by(unknown)


def test_my_data_hold_tasks_and_comments(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.reader_b)
    change_task(task, actor=cast.reader_b, state=State.RUNNING, note="Ich fange an.")
    (section,) = [one for one in collect(cast.reader_b) if one.name == "tasks"]
    assert [next(iter(row.values())) for row in section.rows] == [
        "Laternen prüfen",
        "Ich fange an.",
    ]


def test_lists_ask_as_often_for_many_tasks_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any, client: Client
) -> None:
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None)
    client.force_login(cast.stranger)
    counts = []
    for number in (10, 200):
        make_tasks(cast, *[cast.stranger] * number)
        for url in ("/aufgaben/", f"/aufgaben/bereich/{cast.space_a.slug}/", "/"):
            client.get(url)
            with django_assert_max_num_queries(40) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked.captured_queries))
    assert counts[:3] == counts[3:]


def test_tasks_of_a_space_are_for_its_readers(cast: Cast) -> None:
    make_tasks(cast, cast.reader_b)
    url = f"/aufgaben/bereich/{cast.space_a.slug}/"
    assert "Laternen prüfen" in signed_in(cast.reader_a).get(url).content.decode()
    hidden = signed_in(cast.reader_b).get(url)
    missing = signed_in(cast.reader_b).get("/aufgaben/bereich/gibt-es-nicht/")
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_a_checklist_is_ticked_by_whoever_works_on_the_task(cast: Cast) -> None:
    (task,) = make_tasks(cast, cast.reader_a)
    client, address = signed_in(cast.reader_a), f"/aufgaben/{task.pk}/aendern/"
    assert (
        client.post(
            address, {"state": "open", "new_steps": "Leiter holen\n\nLampe drehen"}
        ).status_code
        == 302
    )
    first, second = task.steps.all()
    assert (
        client.post(address, {"state": "open", "done": [first.pk], "new_steps": ""}).status_code
        == 302
    )
    assert [bool(one.done_at) for one in task.steps.all()] == [True, False]
    shown = client.get(f"/aufgaben/{task.pk}/").content.decode()
    assert str(second) in shown
    assert (
        signed_in(cast.reader_b).post(address, {"state": "open", "new_steps": "x"}).status_code
        == 404
    )
    with pytest.raises(PermissionDenied):
        keep_steps(task, actor=cast.reader_b, done=[], new=["x"])
    keep_steps(task, actor=cast.reader_a, done=[], new=["x"] * 100)
    assert task.steps.count() == MOST
