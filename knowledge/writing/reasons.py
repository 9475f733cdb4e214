"""What changed and why, said with a publication for whoever reads the page."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.models import ChangeNote
from knowledge.writing.services import one_deed, publish, publish_draft


def publish_saying_why(page: KnowledgePage, *, actor: User, stamp: str | None, why: str) -> Any:
    """Publish the latest draft with a sentence on what changed; return the page as it is published.

    Args:
        page: The page; only its number counts.
        actor: Who publishes.
        stamp: Of the version that the actor saw and means to publish.
        why: For all readers of the page; may be empty. What is longer than `ChangeNote.LONGEST` is cut.

    Raises:
        PermissionDenied, Stale, Locked, Refused, NotConfirmed, ValidationError: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        return _noted(publish_draft(page, actor=actor, stamp=stamp), why)


def publish_changes_saying_why(
    page: KnowledgePage, *, actor: User, stamp: str | None, why: str
) -> Any:
    """Do the same with a page and its changes, as `knowledge.writing.services.publish` takes it."""
    with one_deed(actor):
        return _noted(publish(page, actor=actor, stamp=stamp), why)


def _noted(published: Any, why: str) -> Any:
    said = " ".join(why.replace("\0", "").split())[: ChangeNote.LONGEST]
    if said and published.live_revision_id:
        ChangeNote.objects.update_or_create(
            revision_id=published.live_revision_id, defaults={"text": said}
        )
    return published
