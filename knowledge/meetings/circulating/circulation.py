"""Minutes go out; what was decided becomes rows in the same transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.groups.models import MinutesPage
from knowledge.meetings import notices
from knowledge.meetings.agenda import Item, hidden_items, items_of
from knowledge.meetings.circulating.approval import approve_previous
from knowledge.meetings.circulating.checks import Finding, findings
from knowledge.meetings.circulating.numbering import next_number
from knowledge.meetings.leading import may_release
from knowledge.meetings.models import (
    Approval,
    Decision,
    Meeting,
    State,
    Topic,
    lock_meeting,
    rules_of,
    space_of,
)
from knowledge.meetings.planning.drawing import draw_next
from knowledge.tasks.charging import Names
from knowledge.tasks.days import working_day_from
from knowledge.tasks.models import Task
from knowledge.tasks.services import Agreed, keep_agreed
from knowledge.writing.services import draft_of, publish_draft


class NotReady(ValueError):
    """Minutes can't go out yet; carries what is missing."""

    def __init__(self, found: list[Finding]) -> None:
        self.findings = found
        super().__init__(" ".join(one.text for one in found))


@transaction.atomic
def circulate(page: MinutesPage, *, actor: User, stamp: str | None) -> Meeting:
    """Publish the latest draft as minutes that are not approved yet: number the decisions, make the tasks, tell all.

    The next planned meeting gets its agenda.

    Args:
        page: The page; only its number counts.
        actor: Who sends them out.
        stamp: Of the version that the actor saw.

    Raises:
        NotReady: If something is missing; nothing is changed then.
        PermissionDenied: If the actor may not publish here.
        Refused: If the minutes are out already, the meeting was cancelled, or the lead has to release them.
        Stale: If somebody has saved meanwhile.
    """
    meeting = lock_meeting(page)
    if not can(actor, Action.PUBLISH, page):
        raise PermissionDenied
    if meeting.state not in (State.PLANNED, State.HELD):
        raise Refused(_("These minutes went out already, or the meeting was cancelled."))
    rules = rules_of(page.space)
    if rules.needs_release and not may_release(actor, page):
        raise Refused(
            _(
                "In this group, whoever leads it sends the minutes out. Nothing was sent; ask for the release."
            )
        )
    draft = draft_of(page)
    names = Names.known_to(actor, space_of(page))
    found = findings(draft, names, hidden=hidden_items(draft, actor))
    if any(one.stops for one in found):
        raise NotReady(found)
    meeting.state, meeting.circulated_at = State.CIRCULATED, timezone.now()
    if rules.approval == Approval.SILENCE:
        ends = timezone.localdate() + dt.timedelta(days=rules.silence_days)
        meeting.silence_ends_on = working_day_from(ends)
    meeting.save()
    live = publish_draft(page, actor=actor, stamp=stamp)  # `page_goes_out` makes the rows
    record("minutes.circulated", actor=actor, obj=live)
    notices.tell_of_circulation(live)
    approve_previous(meeting, live, actor=actor)
    draw_next(live, actor=actor)
    return meeting


def page_goes_out(page: MinutesPage, *, actor: User | None) -> None:
    """Make rows of what a page states, each time it is published after it went out; refuse what is locked.

    Raises:
        Refused: If the minutes are approved or not released, or a task names nobody.
    """
    meeting = Meeting.objects.filter(page=page.pk).first()
    if meeting is None or meeting.state == State.PLANNED:
        return
    if meeting.state == State.HELD and rules_of(page.space).needs_release:
        raise Refused(
            _(
                "These minutes go out with the lead’s release, where they are written. Nothing was published."
            )
        )
    if meeting.state == State.APPROVED:
        raise Refused(
            _("These minutes are approved and locked. Nothing was changed; write an addendum.")
        )
    if meeting.state != State.CIRCULATED:
        return
    known = {row.origin_key: row for row in Task.objects.filter(origin=page.pk)}
    names = Names.known_to(actor, space_of(page)) if actor is not None else Names({})
    settled = {key: row.charged_as for key, row in known.items() if key}
    hidden = hidden_items(page, actor or AnonymousUser())
    found = findings(page, names, settled=settled, hidden=hidden)
    missing = [one for one in found if one.stops]
    if missing:
        raise Refused(str(NotReady(missing)))
    items = items_of(page)
    _keep_decisions(page, items, actor=actor)
    _keep_tasks(page, items, known, names, actor=actor)
    _keep_postponed(page, items)


def _keep_decisions(page: MinutesPage, items: list[Item], *, actor: User | None) -> None:
    rows = {one.key: one for one in Decision.objects.select_for_update().filter(page=page.pk)}
    for item in items:
        for line in item.decisions:
            row = rows.pop(line.key, None)
            if row is None:
                running, number = next_number(space_of(page), page.held_on.year)
                row = Decision(page=page, space=page.space, key=line.key, running=running)
                row.number, row.year = number, page.held_on.year
                record("minutes.decided", actor=actor, obj=page, details={"number": number})
            row.text, row.item_key, row.item_title = line.text, item.key, item.title
            row.result, row.votes = item.result, item.votes
            row.decided_on, row.withdrawn_at = page.held_on, None
            row.save()
            row.about.set(item.about)
    for row in rows.values():
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
            record("minutes.withdrawn", actor=actor, obj=page, details={"number": row.number})


def _keep_tasks(
    page: MinutesPage,
    items: list[Item],
    known: dict[Any, Task],
    names: Names,
    *,
    actor: User | None,
) -> None:
    numbers = dict(
        Decision.objects.filter(page=page.pk, withdrawn_at=None)
        .order_by("-running")
        .values_list("item_key", "number")
    )
    agreed = [
        Agreed(
            key=line.key,
            what=line.what,
            charged=_charged(line.key, line.who, known, names),
            charged_as=line.who,
            due_on=line.due_on or page.held_on,
            reference=numbers.get(item.key, ""),
            passage=item.key,
        )
        for item in items
        for line in item.tasks
    ]
    keep_agreed(page, agreed, agreed_on=page.held_on, actor=actor)


def _charged(key: UUID, who: str, known: dict[Any, Task], names: Names) -> Any:
    row = known.get(key)
    if (
        row is not None and row.charged_as == who
    ):  # it was understood before, and may be with others now
        return row.person or row.body
    return names.meant_by(who)


def _keep_postponed(page: MinutesPage, items: list[Item]) -> None:
    """Put postponed items into the store, once each; those that are not postponed any more leave it."""
    postponed = {item.key for item in items if item.result == "postponed"}
    waiting = Topic.objects.filter(came_from=page.pk, taken_by=None)
    waiting.exclude(came_from_key__in=postponed).delete()
    for item in items:
        if item.key in postponed:
            Topic.objects.get_or_create(
                came_from_key=item.key,
                defaults={
                    "space_id": page.space_id,
                    "title": item.title,
                    "reporter": item.reporter,
                    "came_from": page,
                    "not_before": item.resubmit_on,
                },
            )
