"""Meetings are planned, one or a series, announced, answered and called off; their topics wait in a store."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audience import open_passages
from access.consequence.confirmation import Refused
from access.handling import classification_of_new
from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import Membership, User
from audit.services import record
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings import notices
from knowledge.meetings.models import (
    Invitation,
    Meeting,
    State,
    Topic,
    lock_meeting,
    space_of,
)
from knowledge.meetings.planning.drawing import draw_into, draw_next, open_topics, take_topics
from knowledge.meetings.planning.invitations import note_change, note_end
from knowledge.tasks.charging import members_of
from knowledge.writing.services import create_page, publish_draft

LONGEST_SERIES = 52  # meetings


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where a meeting is to be."""

    title: str
    held_on: dt.date
    begins_at: dt.time | None = None
    ends_at: dt.time | None = None
    place: str = ""
    link: str = ""


def days_of_series(first: dt.date, rhythm: str, count: int) -> list[dt.date]:
    """Return the days of a series.

    Args:
        first: The first day.
        rhythm: `weekly`, `fortnightly`, or `monthly` by weekday: the second Tuesday stays the second Tuesday.
        count: How many, 1 to `LONGEST_SERIES`.
    """
    if rhythm != "monthly":
        weeks = 2 if rhythm == "fortnightly" else 1
        return [first + dt.timedelta(weeks=weeks * number) for number in range(count)]
    nth = (first.day - 1) // 7
    return list(_monthly(first, nth, count))


def _monthly(first: dt.date, nth: int, count: int) -> Iterator[dt.date]:
    for number in range(count):
        month = first.month - 1 + number
        year, month = first.year + month // 12, month % 12 + 1
        begins_on = dt.date(year, month, 1)
        day = 1 + (first.weekday() - begins_on.weekday()) % 7 + 7 * nth
        if day > calendar.monthrange(year, month)[1]:  # there is no fifth one: the last one
            day -= 7
        yield begins_on.replace(day=day)


@transaction.atomic
def plan_meetings(
    index: MinutesIndexPage, plans: Sequence[Plan], *, actor: User, topics: Iterable[Topic] = ()
) -> list[Meeting]:
    """Plan meetings as drafts, which mail nobody; the first one gets the agenda, the others when their turn comes.

    Args:
        index: The group's list of minutes.
        plans: When and where, in order.
        actor: Who plans them.
        topics: Chosen from the store; postponed ones come by themselves.

    Raises:
        PermissionDenied: If the actor may not write there.
    """
    meetings = []
    for number, plan in enumerate(plans):
        page = MinutesPage(
            title=plan.title, held_on=plan.held_on, begins_at=plan.begins_at, ends_at=plan.ends_at,
            place=plan.place, link=plan.link, chair=_lead_of(index.space), keeper=str(actor),
            classification=classification_of_new(index.space),
        )  # fmt: skip
        meeting = Meeting()
        taken = draw_into(page, meeting, index, topics=topics) if number == 0 else []
        page = create_page(page, below=index, actor=actor)
        meeting.page = page
        meeting.save()
        take_topics(page, taken)
        record("meeting.planned", actor=actor, obj=page)
        meetings.append(meeting)
    return meetings


def _lead_of(space: Any) -> str:
    lead = Membership.objects.current().filter(
        group__circle__space=space, function=Membership.Function.LEAD, user__is_active=True
    )
    first = lead.select_related("user").first()
    return str(first.user) if first else ""


def topics_for(user: User, space: Space) -> Any:
    """Return the topics in a group's store that `user` may see: not those of items that were narrowed to others."""
    return open_topics(space).filter(open_passages(user, "came_from_key"))


def may_propose(user: User, space: Space) -> bool:
    """Tell whether `user` may put topics into a group's store: its members, and whoever writes there."""
    members = Membership.objects.current().filter(group__circle__space=space, user=user)
    return can(user, Action.ADD, space) or (can(user, Action.READ, space) and members.exists())


@transaction.atomic
def propose_topic(space: Space, *, actor: User, title: str, reporter: str = "") -> Topic:
    """Put a topic into a group's store.

    Raises:
        PermissionDenied: If the actor belongs to nothing here.
    """
    if not may_propose(actor, space):
        raise PermissionDenied
    topic = Topic.objects.create(
        space=space, title=title.strip(), reporter=reporter.strip() or str(actor), proposed_by=actor
    )
    record("meeting.topic", actor=actor, space=space)
    return topic


@transaction.atomic
def drop_topic(topic: Topic, *, actor: User) -> None:
    """Take a topic out of the store: whoever proposed it, or whoever writes there.

    Raises:
        PermissionDenied: If the actor is neither.
    """
    if topic.proposed_by_id != actor.pk and not can(actor, Action.ADD, topic.space):
        raise PermissionDenied
    Topic.objects.filter(pk=topic.pk, taken_by=None).update(dropped_at=timezone.now())
    record("meeting.topic_dropped", actor=actor, space=topic.space)


# --- invitations ----------------------------------------------------------------------------------
@transaction.atomic
def invite(page: MinutesPage, *, actor: User, stamp: str) -> Meeting:
    """Publish the agenda, and tell the group's members; called again, it publishes the agenda as it is by then.

    Raises:
        PermissionDenied: If the actor may not publish here.
        Refused: If the meeting was held already or cancelled.
        Stale: If somebody has saved meanwhile.
    """
    meeting = lock_meeting(page)
    if not can(actor, Action.PUBLISH, page):
        raise PermissionDenied
    if meeting.state != State.PLANNED:
        raise Refused(_("Nobody can be invited any more: this meeting was held or cancelled."))
    live = publish_draft(page, actor=actor, stamp=stamp)
    for person in members_of(space_of(page)):
        Invitation.objects.get_or_create(meeting=meeting, person=person)
    meeting.invited_at = timezone.now()
    meeting.save(update_fields=["invited_at"])
    note_change(meeting, live)
    record("meeting.invited", actor=actor, obj=live)
    notices.tell_of_invitation(live)
    return meeting


@transaction.atomic
def cancel(page: MinutesPage, *, actor: User) -> None:
    """Call a planned meeting off; whoever was invited is told at once.

    Its topics go back into the store, and postponed ones on to the next meeting.

    Raises:
        PermissionDenied: If the actor may not publish here.
        Refused: If the meeting was held already or cancelled.
    """
    meeting = lock_meeting(page)
    if not can(actor, Action.PUBLISH, page):
        raise PermissionDenied
    if meeting.state != State.PLANNED:
        raise Refused(_("Only a planned meeting can be called off."))
    meeting.state = State.CANCELLED
    meeting.save(update_fields=["state"])
    note_end(meeting)
    Topic.objects.filter(taken_by=page.pk).update(taken_by=None, taken_key=None)
    record("meeting.cancelled", actor=actor, obj=page)
    draw_next(page, actor=actor)
    notices.tell_of_cancellation(meeting)


@transaction.atomic
def answer_invitation(meeting: Meeting, *, actor: User, comes: bool) -> None:
    """Say whether one comes; nobody answers for somebody else.

    Raises:
        PermissionDenied: If the actor wasn't invited, or the meeting is no longer planned.
    """
    invitation = (
        Invitation.objects.select_for_update().filter(meeting=meeting, person=actor).first()
    )
    if invitation is None or meeting.state != State.PLANNED:
        raise PermissionDenied
    invitation.answer = Invitation.Answer.ACCEPTED if comes else Invitation.Answer.DECLINED
    invitation.answered_at = timezone.now()
    invitation.save(update_fields=["answer", "answered_at"])
    record("meeting.answered", actor=actor, obj=meeting.page)
