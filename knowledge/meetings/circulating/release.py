"""The lead releases minutes before they go out, if the group chose that: asked for, returned, or sent out.

The states are those of Wagtail's workflow with a task of ours (`leading.ReleaseTask`); what is returned, taken back or
published ends as any review does (`knowledge.writing.submitting`). Sending out is the release.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.groups.models import MinutesPage
from knowledge.meetings import notices
from knowledge.meetings.agenda import hidden_items
from knowledge.meetings.circulating.checks import findings
from knowledge.meetings.circulating.circulation import NotReady
from knowledge.meetings.leading import ReleaseTask
from knowledge.meetings.models import State, lock_meeting, rules_of, space_of
from knowledge.tasks.charging import Names
from knowledge.writing.services import check_state, draft_of, one_deed
from knowledge.writing.submitting import start_review


def ask_for_release(page: MinutesPage, *, actor: User, stamp: str) -> int:
    """Ask whoever leads the group to look at minutes and send them out; return how many were told.

    Args:
        page: The page; only its number counts.
        actor: Who keeps the minutes.
        stamp: Of the version that the actor saw.

    Raises:
        NotReady: If something is missing; nothing is changed then.
        PermissionDenied, Stale, Locked: See `knowledge.writing.services`.
        Refused: If the group needs no release, or the minutes are out already.
    """
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, stamp)
        meeting = lock_meeting(page)
        if meeting.state not in (State.PLANNED, State.HELD):
            raise Refused(_("These minutes went out already, or the meeting was cancelled."))
        if not rules_of(page.space).needs_release:
            raise Refused(_("This group needs no release. Send the minutes out yourself."))
        draft = draft_of(page)
        names = Names.known_to(actor, space_of(page))
        found = findings(draft, names, hidden=hidden_items(draft, actor))
        if any(one.stops for one in found):
            raise NotReady(found)
        meeting.state = State.HELD
        meeting.save(update_fields=["state"])
        start_review(page, actor, step=ReleaseTask)
        record("minutes.release_asked", actor=actor, obj=page)
        return notices.tell_of_release(page, asked_by=actor)
