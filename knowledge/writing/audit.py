"""Tell the audit log what happens to pages."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_unpublished, post_page_move

from accounts.models import User
from audit.context import current_actor
from audit.services import record
from knowledge.basepage.models import KnowledgePage


def published(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Record that a page was published, and how it must be handled."""
    details = {"handling": instance.classification}
    record("page.published", actor=current_actor(), obj=instance, details=details)


def unpublished(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Record that a page was taken back."""
    record("page.unpublished", actor=current_actor(), obj=instance)


def moved(
    sender: type,
    instance: KnowledgePage,
    parent_page_before: KnowledgePage,
    parent_page_after: KnowledgePage,
    **kwargs: Any,
) -> None:
    """Record a move: once inside a space, once for each of two; putting siblings in another order is none."""
    actor, before, after = current_actor(), parent_page_before.space, parent_page_after.space
    if parent_page_before.pk == parent_page_after.pk:
        return
    if before == after:
        record("page.moved", actor=actor, obj=instance, space=after)
    else:
        record("page.moved_away", actor=actor, obj=instance, space=before)
        record("page.moved_here", actor=actor, obj=instance, space=after)


def copied(source: KnowledgePage, copy: KnowledgePage, *, actor: User | None) -> None:
    """Record a copy: once inside a space, once for each of two."""
    if source.space_id == copy.space_id:
        record("page.copied", actor=actor, obj=source, space=source.space)
    else:
        record("page.copied_away", actor=actor, obj=source, space=source.space)
        record("page.copied_here", actor=actor, obj=copy, space=copy.space)


def alias_saved(
    sender: type, instance: Any, created: bool, update_fields: Any = None, **kwargs: Any
) -> None:
    """Record that an alias was made, or became an ordinary page."""
    if not isinstance(instance, KnowledgePage):
        return
    if created and instance.alias_of is not None:
        record("page.alias_made", actor=current_actor(), obj=instance.alias_of)
    elif update_fields is not None and set(update_fields) == {"alias_of_id"}:
        record("page.alias_ended", actor=current_actor(), obj=instance)


def deleted(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Record that a page is gone; each of its subpages has its own line."""
    record("page.deleted", actor=current_actor(), obj=instance)


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    page_published.connect(published, dispatch_uid="audit_page_published")
    page_unpublished.connect(unpublished, dispatch_uid="audit_page_unpublished")
    post_page_move.connect(moved, dispatch_uid="audit_page_moved")
    post_save.connect(alias_saved, dispatch_uid="audit_alias_saved")
    post_delete.connect(deleted, sender=KnowledgePage, dispatch_uid="audit_page_deleted")
