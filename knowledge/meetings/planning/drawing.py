"""The agenda of the next meeting is drawn: the approval of the last minutes, what was postponed, overdue tasks.

A meeting gets it when it is planned by itself, when the minutes before it go out, when the meeting before it is called
off, or at the latest when it is opened to be written. Drawing again adds what came up since; what somebody wrote stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from access.audience import audiences_of, keep_audience
from access.models import Space
from access.rights import can
from access.roles import Action
from access.tree import at_or_below
from accounts.models import Organisation, User
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.agenda import Raw, items_in, new_item, put_back, stored
from knowledge.meetings.models import Approval, Meeting, State, Topic, lock_meeting, rules_of
from knowledge.tasks.models import Task
from knowledge.writing.binning import not_binned
from knowledge.writing.services import draft_of, save_draft

Taken = list[tuple[Topic, UUID]]
"""Topics that became items, each with the key of its item."""


def draw_next(page: MinutesPage, *, actor: User) -> None:
    """Draw the agenda of the meeting that is planned after `page`, which went out or was called off.

    It is left for later if the actor can't write it now: what happens to `page` must not wait for that.
    """
    index = _index_of(page)
    following = (
        _planned(index).filter(page__held_on__gte=page.held_on).exclude(page=page.pk).first()
    )
    if following is not None and _can_write(actor, following.page):
        draw(following.page, index, actor=actor)


def draw_when_opened(page: MinutesPage, *, actor: User) -> None:
    """Draw the agenda of a meeting that never got one, if no other one comes before it."""
    index = _index_of(page)
    coming = _planned(index).filter(page__held_on__gte=min(page.held_on, timezone.localdate()))
    first = coming.first()
    if (
        first is not None
        and first.page_id == page.pk
        and first.drawn_at is None
        and _can_write(actor, page)
    ):
        draw(page, index, actor=actor)


@transaction.atomic
def draw(page: MinutesPage, index: MinutesIndexPage, *, actor: User) -> None:
    """Add to the draft of a planned meeting what its agenda lacks.

    Raises:
        PermissionDenied, Locked, Refused: As `knowledge.writing.services.save_draft`.
    """
    meeting = lock_meeting(page)
    draft: MinutesPage = draft_of(page)
    before = stored(draft)
    taken = draw_into(draft, meeting, index)
    if stored(draft) != before:
        save_draft(draft, actor=actor, stamp=None)
        take_topics(draft, taken)
    meeting.save(update_fields=["approves", "approval_key", "overdue_key", "drawn_at"])


def draw_into(
    page: MinutesPage, meeting: Meeting, index: MinutesIndexPage, *, topics: Iterable[Topic] = ()
) -> Taken:
    """Add to an agenda what it lacks; neither the page nor the meeting is saved.

    Args:
        page: The draft, or a page that isn't stored yet.
        meeting: Its meeting, which notes whose minutes it approves.
        index: The group's list of minutes.
        topics: Chosen from the store; postponed ones come by themselves.
    """
    agenda, taken = stored(page), Taken()
    _add_approval(agenda, page, meeting, index)
    waiting = [*postponed_topics(index.space, page.held_on), *topics]
    for topic in {one.pk: one for one in waiting}.values():
        key = uuid4()
        agenda.append(new_item(topic.title, reporter=topic.reporter, key=key))
        taken.append((topic, key))
    _add_overdue_tasks(agenda, meeting, index)
    put_back(page, agenda)
    meeting.drawn_at = timezone.now()
    return taken


def take_topics(page: MinutesPage, taken: Taken) -> None:
    """Take topics out of the store; items of narrowed ones stay narrowed, though the actor may not see them."""
    for topic, key in taken:
        Topic.objects.filter(pk=topic.pk).update(taken_by=page, taken_key=key)
        if topic.came_from_key is not None:
            audience = audiences_of([topic.came_from_key]).get(topic.came_from_key)
            if audience is not None:
                bodies = Organisation.objects.filter(pk__in=audience)
                keep_audience(key, bodies, pages=[page.pk])


def open_topics(space: Space) -> Any:
    """Return all topics in a group's store that no meeting has taken yet, as a queryset.

    Those of minutes that were taken back wait until the minutes are out again.
    """
    waiting = Topic.objects.filter(space=space, taken_by=None, dropped_at=None)
    return waiting.filter(Q(came_from=None) | Q(came_from__live=True))


def postponed_topics(space: Any, day: Any) -> list[Topic]:
    """Return what was postponed and may be taken up again on `day`."""
    waiting = open_topics(space).filter(came_from_key__isnull=False)
    return list(waiting.filter(Q(not_before=None) | Q(not_before__lte=day)))


def _add_approval(
    agenda: list[Raw], page: MinutesPage, meeting: Meeting, index: MinutesIndexPage
) -> None:
    """Let the agenda begin with the approval; an item whose minutes were approved meanwhile is for the next ones."""
    if meeting.approves is not None and meeting.approves.state == State.CIRCULATED:
        return
    last = _last_unapproved(index, page)
    if last is None:
        return
    title = _("Approval of the minutes of %(day)s") % {
        "day": date_format(last.page.held_on, "j. F Y")
    }
    meeting.approves = last
    for item in items_in(agenda):
        if item["id"] == str(meeting.approval_key):
            item["value"]["title"] = title
            return
    meeting.approval_key = uuid4()
    agenda.insert(0, new_item(title, key=meeting.approval_key))


def _add_overdue_tasks(agenda: list[Raw], meeting: Meeting, index: MinutesIndexPage) -> None:
    title = _("Overdue tasks")
    if meeting.overdue_key is not None:  # it was there; whoever took it out meant it
        return
    there = next((one for one in items_in(agenda) if one["value"]["title"] == title), None)
    if there is not None:  # drawn before it was noted, or written by hand
        meeting.overdue_key = UUID(there["id"])
        return
    tasks = list(
        Task.objects.overdue()
        .for_all_readers()
        .filter(space=index.space_id)
        .by_urgency()
        .with_names()
    )
    if tasks:
        meeting.overdue_key = uuid4()
        item = new_item(title, key=meeting.overdue_key)
        rows = format_html_join("", "<li>{}: {}</li>", ((task.who, task.what) for task in tasks))
        item["value"]["text"] = f"<ul>{rows}</ul>"
        agenda.append(item)


def _last_unapproved(index: MinutesIndexPage, page: MinutesPage) -> Meeting | None:
    if rules_of(index.space).approval != Approval.MEETING:
        return None
    waiting = _meetings(index).filter(
        page__live=True, page__held_on__lte=page.held_on, state=State.CIRCULATED
    )
    return waiting.order_by("-page__held_on", "-pk").first()


def _planned(index: MinutesIndexPage) -> Any:
    """Return the planned meetings of a list, the next one first."""
    pages = MinutesPage.objects.filter(not_binned())
    planned = _meetings(index).filter(state=State.PLANNED, page__in=pages)
    return planned.order_by("page__held_on", "page__begins_at", "pk")


# unscoped: whatever a group's next agenda begins with, whoever may see it
def _meetings(index: MinutesIndexPage) -> Any:
    here = at_or_below(index.path, field="page__path")
    return Meeting.objects.filter(here, page__space=index.space_id).select_related("page__space")


def _index_of(page: MinutesPage) -> MinutesIndexPage:
    index: MinutesIndexPage = page.get_parent().specific
    return index


def _can_write(actor: User, page: MinutesPage) -> bool:
    lock = page.get_lock()
    return can(actor, Action.EDIT, page) and not (lock and lock.for_user(actor))
