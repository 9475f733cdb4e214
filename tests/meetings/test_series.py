"""A series is planned at once; each meeting gets its agenda when its turn comes."""

from __future__ import annotations

import datetime as dt

import pytest

from access.audience import audiences_of, keep_audience
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import items_of
from knowledge.meetings.models import Meeting, State, Topic
from knowledge.meetings.planning.drawing import draw_next
from knowledge.meetings.planning.services import Plan, cancel, plan_meetings, propose_topic
from knowledge.writing.services import draft_of
from tests.conftest import signed_in
from tests.meetings.conftest import Group, Typing

DAYS = [dt.date(2026, 11, 3), dt.date(2027, 1, 5), dt.date(2027, 2, 2)]
FIRST = "Genehmigung des Protokolls vom 3. November 2026"
SECOND = "Genehmigung des Protokolls vom 5. Januar 2027"
OVERDUE = "Überfällige Aufgaben"
LATE_TASK = "A: Lena Leitung: Zählen bis 4.11.2026"


@pytest.fixture
def series(group: Group) -> list[MinutesPage]:
    plans = [Plan("Sitzung", day, dt.time(10), dt.time(11)) for day in DAYS]
    return [one.page for one in plan_meetings(group.index, plans, actor=group.lead)]


def titles(page: MinutesPage) -> list[str]:
    return [one.title for one in items_of(draft_of(page))]


def hold(group: Group, page: MinutesPage, *items: tuple[str, str, str]) -> None:
    """Minute a meeting with all members, and send it out."""
    form = Typing(group.lead, page)
    for item in items:
        form.add(*item)
    form.fields["all-present"] = "1"
    form.save(do="circulate", anyway="1")
    form.read()
    form.save(do="circulate", anyway="1")
    assert Meeting.objects.get(page=page).state == State.CIRCULATED


def test_each_meeting_gets_its_agenda_when_the_one_before_goes_out(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, third = series
    form = Typing(group.lead, second)  # ahead of its turn
    form.add("Von Hand", "Vorbereitet.")
    assert titles(second) == ["Von Hand"]
    hold(
        group,
        first,
        ("Laternen", LATE_TASK, "noted"),
        ("Hafen", "Später.", "postponed"),
    )
    assert titles(second) == [FIRST, "Von Hand", "Hafen", OVERDUE]
    assert titles(third) == []
    (by_hand,) = (one for one in items_of(draft_of(second)) if one.title == "Von Hand")
    assert "Vorbereitet." in by_hand.text.source
    shown = signed_in(group.lead).get(f"/sitzung/{second.pk}/").content.decode()
    assert FIRST in shown
    draw_next(first, actor=group.lead)
    assert titles(second) == [FIRST, "Von Hand", "Hafen", OVERDUE], "nothing twice"
    form = Typing(group.lead, second)
    form.item(0, result="unanimous")
    form.item(1, result="noted")
    form.item(2, result="postponed")
    form.item(3, result="noted")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    assert Meeting.objects.get(page=first).state == State.APPROVED
    assert titles(third) == [SECOND, "Hafen", OVERDUE]
    assert not Topic.objects.filter(taken_by=None).exists()
    assert Meeting.objects.get(page=third).approves == Meeting.objects.get(page=second)


def test_an_item_that_was_taken_out_does_not_come_back(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, _third = series
    hold(group, first, ("Hafen", "Später.", "postponed"), ("Licht", LATE_TASK, "noted"))
    draw_next(first, actor=group.lead)
    assert titles(second) == [FIRST, "Hafen", OVERDUE]
    form = Typing(group.lead, second)
    for number in range(3):
        form.item(number, title="", notes="")
        form.fields[f"{form.keys[number]}-remove"] = "1"
    form.save()
    left = titles(second)
    draw_next(first, actor=group.lead)
    assert titles(second) == left


def test_a_corrected_item_follows_into_the_next_agenda(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, _third = series
    hold(group, first, ("Hafen", "Text.", "noted"))
    assert titles(second) == [FIRST]
    form = Typing(group.lead, first)
    form.item(0, result="postponed")
    assert form.save().status_code == 302
    assert titles(second) == [FIRST, "Hafen"]


def test_a_meeting_without_one_gets_its_agenda_when_it_is_opened(
    group: Group, series: list[MinutesPage]
) -> None:
    """Such as in a series that was planned before agendas were drawn in turn."""
    first, second, third = series
    hold(group, first, ("Hafen", "Später.", "postponed"))
    draft = draft_of(second)
    draft.agenda = []
    draft.save_revision()
    Topic.objects.update(taken_by=None, taken_key=None)
    Meeting.objects.filter(page=second).update(approves=None, approval_key=None, drawn_at=None)
    lead = signed_in(group.lead)
    assert signed_in(group.member).get(f"/sitzung/{second.pk}/").status_code == 404
    lead.get(f"/sitzung/{third.pk}/")
    assert titles(second) == titles(third) == [], "it isn't the turn of the third one"
    assert FIRST in lead.get(f"/sitzung/{second.pk}/").content.decode()
    assert titles(second) == [FIRST, "Hafen"]


def test_what_a_meeting_that_is_called_off_had_postponed_goes_on_to_the_next(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, third = series
    propose_topic(group.space, actor=group.member, title="Vorschlag")
    hold(group, first, ("Hafen", "Später.", "postponed"))
    cancel(second, actor=group.lead)
    assert titles(third) == [FIRST, "Hafen"], "topics are chosen, only what was postponed comes"
    assert Topic.objects.get(title="Hafen").taken_by_id == third.pk


def test_a_narrowed_item_stays_narrowed_and_an_approval_moves_on(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, third = series
    hold(group, first, ("Geheim", "Später.", "noted"), ("Licht", "Ja.", "noted"))
    (item, _light) = items_of(MinutesPage.objects.get(pk=first.pk))
    keep_audience(item.key, [group.partner.organisation], pages=[first.pk])
    meeting = Meeting.objects.get(page=third)
    draw_next(second, actor=group.lead)  # too early: the third one was to approve the first, too
    assert titles(third) == [FIRST]
    topic = Topic.objects.create(
        space=group.space, title="Geheim", came_from=first, came_from_key=item.key
    )
    form = Typing(group.lead, second)
    form.item(0, result="unanimous")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    assert titles(third) == [SECOND, "Geheim"]
    meeting.refresh_from_db()
    assert meeting.approves is not None
    assert meeting.approves.page_id == second.pk
    topic.refresh_from_db()
    assert audiences_of([topic.taken_key])[topic.taken_key] == {group.partner.organisation_id}


def test_a_locked_draft_of_the_next_meeting_stops_nobody(
    group: Group, series: list[MinutesPage]
) -> None:
    first, second, _third = series
    MinutesPage.objects.filter(pk=second.pk).update(locked=True, locked_by=group.member)
    hold(group, first, ("Hafen", "Später.", "postponed"))
    assert titles(second) == []
    MinutesPage.objects.filter(pk=second.pk).update(locked=False, locked_by=None)
    signed_in(group.lead).get(f"/sitzung/{second.pk}/")
    assert titles(second) == [FIRST, "Hafen"]
