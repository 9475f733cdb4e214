"""What must happen around writes that Wagtail makes itself."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models.signals import pre_delete, pre_save
from wagtail.models import Revision
from wagtail.signals import pre_page_move

from access.consequence.confirmation import current_question
from access.handling import Classification
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.unseen import refuse_unseen


def lock_both_parents(
    parent_page_before: KnowledgePage, parent_page_after: KnowledgePage, **kwargs: Any
) -> None:
    """Lock the old and the new parent, always in the same order, so that two moves can't wait for each other."""
    if connection.in_atomic_block:
        list(
            KnowledgePage.objects.select_for_update()
            .filter(pk__in={parent_page_before.pk, parent_page_after.pk})
            .order_by("pk")
            .values_list("pk")
        )


def watch_move(
    instance: KnowledgePage,
    parent_page_before: KnowledgePage,
    parent_page_after: KnowledgePage,
    **kwargs: Any,
) -> None:
    """Note who reads a page with all below it, before it moves; another order of siblings changes nothing."""
    question = current_question()
    if question is not None and parent_page_before.pk != parent_page_after.pk:
        question.watch(instance, whole=True)


def watch_planning(instance: Revision, **kwargs: Any) -> None:
    """Note who reads a page before a time is set at which a revision will be published."""
    question, planned = current_question(), instance.approved_go_live_at
    page = instance.content_object if question is not None and planned is not None else None
    if question is not None and isinstance(page, KnowledgePage):
        question.watch(page, whole=False)


def watch_deletion(instance: KnowledgePage, **kwargs: Any) -> None:
    """Note a confidential page before it goes: it may hold files back; Wagtail's admin deletes past `Page.delete`."""
    question = current_question()
    if question is not None and instance.classification == Classification.CONFIDENTIAL:
        question.watch(instance, whole=False)


def refuse_unseen_move(
    instance: KnowledgePage,
    parent_page_before: KnowledgePage,
    parent_page_after: KnowledgePage,
    **kwargs: Any,
) -> None:
    """Let nobody carry passages elsewhere that they don't see; another order of siblings changes nothing."""
    if parent_page_before.pk != parent_page_after.pk:
        refuse_unseen(instance.path)


def refuse_unseen_deletion(instance: KnowledgePage, **kwargs: Any) -> None:
    """Let nobody delete passages that they don't see."""
    refuse_unseen(instance.path)


def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    pre_page_move.connect(lock_both_parents, dispatch_uid="lock_both_parents")
    pre_page_move.connect(watch_move, dispatch_uid="watch_move")
    pre_delete.connect(watch_deletion, sender=KnowledgePage, dispatch_uid="watch_deletion")
    pre_page_move.connect(refuse_unseen_move, dispatch_uid="refuse_unseen_move")
    pre_delete.connect(
        refuse_unseen_deletion, sender=KnowledgePage, dispatch_uid="refuse_unseen_deletion"
    )
    pre_save.connect(watch_planning, sender=Revision, dispatch_uid="watch_planning")
