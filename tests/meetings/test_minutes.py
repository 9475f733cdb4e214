"""From the invitation to approved minutes: what was decided and promised becomes rows, once, and keeps its number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils import timezone

from access.consequence.confirmation import Refused
from audit.models import Entry
from knowledge.groups.models import MinutesPage
from knowledge.meetings import notices
from knowledge.meetings.circulating.approval import add_addendum, approve, approve_by_silence
from knowledge.meetings.circulating.circulation import circulate
from knowledge.meetings.models import Approval, Decision, Invitation, Meeting, Rules, State, Topic
from knowledge.meetings.planning.services import propose_topic
from knowledge.pages.source import PageSource
from knowledge.tasks.models import State as TaskState
from knowledge.tasks.models import Task
from knowledge.writing.services import draft_of, publish, unpublish
from notices.models import Notice
from notices.selectors import in_words
from tests.clock import be_on
from tests.conftest import Cast, signed_in
from tests.meetings.conftest import Group, Typing, plan


def minuted(group: Group, *, held_on: dt.date = dt.date(2026, 11, 3)) -> MinutesPage:
    """Plan a meeting and write its minutes by the form: two items, one decision, two tasks."""
    page = plan(group, held_on=held_on)
    form = Typing(group.lead, page)
    form.add("Begrüßung", "Die Leitung begrüßt.", "noted")
    form.add(
        "Beleuchtung",
        "Es ist dunkel.\nB: Die Laternen werden geprüft.\nA: Paul Partner: Laternen zählen bis 15.12.\n"
        "A: Amt A: Angebot einholen in 2 Wochen",
        "unanimous",
    )
    form.fields["all-present"] = "1"
    assert form.save().status_code == 302
    return MinutesPage.objects.get(pk=page.pk)


def sent_out(group: Group, **more: Any) -> MinutesPage:
    page = minuted(group, **more)
    answer = Typing(group.lead, page).save(do="circulate")
    assert answer.status_code == 302, [one.text for one in answer.context["findings"]]
    return MinutesPage.objects.get(pk=page.pk)


def test_lines_of_the_text_become_decisions_and_tasks(group: Group) -> None:
    draft = draft_of(minuted(group))
    (_greeting, light) = draft.agenda
    assert light.value["text"].source == "<p>Es ist dunkel.</p>"
    assert list(light.value["decisions"]) == ["Die Laternen werden geprüft."]
    assert [dict(one) for one in light.value["tasks"]] == [
        {"what": "Laternen zählen", "who": "Paul Partner", "due_on": dt.date(2026, 12, 15)},
        {"what": "Angebot einholen", "who": "Amt A", "due_on": dt.date(2026, 11, 17)},
    ]
    assert [one.person for one in draft.participants.all()] == [
        group.lead,
        group.member,
        group.partner,
    ]
    assert not Decision.objects.exists()
    assert not Task.objects.exists()
    assert not Notice.objects.exists()  # a draft tells nobody
    assert Meeting.objects.get(page=draft).state == State.HELD


@pytest.mark.both
def test_circulating_makes_rows_numbers_and_notices_in_one_go(group: Group, cast: Cast) -> None:
    Rules.objects.create(space=group.space, short_name="ÖR")
    page = sent_out(group)
    (decision,) = Decision.objects.all()
    assert (decision.number, decision.result) == ("ÖR 2026/1", "unanimous")
    first, second = Task.objects.order_by("pk")
    assert (first.person, first.due_on, first.reference) == (
        group.partner,
        dt.date(2026, 12, 15),
        "ÖR 2026/1",
    )
    assert second.body == cast.organisation_a
    notices = Notice.objects.filter(kind="meetings.circulated")
    told = {one.recipient: in_words(one.recipient, [one])[one.pk] for one in notices}
    assert set(told) == {group.lead, group.member, group.partner}
    assert told[group.partner].text == "1 Aufgabe für Sie. 1 Beschluss."
    shown = signed_in(group.member).get(page.url).content.decode()
    for text in (
        "Entwurf, noch nicht genehmigt",
        "ÖR 2026/1",
        "einstimmig",
        "Laternen zählen",
        "Paul Partner",
    ):
        assert text in shown
    assert "ÖR 2026/1" in next(iter(PageSource().documents([str(page.pk)]))).body
    extract = signed_in(group.member).get(decision.url).content.decode()
    assert decision.url == "/beschluss/ag-licht/2026/1/"
    assert "Die Laternen werden geprüft." in extract
    assert signed_in(group.outsider).get(decision.url).status_code == 404
    assert "ÖR 2026/1" in signed_in(group.member).get("/beschluesse/").content.decode()
    assert "ÖR 2026/1" not in signed_in(group.outsider).get("/beschluesse/").content.decode()
    assert Entry.objects.filter(action="minutes.circulated", object_id=page.pk).exists()
    home = signed_in(group.member).get("/ag-licht/").content.decode()
    assert "ÖR 2026/1" in home
    assert "Laternen zählen" in home


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"0-notes": "B: Wir tun es.", "0-result": "noted"}, "Beschluss ohne Ergebnis"),
    ({"0-notes": "B: Wir tun es.", "0-result": ""}, "Beschluss ohne Ergebnis"),
    ({"0-notes": "A: Paul Partner: Etwas tun"}, "kein Datum"),
    ({"0-notes": "A: Etwas tun bis 15.12."}, "Niemand ist zuständig"),
    ({"0-notes": "A: Wer Fremdes: Etwas tun bis 15.12."}, "Aufgabe „Etwas tun“: Niemand heißt hier"),
    ({"0-notes": "A: Erika Mustermann 0815: Etwas tun bis 15.12."}, "Niemand heißt hier"),
    ({"0-result": "votes"}, "Stimmen fehlen"),
    ({"0-resubmit_on": "31.2."}, "Noch kein Datum: „31.2.“"),
    ({"0-votes_for": "viele"}, "keine Zahl"),
    ({"nobody": "1"}, "Niemand ist als anwesend"),
])  # fmt: skip
def test_what_is_missing_is_said_and_nothing_goes_out(
    group: Group, changes: dict[str, str], sentence: str
) -> None:
    page = minuted(group)
    form = Typing(group.lead, page)
    for name, value in changes.items():
        number, _dash, field = name.partition("-")
        if field:
            form.item(int(number), **{field: value})
        else:
            form.fields |= {one: "" for one in form.fields if one.startswith("person-")}
    answer = form.save(do="circulate")
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Decision.objects.exists()
    assert not Task.objects.exists()
    assert not MinutesPage.objects.get(pk=page.pk).live


def test_odd_things_are_said_once_and_may_go_out(group: Group) -> None:
    page = minuted(group)
    form = Typing(group.lead, page)
    form.add("Leerer Punkt")
    form.item(0, notes="A: Otto Außen: Etwas tun bis 15.12.")
    said = form.save(do="circulate")
    assert "ist leer" in said.content.decode()
    assert "sieht nur die Aufgabe" in said.content.decode()
    form.fill(said.context)
    assert form.save(do="circulate", anyway="1").status_code == 302
    task = Task.objects.get(person=group.outsider)
    assert Notice.objects.filter(recipient=group.outsider, kind="tasks.charged").exists()
    shown = signed_in(group.outsider).get(task.url).content.decode()
    assert "Etwas tun" in shown
    assert "Die Leitung begrüßt" not in shown
    assert page.url not in shown


def test_who_chaired_stays_named_when_the_account_is_gone(group: Group) -> None:
    page = sent_out(group)
    assert page.chair == "Lena Leitung"
    group.lead.delete()
    shown = signed_in(group.member).get(page.url)
    assert shown.status_code == 200
    assert "Lena Leitung" in shown.content.decode()
    assert Decision.objects.count() == 1


def test_only_who_publishes_sends_out(group: Group, cast: Cast) -> None:
    page = minuted(group)
    for person in (group.member, group.partner, cast.stranger, cast.publisher_b):
        assert signed_in(person).get(f"/sitzung/{page.pk}/").status_code == 404
        with pytest.raises(PermissionDenied):
            circulate(page, actor=person, stamp=None)
    assert Meeting.objects.get().state == State.HELD


def test_a_correction_keeps_rows_and_numbers(group: Group) -> None:
    page = sent_out(group)
    decision, task = Decision.objects.get(), Task.objects.get(person=group.partner)
    form = Typing(group.lead, page)
    form.item(0, notes="Die Leitung begrüßt.\nB: Ein neuer Beschluss.", result="majority")
    form.fields[f"{decision.key}-text"] = "Die Laternen werden sofort geprüft."
    form.fields[f"{task.origin_key}-due"] = "20.12."
    assert form.save().status_code == 302
    decision.refresh_from_db()
    task.refresh_from_db()
    assert (decision.running, decision.text) == (1, "Die Laternen werden sofort geprüft.")
    assert task.due_on == dt.date(2026, 12, 20)
    # What comes later is numbered later, whatever the order of the items.
    assert Decision.objects.get(text="Ein neuer Beschluss.").running == 2
    form = Typing(group.lead, page)
    form.fields[f"{decision.key}-text"] = ""
    form.fields[f"{task.origin_key}-what"] = ""
    assert form.save().status_code == 302
    decision.refresh_from_db()
    task.refresh_from_db()
    assert decision.withdrawn_at is not None
    assert task.state == TaskState.DROPPED
    assert "nahm diesen Beschluss" in signed_in(group.member).get(decision.url).content.decode()


def test_the_next_meeting_approves_and_locks(group: Group) -> None:
    page = sent_out(group)
    following = plan(group, held_on=dt.date(2026, 12, 1))
    form = Typing(group.lead, following)
    assert form.fields[f"{form.keys[0]}-title"] == "Genehmigung des Protokolls vom 3. November 2026"
    form.item(0, result="votes", votes_for="5", votes_against="2")
    form.fields["all-present"] = "1"
    said = form.save(do="circulate")
    assert said.status_code == 302
    meeting = Meeting.objects.get(page=page)
    assert (meeting.state, meeting.approved_how, meeting.approved_on) == (
        State.APPROVED, Approval.MEETING, dt.date(2026, 12, 1)
    )  # fmt: skip
    shown = signed_in(group.member).get(page.url).content.decode()
    assert "Genehmigt am 1. Dezember 2026" in shown


def test_approved_minutes_are_locked_at_every_door(group: Group, client: Client) -> None:
    page = sent_out(group)
    approve(page, actor=group.lead, seen=str(page.live_revision_id))
    page.refresh_from_db()
    changed = draft_of(page)
    changed.place = "Woanders"
    with pytest.raises(Refused):
        publish(changed, actor=group.lead, stamp=None)
    MinutesPage.objects.filter(pk=page.pk).update(
        locked=False
    )  # even if somebody unlocks it in the admin
    with pytest.raises(Refused, match="gesperrt"):
        publish(changed, actor=group.lead, stamp=None)
    page.refresh_from_db()
    with pytest.raises(Refused, match="gesperrt"), transaction.atomic():
        page.unpublish()
    with pytest.raises(Refused, match="AGL 2026/1"), transaction.atomic():
        page.delete()
    added = add_addendum(page, actor=group.lead, text="Herr Partner war bis TOP 3 da.")
    shown = signed_in(group.member).get(page.url).content.decode()
    assert "Herr Partner war bis TOP 3 da." in shown
    assert str(group.lead) in shown
    assert added.text in next(iter(PageSource().documents([str(page.pk)]))).body
    assert (
        signed_in(group.member).post(f"/sitzung/{page.pk}/nachtrag/", {"text": "Nein"}).status_code
        == 404
    )


def test_nobody_approves_what_somebody_is_changing(group: Group) -> None:
    page = sent_out(group)
    seen = str(page.live_revision_id)
    form = Typing(group.lead, page)
    form.item(0, notes="Andere Begrüßung.")
    form.save()
    with pytest.raises(Refused, match="Nichts wurde genehmigt"):
        approve(page, actor=group.lead, seen=seen)
    with pytest.raises(PermissionDenied):
        approve(page, actor=group.member, seen=seen)


def test_silence_is_consent_after_its_time_on_a_working_day(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rules.objects.create(space=group.space, approval=Approval.SILENCE, silence_days=14)
    # 14 days later is the second day of Christmas, a Saturday
    be_on(monkeypatch, dt.date(2026, 12, 12))
    page = sent_out(group)
    meeting = Meeting.objects.get(page=page)
    assert meeting.silence_ends_on == dt.date(2026, 12, 28)
    for day in (dt.date(2026, 12, 28), dt.date(2026, 12, 29)):
        be_on(monkeypatch, day)
        assert approve_by_silence() == int(day.day == 29)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.approved_how, meeting.approved_on) == (
        State.APPROVED, Approval.SILENCE, dt.date(2026, 12, 29)
    )  # fmt: skip
    assert approve_by_silence() == 0


def test_a_postponed_item_comes_to_the_next_agenda_linked_both_ways(group: Group) -> None:
    page = minuted(group)
    form = Typing(group.lead, page)
    form.item(0, result="postponed")
    assert form.save(do="circulate").status_code == 302
    topic = Topic.objects.get()
    following = plan(group, held_on=dt.date(2026, 12, 1))
    form = Typing(group.lead, following)
    assert [form.fields[f"{key}-title"] for key in form.keys] == [
        "Genehmigung des Protokolls vom 3. November 2026", "Begrüßung", "Überfällige Aufgaben",
    ]  # fmt: skip
    form.fields["all-present"] = "1"
    form.item(1, result="noted")
    assert form.save(do="circulate").status_code in {302, 400}
    form.read()
    form.save(do="circulate", anyway="1")
    following.refresh_from_db()
    topic.refresh_from_db()
    client = signed_in(group.member)
    assert f"{following.url}#{topic.taken_key}" in client.get(page.url).content.decode()
    assert f"{page.url}#{topic.came_from_key}" in client.get(following.url).content.decode()
    assert Topic.objects.count() == 1


def test_minutes_that_were_taken_back_bring_nothing_to_the_next_agenda(group: Group) -> None:
    page = minuted(group)
    form = Typing(group.lead, page)
    form.item(0, result="postponed")
    form.save(do="circulate")
    Task.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    store = f"/sitzungen/{group.space.slug}/themen/"

    def next_agenda() -> list[str]:
        return [one.value["title"] for one in plan(group, held_on=dt.date(2099, 12, 1)).agenda]

    page.refresh_from_db()
    unpublish(page, actor=group.lead)
    assert "Begrüßung" not in signed_in(group.member).get(store).content.decode()
    assert next_agenda() == []
    MinutesPage.objects.filter(pk=page.pk).update(live=True)
    assert "Begrüßung" in signed_in(group.member).get(store).content.decode()
    assert next_agenda()[1:] == ["Begrüßung", "Überfällige Aufgaben"]


@pytest.mark.both
def test_sending_out_asks_once_whom_minutes_concern(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    concerned = notices.concerned
    monkeypatch.setattr(notices, "concerned", lambda page: asked.append(page) or concerned(page))
    page = minuted(group)
    circulate(page, actor=group.lead, stamp=None)
    assert Task.objects.count() == 2
    assert len(asked) == 1


def test_a_form_that_does_not_say_where_it_began_is_refused_and_what_was_typed_stays(
    group: Group,
) -> None:
    page = minuted(group)
    first, second = Typing(group.lead, page), Typing(group.lead, page)
    first.item(0, notes="Zuerst.")
    assert first.save().status_code == 302
    second.item(0, notes="Zu spät, aber nicht verloren.")
    answer = second.save(base="")
    assert answer.status_code == 400
    assert "Zu spät, aber nicht verloren." in answer.content.decode()
    assert "Zuerst." in str(draft_of(page).agenda[0].value["text"].source)


def test_formats_stay_where_the_text_was_not_touched(group: Group) -> None:
    page = plan(group)
    draft = draft_of(page)
    draft.agenda = [("item", {"title": "Liste", "text": "<ul><li>eins</li><li>zwei</li></ul>"})]
    draft.save_revision(user=group.lead)
    form = Typing(group.lead, page)
    form.item(0, result="noted")
    form.save()
    assert draft_of(page).agenda[0].value["text"].source == "<ul><li>eins</li><li>zwei</li></ul>"
    form.read()
    form.item(0, notes="eins & <zwei>\ndrei")
    form.save()
    assert (
        draft_of(page).agenda[0].value["text"].source == "<p>eins &amp; &lt;zwei&gt;</p><p>drei</p>"
    )


def test_members_are_invited_answer_for_themselves_and_hear_of_a_cancellation(group: Group) -> None:
    propose_topic(group.space, actor=group.member, title="Neues Thema")
    page = plan(
        group, held_on=timezone.localdate() + dt.timedelta(days=9), topics=list(Topic.objects.all())
    )
    assert signed_in(group.member).get(page.url).status_code == 404
    form = Typing(group.lead, page)
    assert form.save(do="invite").status_code == 302
    notices = Notice.objects.filter(kind="meetings.invited")
    assert {one.recipient for one in notices} == {group.lead, group.member, group.partner}
    client, url = signed_in(group.member), f"/sitzung/{page.pk}/antwort/"
    assert "Sie sind eingeladen." in client.get(page.url).content.decode()
    assert page.title in client.get("/ag-licht/").content.decode()
    assert client.get(url).status_code == 405  # filters of mail follow links
    assert client.post(url, {"declines": "1"}).status_code == 302
    assert signed_in(group.outsider).post(url, {"comes": "1"}).status_code == 404
    answers = dict(Invitation.objects.values_list("person", "answer"))
    assert answers == {group.lead.pk: "open", group.member.pk: "declined", group.partner.pk: "open"}
    assert client.post(f"/sitzung/{page.pk}/absagen/").status_code == 404
    assert signed_in(group.lead).post(f"/sitzung/{page.pk}/absagen/").status_code == 302
    assert Notice.objects.filter(kind="meetings.cancelled").count() == 3
    assert not Notice.objects.filter(kind="meetings.invited").exists()
    assert client.post(url, {"comes": "1"}).status_code == 404
    assert Topic.objects.get().taken_by is None


def test_topics_are_proposed_by_members_and_drawn_into_the_agenda(group: Group) -> None:
    client = signed_in(group.member)
    url = f"/sitzungen/{group.space.slug}/themen/"
    assert client.post(url, {"title": "Neues Thema", "reporter": ""}).status_code == 302
    assert "Neues Thema" in client.get(url).content.decode()
    topic = Topic.objects.get()
    assert signed_in(group.partner).post(url, {"drop": topic.pk}).status_code == 404
    assert signed_in(group.outsider).get(url).status_code == 404
    with pytest.raises(PermissionDenied):
        propose_topic(group.space, actor=group.outsider, title="Nein")
    form = signed_in(group.lead).post(
        f"/sitzungen/{group.space.slug}/neu/",
        {"title": "Sitzung", "held_on": "in 2 Wochen", "begins_at": "10:00", "topics": [topic.pk]},
    )
    page = MinutesPage.objects.get(title="Sitzung")
    assert form["Location"] == f"/sitzung/{page.pk}/#neu-title"
    assert [one.value["title"] for one in page.agenda] == ["Neues Thema"]
    assert not page.live
    assert not Notice.objects.exists()
    assert "Neues Thema" not in client.get(url).content.decode()


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("held_on", "1.1.2020", "schon vorbei"),
    ("held_on", "irgendwann", "ist kein Tag"),
    ("ends_at", "09:00", "endet, bevor sie beginnt"),
    ("rhythm", "weekly", "wie viele Sitzungen"),
    ("count", "5000", "52"),
])  # fmt: skip
def test_a_bad_plan_is_answered_with_a_sentence(
    group: Group, field: str, value: str, sentence: str
) -> None:
    sent = {"title": "Sitzung", "held_on": "in 2 Wochen", "begins_at": "10:00", field: value}
    answer = signed_in(group.lead).post(f"/sitzungen/{group.space.slug}/neu/", sent)
    assert sentence in answer.content.decode()
    assert not MinutesPage.objects.exists()


def test_an_hour_that_the_clock_leaves_out_is_refused(group: Group) -> None:
    sent = {"title": "Sitzung", "held_on": "28.3.2027", "begins_at": "02:30"}
    answer = signed_in(group.lead).post(f"/sitzungen/{group.space.slug}/neu/", sent)
    assert "vorgestellt" in answer.content.decode()


def test_a_series_keeps_its_weekday(group: Group) -> None:
    sent = {
        "title": "Sitzung",
        "held_on": "12.1.2027",
        "begins_at": "10:00",
        "rhythm": "monthly",
        "count": "4",
    }
    signed_in(group.lead).post(f"/sitzungen/{group.space.slug}/neu/", sent)
    days = list(MinutesPage.objects.order_by("held_on").values_list("held_on", flat=True))
    assert days == [dt.date(2027, month, day) for month, day in ((1, 12), (2, 9), (3, 9), (4, 13))]


def test_filed_minutes_can_get_decisions_and_tasks_later(group: Group) -> None:
    from tests.factories import publish_below

    page = publish_below(
        group.index,
        MinutesPage(title="Altes Protokoll", held_on=dt.date(2026, 5, 1), agenda=[
            ("item", {"title": "Alt", "text": "<p>So.</p>", "decisions": ["Alter Beschluss."]})
        ]),
    )  # fmt: skip
    assert "Entwurf" not in signed_in(group.member).get(page.url).content.decode()
    form = Typing(group.lead, page)
    form.item(0, result="unanimous")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    assert Decision.objects.get().number == "AGL 2026/1"


def test_pages_ask_as_often_for_many_rows_as_for_few(
    group: Group, django_assert_max_num_queries: Any
) -> None:
    page = sent_out(group)
    client, counts = signed_in(group.member), []
    for number in (1, 30):
        form = Typing(group.lead, page)
        lines = "\n".join(
            f"B: Beschluss {n}\nA: Paul Partner: Aufgabe {n} bis 15.12." for n in range(number)
        )
        form.item(0, notes=f"Begrüßung {number}.\n{lines}", result="unanimous")
        assert form.save().status_code == 302
        for url in (page.url, "/beschluesse/", "/ag-licht/", "/"):
            client.get(url)
            with django_assert_max_num_queries(60) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked.captured_queries))
    assert counts[:4] == counts[4:]


def test_whoever_reads_a_decision_of_confidential_minutes_leaves_a_line(group: Group) -> None:
    page = sent_out(group)
    MinutesPage.objects.filter(pk=page.pk).update(classification="confidential")
    answer = signed_in(group.member).get(Decision.objects.get().url)
    assert answer["Cache-Control"] == "private, no-store"
    assert Entry.objects.filter(action="read.page", actor=group.member).count() == 1


def test_no_list_tells_what_confidential_minutes_decided(group: Group) -> None:
    page = sent_out(group)
    decision = Decision.objects.get()
    lists = ("/beschluesse/", "/ag-licht/")
    shown = [signed_in(group.member).get(url).content.decode() for url in lists]
    assert all(decision.text in one for one in shown)
    MinutesPage.objects.filter(pk=page.pk).update(classification="confidential")
    shown = [signed_in(group.member).get(url).content.decode() for url in lists]
    assert all(decision.number in one and decision.text not in one for one in shown)
    assert not Entry.objects.filter(action="read.page").exists()
