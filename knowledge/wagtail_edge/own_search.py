"""Pages in the search of Wagtail's admin: their entries are written when something is saved that they hold.

Wagtail would write them anew at each save of a draft, too; they hold what is published, and of pages that never were,
the title of the draft.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from modelsearch.signal_handlers import post_delete_signal_handler, post_save_signal_handler

from knowledge.basepage.models import KnowledgePage, is_of_draft


def page_saved(
    sender: type, instance: Any, created: bool, update_fields: Any = None, **kwargs: Any
) -> None:
    """Have the entry of a page written, unless only its draft changed."""
    if not isinstance(instance, KnowledgePage) or is_of_draft(update_fields):
        return
    if created or not _keeps_its_title(instance):
        post_save_signal_handler(instance, **kwargs)


def _keeps_its_title(page: KnowledgePage) -> bool:
    """Tell whether a page that was never published is called as before: the title is all that an entry holds."""
    return page.first_published_at is None and page.title == page.draft_title


def page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    """Have the entry of a page removed."""
    if isinstance(instance, KnowledgePage):
        post_delete_signal_handler(instance, **kwargs)


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    post_save.connect(page_saved, dispatch_uid="own_search_page_saved")
    post_delete.connect(page_deleted, dispatch_uid="own_search_page_deleted")
