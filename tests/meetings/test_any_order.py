"""Postpone, move, narrow, approve, correct, hand over in any order: nothing is lost, doubled or renumbered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from access.audience import audiences_of
from access.consequence.confirmation import Refused
from knowledge.groups.models import MinutesPage, Participant
from knowledge.meetings.agenda import Raw, items_in, items_of, new_item, new_part, put_back, stored
from knowledge.meetings.circulating.approval import approve
from knowledge.meetings.circulating.circulation import NotReady, circulate
from knowledge.meetings.minuting.narrowing import narrowings_in
from knowledge.meetings.minuting.services import correct_minutes, save_minutes
from knowledge.meetings.models import Decision, Meeting, State, Topic
from knowledge.meetings.selectors import ShownItem, shown_items
from knowledge.tasks.models import Task
from knowledge.tasks.services import answer_offer, offer_task
from knowledge.writing.services import draft_of, stamp_of
from tests.meetings.conftest import Group, plan
from tests.properties import examples

DEEDS = (
    "add",
    "move",
    "postpone",
    "agree",
    "drop line",
    "narrow",
    "open",
    "send",
    "approve",
    "hand over",
    "next",
)


@dataclass
class Meetings:
    """What the deeds are done to, and what must hold after each of them."""

    group: Group
    pages: list[MinutesPage] = field(default_factory=list)
    numbers: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next()

    def _next(self) -> None:
        held_on = dt.date(2026, 11, 3) + dt.timedelta(weeks=4 * len(self.pages))
        page = plan(self.group, held_on=held_on)
        draft = draft_of(page)
        draft.participants.add(Participant(name="Lena Leitung", person=self.group.lead))
        save_minutes(draft, actor=self.group.lead, stamp=stamp_of(page))
        self.pages.append(page)

    @property
    def state(self) -> str:
        return Meeting.objects.get(page=self.pages[-1].pk).state

    def do(self, deed: str, at: int, to: int) -> None:
        page = MinutesPage.objects.get(pk=self.pages[-1].pk)
        if deed == "next":
            if self.state in (State.CIRCULATED, State.APPROVED):
                self._next()
        elif deed == "send":
            with suppress(NotReady, Refused):
                circulate(page, actor=self.group.lead, stamp=stamp_of(page))
        elif deed == "approve":
            with suppress(Refused):
                approve(page, actor=self.group.lead, seen=str(page.live_revision_id))
        elif deed == "hand over":
            self._hand_over(at)
        else:
            self._write(page, deed, at, to)

    def _hand_over(self, at: int) -> None:
        tasks = list(Task.objects.still_open().order_by("pk"))
        if tasks:
            task = tasks[at % len(tasks)]
            receiver = self.group.member if task.person != self.group.member else self.group.partner
            offer = offer_task(task, actor=self.group.lead, receiver=receiver)
            answer_offer(offer, actor=receiver, accepts=True)

    def _write(self, page: MinutesPage, deed: str, at: int, to: int) -> None:
        draft = draft_of(page)
        agenda = stored(draft)
        before = [one["id"] for one in agenda]
        chosen: dict[UUID, list[int]] = {}
        self._change(agenda, deed, at, to, chosen)
        put_back(draft, agenda)
        changes = narrowings_in(draft, chosen, actor=self.group.lead)
        save = correct_minutes if self.state == State.CIRCULATED else save_minutes
        with suppress(Refused):
            save(draft, actor=self.group.lead, stamp=stamp_of(page), narrowings=changes)
        after = [str(one.key) for one in items_of(draft_of(page))]
        assert set(before) <= set(after)
        assert len(after) == len(set(after))

    def _change(
        self, agenda: list[Raw], deed: str, at: int, to: int, chosen: dict[UUID, list[int]]
    ) -> None:
        if deed == "add" or not agenda:
            item = new_item(f"Punkt {len(agenda)}")
            item["value"] |= {"text": "<p>…</p>", "result": "unanimous"}
            item["value"]["decisions"] = [new_part(f"Beschluss {at}")]
            task = {"what": f"Aufgabe {at}", "who": "Paul Partner (Amt B)", "due_on": "2027-12-01"}
            item["value"]["tasks"] = [new_part(task)]
            agenda.append(item)
            return
        item = list(items_in(agenda))[at % len(agenda)]
        value = item["value"]
        if deed == "move":
            agenda.remove(item)
            agenda.insert(to % (len(agenda) + 1), item)
        elif deed == "postpone" and not value["decisions"]:
            value["result"] = "postponed"
        elif deed == "agree":
            value["result"] = "unanimous"
        elif deed == "drop line":
            value["decisions"] = value["decisions"][1:]
        elif deed in ("narrow", "open"):
            lead = self.group.lead.organisation_id
            chosen[UUID(item["id"])] = [lead] if deed == "narrow" and lead else []

    def check(self) -> None:
        for row in Decision.objects.all():
            assert self.numbers.setdefault(row.key, row.number) == row.number
        assert set(self.numbers) == set(Decision.objects.values_list("key", flat=True))
        assert max(Counter(self.numbers.values()).values(), default=1) == 1
        for page in MinutesPage.objects.filter(meeting__state__in=("circulated", "approved")):
            self._check_rows(page)
        taken = Topic.objects.exclude(taken_key=None).values_list("taken_key", flat=True)
        assert len(taken) == len(set(taken))
        self._check_views()

    def _check_rows(self, page: MinutesPage) -> None:
        items = items_of(page)
        decided = [line.key for item in items for line in item.decisions]
        kept = Decision.objects.filter(page=page.pk, withdrawn_at=None)
        assert Counter(kept.values_list("key", flat=True)) == Counter(decided)
        promised = [line.key for item in items for line in item.tasks]
        rows = Task.objects.filter(origin=page.pk).exclude(state="dropped")
        assert Counter(rows.values_list("origin_key", flat=True)) == Counter(promised)
        for item in items:
            came = Topic.objects.filter(came_from_key=item.key)
            assert came.count() <= 1
            if item.result == "postponed":
                assert came.count() == 1
        following = Topic.objects.filter(came_from=page.pk, taken_by__isnull=False)
        for topic in following:
            agenda = items_of(draft_of(MinutesPage.objects.get(pk=topic.taken_by_id)))
            assert [one.key for one in agenda].count(topic.taken_key) == 1

    def _check_views(self) -> None:
        """The partner sees what is left when narrowed items are taken away, and the numbers of the others stay."""
        for page in MinutesPage.objects.filter(live=True):
            items = items_of(page)
            audiences: dict[UUID, Any] = audiences_of(one.key for one in items)
            meeting = Meeting.objects.get(page=page)
            shown = shown_items(page, self.group.partner, meeting)
            seen = {one.item.key: one.item.number for one in shown if isinstance(one, ShownItem)}
            assert seen == {one.key: one.number for one in items if one.key not in audiences}
            mine = Decision.objects.visible_to(self.group.partner).filter(page=page)
            assert not {one.item_key for one in mine} & set(audiences)


deeds = st.tuples(st.sampled_from(DEEDS), st.integers(0, 5), st.integers(0, 5))


@pytest.mark.django_db
@examples(12)
@given(done=st.lists(deeds, min_size=4, max_size=14))
def test_no_order_loses_doubles_or_renumbers_anything(group: Group, done: list[Any]) -> None:
    with transaction.atomic():
        meetings = Meetings(group)
        meetings.do("add", 0, 0)
        for deed, at, to in done:
            meetings.do(deed, at, to)
            meetings.check()
        transaction.set_rollback(True)
