"""Pages in the search of Wagtail's admin: their entries are written when something is saved that they hold.

Wagtail would write them anew at each save of a draft, too; they hold what is published.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from modelsearch.signal_handlers import post_delete_signal_handler, post_save_signal_handler

from knowledge.basepage.models import KnowledgePage, is_of_draft


def page_saved(sender: type, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Have the entry of a page written, unless only its draft changed."""
    if isinstance(instance, KnowledgePage) and not is_of_draft(update_fields):
        post_save_signal_handler(instance, **kwargs)


def page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    """Have the entry of a page removed."""
    if isinstance(instance, KnowledgePage):
        post_delete_signal_handler(instance, **kwargs)


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    post_save.connect(page_saved, dispatch_uid="own_search_page_saved")
    post_delete.connect(page_deleted, dispatch_uid="own_search_page_deleted")
