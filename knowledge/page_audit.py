"""Tell the audit log what happens to pages, who reads confidential ones, and who was refused which."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.http import HttpRequest
from wagtail.signals import page_published, page_unpublished, post_page_move

from access.handling import is_confidential
from access.rights import can
from access.roles import Action
from audit.context import after_answer, current_actor
from audit.services import record, record_refusal
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument


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


def deleted(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Record that a page is gone; each of its subpages has its own line."""
    record("page.deleted", actor=current_actor(), obj=instance)


def record_reading(page: KnowledgePage, request: HttpRequest) -> None:
    """Record, before anything is shown, that a confidential page is read; without the line there is no page."""
    if is_confidential(page):
        vars(request)["is_confidential"] = True  # no cache keeps it
        record("read.page", actor=current_actor(), obj=page, request=request)


def record_fetching(document: KnowledgeDocument, request: HttpRequest) -> None:
    """Record that a file which a confidential page attaches or links is fetched."""
    if is_confidential(document):
        vars(request)["is_confidential"] = True
        record("read.file", actor=current_actor(), obj=document, request=request)


def record_refused_address(url_path: str) -> None:
    """Record, after the answer, if a published page at `url_path` was refused; nothing if there is none."""
    _record_refused(url_path=url_path)


def record_refused_page(page_id: int) -> None:
    """Record, after the answer, if the published page with this number was refused; nothing if there is none."""
    _record_refused(pk=page_id)


def _record_refused(**where: Any) -> None:
    def look_up() -> None:
        page = KnowledgePage.objects.filter(**where, live=True).first()
        actor = current_actor()
        # Asked again: what answered 404 for another reason was no refusal.
        if page is not None and actor is not None and not can(actor, Action.READ, page):
            record_refusal(page)

    after_answer(look_up)


def record_refused_file(files: QuerySet[Any]) -> None:
    """Record, after the answer, if the file that `files` would find was refused; nothing if there is none."""

    def look_up() -> None:
        file, actor = files.first(), current_actor()
        # Asked again: what answered 404 for another reason was no refusal.
        if file is not None and actor is not None and not can(actor, Action.READ, file):
            record_refusal(file)

    after_answer(look_up)


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    page_published.connect(published, dispatch_uid="audit_page_published")
    page_unpublished.connect(unpublished, dispatch_uid="audit_page_unpublished")
    post_page_move.connect(moved, dispatch_uid="audit_page_moved")
    post_delete.connect(deleted, sender=KnowledgePage, dispatch_uid="audit_page_deleted")
