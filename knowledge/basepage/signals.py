"""What must happen around writes that Wagtail makes itself."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.dispatch import Signal
from wagtail.signals import pre_page_move

from knowledge.basepage.models import KnowledgePage

# Sent inside the transaction that moves a subtree into another space; arguments: path, space, left_space_id.
subtree_changed_space = Signal()


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


def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    pre_page_move.connect(lock_both_parents, dispatch_uid="lock_both_parents")
