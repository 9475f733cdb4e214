"""The draft of minutes: kept while they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from knowledge.groups.models import MinutesPage
from knowledge.meetings.minuting.half_typed import keep_half_typed
from knowledge.meetings.minuting.narrowing import Narrowing, keep_narrowings
from knowledge.meetings.models import State, lock_meeting
from knowledge.meetings.planning.drawing import draw_next
from knowledge.writing.services import autosave, publish, save_draft


@transaction.atomic
def save_minutes(
    page: MinutesPage,
    *,
    actor: User,
    stamp: str,
    narrowings: Sequence[Narrowing] = (),
    half_typed: Mapping[str, str] | None = None,
    is_typing: bool = False,
) -> MinutesPage:
    """Keep what was written as a draft, and who sees which item; from the first notes on the meeting was held.

    Args:
        page: The minutes with their changes.
        actor: Who changed them.
        stamp: Of the version that the writer began from.
        narrowings: Who sees what from now on.
        half_typed: What isn't understood yet, by the names of the form's fields; None leaves them.
        is_typing: Whether the form saves itself while somebody is typing; then one sitting is one version.

    Raises:
        PermissionDenied, Stale, Locked, Refused: As `knowledge.writing.services.save_draft`.
    """
    write = autosave if is_typing else save_draft
    saved = write(page, actor=actor, stamp=stamp)
    keep_narrowings(page, narrowings, actor=actor)
    meeting = lock_meeting(page)
    if half_typed is not None:
        keep_half_typed(meeting, page, half_typed)
    if meeting.state == State.PLANNED and page.participants.exists():
        meeting.state = State.HELD
        meeting.save(update_fields=["state"])
    return saved


@transaction.atomic
def correct_minutes(
    page: MinutesPage, *, actor: User, stamp: str, narrowings: Sequence[Narrowing] = ()
) -> Any:
    """Publish corrected minutes that are out and not approved yet; their rows and the next agenda follow.

    Nothing in them is half typed: the page states everything.

    Raises:
        PermissionDenied, Stale, Locked, Refused: As `knowledge.writing.services.publish`.
    """
    keep_half_typed(lock_meeting(page), page, {})
    published = publish(page, actor=actor, stamp=stamp)
    keep_narrowings(page, narrowings, actor=actor)
    draw_next(published, actor=actor)
    return published
