"""Sample meetings: in two groups a series of three, of which one is approved, one is out and one is planned.

They come into being as people make them: planned, invited to, minuted, sent out, approved by the next one. What
would be told of them is told to nobody: it happened weeks ago.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.agenda import Raw, items_in, items_of, new_item, new_part, put_back, stored
from knowledge.meetings.circulating.approval import add_addendum
from knowledge.meetings.circulating.circulation import circulate
from knowledge.meetings.minuting.attendance import take_attendance
from knowledge.meetings.minuting.narrowing import narrowings_in
from knowledge.meetings.minuting.services import save_minutes
from knowledge.meetings.models import Addendum, Meeting, Topic, space_of
from knowledge.meetings.planning.services import (
    Plan,
    answer_invitation,
    invite,
    plan_meetings,
    propose_topic,
)
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.pages import date_back
from knowledge.seeding.samples.pages import MINUTES_TAKE, Facts
from knowledge.seeding.samples.texts import SampleText, html, read_texts, working_day
from knowledge.tasks.charging import Names, NotUnderstood, members_of
from knowledge.tasks.models import State, Task
from knowledge.tasks.services import answer_offer, change_task, offer_task, take_task
from knowledge.writing.services import draft_of, stamp_of
from notices.models import Notice

INVITED_BEFORE = 7  # days
_NAME = re.compile(r"(.+) \((\w+)\)")


def load_meetings(ledger: Ledger, facts: Facts) -> None:
    """Load the meetings, in order: each approves the one before and takes up what that postponed."""
    for text in read_texts("meetings"):
        place, title = text.fields["place"], text.fields["title"]
        ledger.ensure(
            f"sample_meeting:{place}/{text.name}",
            MinutesPage.objects.filter(title=title, space__slug=place, is_sample=True),
            partial(_meeting, text, facts),
        )


@dataclass
class _Section:
    """What a text says of one item."""

    title: str
    prose: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    tasks: list[list[str]] = field(default_factory=list)  # what, who, due in days, state, note
    result: str | None = None
    audience: list[str] = field(default_factory=list)  # slugs


def _sections(text: SampleText) -> Iterator[_Section]:
    for title, body in text.sections().items():
        section = _Section(title)
        for line in body.splitlines():
            name, _colon, rest = line.partition(": ")
            if name == "Beschluss":
                section.decisions.append(rest)
            elif name == "Aufgabe":
                section.tasks.append(rest.split(" | "))
            elif name == "Ergebnis":
                section.result = rest
            elif name == "Nur für":
                section.audience = rest.split(", ")
            else:
                section.prose.append(line)
        yield section


def _meeting(text: SampleText, facts: Facts) -> MinutesPage | None:
    index = MinutesIndexPage.objects.filter(space__slug=text.fields["place"]).first()
    actor = _person(text.fields["by"])
    if index is None or actor is None:
        return None
    held_on = working_day(int(text.fields["held"]))
    plan = Plan(
        title=text.fields["title"],
        held_on=held_on,
        begins_at=dt.time.fromisoformat(text.fields["begins"]),
        ends_at=dt.time.fromisoformat(text.fields["ends"]),
        place=text.fields["room"],
    )
    topics = list(_topics(text, index))
    (meeting,) = plan_meetings(index, [plan], actor=actor, topics=topics)
    page: MinutesPage = meeting.page
    sections = list(_sections(text))
    _draw_up(page, text, sections, facts, actor=actor)
    _invite(page, text, actor=actor)
    today = timezone.localdate()
    if held_on < today:
        _hold(page, text, sections, facts, actor=actor)
        date_back(page, min(held_on + dt.timedelta(days=MINUTES_TAKE), today))
    else:
        date_back(page, working_day(-INVITED_BEFORE))
    if meeting.approves is not None:
        _add_to(meeting.approves.page, text, actor=actor)
    _tell_nobody(page)
    return page


def _stamp(page: MinutesPage) -> str:
    # unscoped: a page that was made a moment ago
    return stamp_of(MinutesPage.objects.get(pk=page.pk)) or ""


def _person(username: str) -> User | None:
    return User.objects.filter(username=username, is_sample=True).first()


def _people(text: SampleText, name: str) -> Iterator[User]:
    for username in text.list_of(name):
        if (person := _person(username)) is not None:
            yield person


def _topics(text: SampleText, index: MinutesIndexPage) -> Iterator[Topic]:
    """Yield the topics that members proposed for this meeting."""
    for one in text.list_of("topics"):
        found = _NAME.fullmatch(one)
        person = _person(found[2]) if found else None
        if found and person is not None and index.space is not None:
            yield propose_topic(index.space, actor=person, title=found[1])


def _draw_up(
    page: MinutesPage, text: SampleText, sections: list[_Section], facts: Facts, *, actor: User
) -> None:
    """Write the titles of the items into the agenda, mark the page as a sample, narrow what is narrow."""
    draft = draft_of(page)
    draft.is_sample, draft.chair = True, text.fields.get("chair", draft.chair)
    agenda = stored(draft)
    for section in sections:
        if not any(_is_of(item, section) for item in items_in(agenda)):
            agenda.append(new_item(section.title))
    put_back(draft, agenda)
    chosen = {
        item.key: [one.pk for one in facts.named(section.audience)]
        for item in items_of(draft)
        for section in sections
        if section.audience and item.title == section.title
    }
    narrowings = narrowings_in(draft, chosen, actor=actor)
    save_minutes(draft, actor=actor, stamp=_stamp(page), narrowings=narrowings)


def _is_of(item: Raw, section: _Section) -> bool:
    return str(item["value"]["title"]).startswith(section.title)


def _fill(item: Raw, section: _Section, facts: Facts, names: Names) -> None:
    value = item["value"]
    value["text"] = html("\n".join(section.prose), facts.measures) or value["text"]
    value["result"] = section.result
    value["decisions"] = [new_part(one) for one in section.decisions]
    value["tasks"] = [
        new_part({"what": what, "who": who, "due_on": working_day(int(days)).isoformat()})
        for what, who, days, *_rest in section.tasks
        if _is_known(who, names)
    ]


def _is_known(who: str, names: Names) -> bool:
    try:
        names.meant_by(who)
    except NotUnderstood:  # people removed the sample person, or have one of the same name
        return False
    return True


def _invite(page: MinutesPage, text: SampleText, *, actor: User) -> None:
    meeting = invite(page, actor=actor, stamp=_stamp(page))
    Meeting.objects.filter(pk=meeting.pk).update(mail_due_at=None)  # nobody gets mail of samples
    meeting.mail_due_at = None
    for name, comes in (("accepted", True), ("declined", False)):
        for person in _people(text, name):
            answer_invitation(meeting, actor=person, comes=comes)


def _hold(
    page: MinutesPage, text: SampleText, sections: list[_Section], facts: Facts, *, actor: User
) -> None:
    """Write the minutes and send them out; then people do their tasks, or don't."""
    draft = draft_of(page)
    agenda, names = stored(draft), Names.known_to(actor, space_of(page))
    for item in items_in(agenda):
        for section in sections:
            if _is_of(item, section):
                _fill(item, section, facts, names)
    put_back(draft, agenda)
    attendance = QueryDict(mutable=True)
    attendance["all-present"] = "1"
    attendance["guests"] = "\n".join(text.list_of("guests"))
    for person in _people(text, "excused"):
        attendance[f"person-{person.pk}"] = "excused"
    take_attendance(draft, members_of(space_of(page)), attendance)
    save_minutes(draft, actor=actor, stamp=_stamp(page))
    circulate(page, actor=actor, stamp=_stamp(page))
    sent_at = _morning(page.held_on + dt.timedelta(days=MINUTES_TAKE))
    Meeting.objects.filter(page=page).update(circulated_at=sent_at)
    for task in Task.objects.filter(origin=page.pk).select_related("person", "body", "space"):
        Task.objects.filter(pk=task.pk).update(created_at=sent_at)
        line = next(one for section in sections for one in section.tasks if one[0] == task.what)
        _go_on(task, *line[3:])


def _go_on(task: Task, state: str, note: str = "") -> None:
    """Bring a task into a state as whoever is charged does: `done`, `offered:verwaltung`, …."""
    name, _colon, username = state.partition(":")
    other = _person(username)
    charged: Any = task.person
    if name == "taken" and other is not None and other.organisation == task.body:
        take_task(task, actor=other)
    elif name in ("offered", "accepted") and other is not None and charged is not None:
        offer = offer_task(task, actor=charged, receiver=other)
        if name == "accepted":
            answer_offer(offer, actor=other, accepts=True)
    elif name in State.values and charged is not None:
        change_task(task, actor=charged, state=State(name), note=note)


def _add_to(approved: MinutesPage, text: SampleText, *, actor: User) -> None:
    """Add to the minutes that this meeting approved what its text says."""
    days, _bar, words = text.fields.get("addendum", "").partition(" | ")
    if words:
        added = add_addendum(approved, actor=actor, text=words)
        at = _morning(working_day(int(days)))
        Addendum.objects.filter(pk=added.pk).update(added_at=at)
    _tell_nobody(approved)


def _morning(day: dt.date) -> dt.datetime:
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    return min(at, timezone.now())


def _tell_nobody(page: MinutesPage) -> None:
    tasks = Task.objects.filter(origin=page.pk)
    keys = [f"page:{page.pk}", *(f"task:{task.pk}" for task in tasks)]
    keys += [f"offer:{pk}" for pk in tasks.values_list("hand_overs", flat=True) if pk]
    Notice.objects.filter(key__in=keys).delete()
