"""What people type wrongly, or send on purpose: each is answered with a sentence, and nothing is lost or half written.

Days, clocks, series: test_minutes; calendar entries: test_invitations; tasks in a circle: tests/tasks.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from access.consequence.confirmation import Refused
from knowledge.groups.models import MinutesPage
from knowledge.meetings.minuting.attendance import MOST_GUESTS
from knowledge.meetings.minuting.entry import LONGEST_NOTES
from knowledge.meetings.models import Approval, Decision, Invitation, Meeting, Rules, State
from knowledge.meetings.planning.services import invite
from knowledge.tasks.models import HandOver, Task
from knowledge.writing.services import draft_of, save_draft, stamp_of
from tests.conftest import Cast, signed_in
from tests.meetings.conftest import Group, Typing, plan


def test_5000_participants_are_said_to_be_too_many(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.fields["guests"] = "\n".join(f"Gast {number}" for number in range(5000))
    answer = form.save()
    assert (
        "5000 Gäste sind zu viele für eine Liste; die ersten 500 sind notiert."
        in answer.content.decode()
    )
    assert draft_of(page).participants.count() == MOST_GUESTS


def test_a_paste_of_2_mb_is_said_to_be_too_long_and_its_beginning_kept(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.fields |= {"neu-title": "Aus Word", "neu-notes": "Wort für Wort. " * 140_000}
    answer = form.save()
    assert answer.status_code == 400
    assert "ist länger als 100000 Zeichen" in answer.content.decode()
    (item,) = draft_of(page).agenda
    assert LONGEST_NOTES - 10 < len(item.value["text"].source) < LONGEST_NOTES + 100


def test_minutes_with_cited_decisions_stay(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "B: Die Laternen werden geprüft.", "unanimous")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    live = MinutesPage.objects.get(pk=page.pk)
    with pytest.raises(Refused, match=r"2026/1"):
        live.delete()
    assert Decision.objects.count() == 1
    # The person who chaired is gone: the minutes name who it was.
    group.lead.delete()
    shown = signed_in(group.member).get(live.url).content.decode()
    assert "Lena Leitung" in shown


def test_nobody_answers_for_somebody_else(group: Group) -> None:
    page = plan(group)
    invite(page, actor=group.lead, stamp=stamp_of(page))
    forged = {"comes": "1", "person": str(group.member.pk), "invitation": "1"}
    assert signed_in(group.partner).post(f"/sitzung/{page.pk}/antwort/", forged).status_code == 302
    assert signed_in(group.outsider).post(f"/sitzung/{page.pk}/antwort/", forged).status_code == 404
    accepted = Invitation.objects.filter(answer="accepted").values_list("person", flat=True)
    assert list(accepted) == [group.partner.pk]


def test_forged_audiences_and_keys_narrow_nothing_else(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Eins")
    (key,) = form.keys
    form.fields[f"{key}-audience"] = ["x", "-1", "9" * 5000, str(group.outsider.pk + 10_000)]
    form.fields["item"] = [key, key, "'); DROP TABLE", "neu"]
    assert form.save().status_code in (302, 400)
    assert [one.value["title"] for one in draft_of(page).agenda] == ["Eins"]


def test_strangers_and_people_without_access_who_are_mentioned_are_said(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "@Otto Außen fragt an, @Niemand antwortet.", "noted")
    form.fields["all-present"] = "1"
    said = form.save(do="circulate").content.decode()
    assert "Otto Außen" in said
    assert "hat keinen Zugang" in said
    assert "„@Niemand“" in said
    assert not MinutesPage.objects.get(pk=page.pk).live


def test_line_breaks_in_a_title_are_spaces(group: Group) -> None:
    title = "Razzia\r\nATTENDEE:mailto:boese@example.org"
    sent = {"title": title, "held_on": "in 2 Wochen", "begins_at": "10:00"}
    answer = signed_in(group.lead).post(f"/sitzungen/{group.space.slug}/neu/", sent)
    assert answer.status_code == 302
    assert MinutesPage.objects.get().title == "Razzia ATTENDEE:mailto:boese@example.org"


def test_approving_while_somebody_corrects_is_answered_with_a_sentence(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "Es ist hell.", "noted")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    seen = str(MinutesPage.objects.get(pk=page.pk).live_revision_id)
    draft = draft_of(page)
    draft.place = "Rathaus"
    save_draft(draft, actor=group.lead, stamp=None)
    answer = form.client.post(f"/sitzung/{page.pk}/genehmigen/", {"seen": seen})
    assert "Nichts wurde genehmigt" in answer.content.decode()
    assert Meeting.objects.get(page=page).state == State.CIRCULATED


def test_the_end_of_a_silence_that_is_a_holiday_is_shown_as_the_next_working_day(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rules.objects.create(space=group.space, approval=Approval.SILENCE, silence_days=14)
    page = plan(group)
    day = dt.date(2026, 12, 12)  # 14 days later is the second day of Christmas, a Saturday
    monkeypatch.setattr(timezone, "localdate", lambda value=None: value.date() if value else day)
    form = Typing(group.lead, page)
    form.add("Licht", "Es ist hell.", "noted")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    shown = form.client.get(MinutesPage.objects.get(pk=page.pk).url).content.decode()
    assert "28. Dezember 2026" in shown


def test_a_task_is_handed_to_nobody_whom_the_giver_does_not_know(group: Group, cast: Cast) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "A: Mira Mitglied: Laternen zählen bis 15.12.2027", "noted")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    task = Task.objects.get()
    for stranger in (cast.stranger.pk, 10**9, "x"):
        answer = signed_in(group.member).post(f"{task.url}uebergeben/", {"receiver": stranger})
        assert answer.status_code == 400
        assert "gültige Auswahl" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_minutes_with_decisions_can_t_go_into_the_bin(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "B: Die Laternen werden geprüft.", "unanimous")
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    url = f"/loeschen/{page.pk}/"
    state = re.search(r'name="state" value="(\w+)"', form.client.get(url).content.decode())
    assert state is not None
    said = form.client.post(url, {"state": state[1]}, follow=True).content.decode()
    assert "kann nicht gelöscht werden" in said
    assert "2026/1" in said
    assert MinutesPage.objects.get(pk=page.pk).live
