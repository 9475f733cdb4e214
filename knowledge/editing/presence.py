"""Who else is writing a page at this moment, here or in Wagtail's admin: both see each other's sessions."""

from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.admin.models import EditingSession

from accounts.models import User
from knowledge.basepage.models import KnowledgePage

FRESH = dt.timedelta(seconds=40)  # browsers report every ten seconds, the admin's every ten, too


def touch_session(page: KnowledgePage, *, actor: User, number: str, is_writing: bool) -> int:
    """Note that the actor has the page open, and return the number of the session.

    Args:
        page: The page.
        actor: Who has it open.
        number: Of the session, as it was given before; another one is made if it isn't the actor's or is gone.
        is_writing: Whether something was typed that isn't saved yet.
    """
    mine = EditingSession.objects.filter(
        user=actor, content_type=_content_type(), object_id=str(page.pk)
    )
    now = timezone.now()
    known = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    if mine.filter(pk=known).update(last_seen_at=now, is_editing=is_writing):
        return known
    EditingSession.cleanup()
    session = mine.create(
        user=actor,
        content_type=_content_type(),
        object_id=str(page.pk),
        last_seen_at=now,
        is_editing=is_writing,
    )
    return int(session.pk)


# unscoped: whoever may edit the page may know who else does
def others_writing(page: KnowledgePage, *, besides: User) -> list[str]:
    """Return the names of the others who have the page open for writing."""
    sessions = EditingSession.objects.filter(
        content_type=_content_type(),
        object_id=str(page.pk),
        last_seen_at__gte=timezone.now() - FRESH,
    ).exclude(user=besides)
    people = {one.user_id: one.user for one in sessions.select_related("user")}
    return sorted(map(str, people.values()))


def _content_type() -> ContentType:
    # Wagtail's admin looks for sessions under the base of all pages.
    return ContentType.objects.get_for_model(KnowledgePage)
