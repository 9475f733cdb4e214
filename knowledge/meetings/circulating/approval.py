"""Minutes are approved and locked: by the next meeting, by whoever leads, by silence; then there are addenda."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import MinutesPage
from knowledge.meetings import notices
from knowledge.meetings.agenda import Item, items_of
from knowledge.meetings.models import (
    Addendum,
    Approval,
    Meeting,
    State,
    lock_meeting,
)
from search.outbox import enqueue

_AGREED = {"unanimous", "majority"}


def approve_previous(meeting: Meeting, page: MinutesPage, *, actor: User) -> None:
    """Approve the last minutes if the item for it says so; else they wait for another meeting."""
    if meeting.approves is None or meeting.approves.state != State.CIRCULATED:
        return
    for item in items_of(page):
        if item.key == meeting.approval_key and _is_agreed(item, page):
            _approve(lock_meeting(meeting.approves.page), Approval.MEETING, actor=actor, by=meeting)


def _is_agreed(item: Item, page: MinutesPage) -> bool:
    if item.result != "votes":
        return item.result in _AGREED
    block = next(one for one in page.agenda if str(one.id) == str(item.key))
    return (block.value["votes_for"] or 0) > (block.value["votes_against"] or 0)


@transaction.atomic
def approve(page: MinutesPage, *, actor: User, seen: str) -> None:
    """Approve minutes as whoever leads the group, if the group chose that.

    Args:
        page: The page; only its number counts.
        actor: Who approves.
        seen: Stamp of the version that the actor saw: nobody approves what somebody else is changing.

    Raises:
        PermissionDenied: If the actor may not publish here.
        Refused: If the minutes are not out, are approved, or were changed meanwhile.
    """
    meeting = lock_meeting(page)
    if not can(actor, Action.PUBLISH, page):
        raise PermissionDenied
    if meeting.state != State.CIRCULATED:
        raise Refused(_("Only minutes that are out and not approved yet can be approved."))
    live = KnowledgePage.objects.get(pk=page.pk)
    if str(live.live_revision_id) != seen or live.has_unpublished_changes:
        raise Refused(
            _(
                "The minutes have been changed meanwhile, or somebody is changing them. Nothing was approved: look at "
                "them again."
            )
        )
    _approve(meeting, Approval.LEAD, actor=actor)


def _approve(
    meeting: Meeting, how: Approval, *, actor: User | None, by: Meeting | None = None
) -> None:
    meeting.state, meeting.approved_how, meeting.approved_in = State.APPROVED, how, by
    meeting.approved_on = timezone.localdate() if by is None else by.page.held_on
    meeting.save()
    locked_at = timezone.now()
    KnowledgePage.objects.filter(pk=meeting.page_id).update(locked=True, locked_at=locked_at)
    record("minutes.approved", actor=actor, obj=meeting.page, details={"how": how.value})
    notices.tell_of_approval(meeting.page)


def approve_by_silence() -> int:
    """Approve minutes to which nobody objected in time; return how many."""
    due = Meeting.objects.filter(
        state=State.CIRCULATED, silence_ends_on__lt=timezone.localdate()
    ).select_related("page")
    return sum(_approve_silently(meeting.page) for meeting in due.order_by("pk"))


@transaction.atomic
def _approve_silently(page: MinutesPage) -> int:
    meeting = lock_meeting(page)
    if meeting.state != State.CIRCULATED or meeting.silence_ends_on is None:
        return 0  # another worker was faster
    _approve(meeting, Approval.SILENCE, actor=None)
    return 1


@transaction.atomic
def add_addendum(page: MinutesPage, *, actor: User, text: str) -> Addendum:
    """Correct approved minutes by a note below them.

    Raises:
        PermissionDenied: If the actor may not publish here.
        Refused: If the minutes are not approved: they can be corrected themselves.
    """
    meeting = lock_meeting(page)
    if not can(actor, Action.PUBLISH, page):
        raise PermissionDenied
    if meeting.state != State.APPROVED:
        raise Refused(
            _("These minutes are not approved yet; correct them instead of adding to them.")
        )
    added = Addendum.objects.create(page=page, text=text.strip(), author=actor)
    enqueue("page", [page.pk])
    record("minutes.addendum", actor=actor, obj=page)
    return added
