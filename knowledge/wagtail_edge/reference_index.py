"""Which page shows which file: Wagtail's reference index, true in the moment in which a page is saved.

Shares and marks of files are read from it (`access.querysets`), so it may not wait for a worker, nor keep what a page
no longer attaches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models.signals import post_delete
from wagtail import signal_handlers
from wagtail.models import ReferenceIndex

from access.handling import is_confidential
from access.querysets import references_from_pages
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.wagtail_edge.patching import replace
from knowledge.writing.indexing import note_pages_sharing_files

BACKEND = "at_once"  # of settings.TASKS


def attachment_removed(sender: type, instance: PageAttachment, **kwargs: Any) -> None:
    """Forget that the page refers to the document: Wagtail would until the page is saved once more."""
    page = KnowledgePage.objects.filter(pk=instance.page_id)
    references = references_from_pages(page, KnowledgeDocument)
    references.filter(content_path__startswith=f"attachments.{instance.pk}.").delete()


def _telling_the_search(original: Callable[[Any], None]) -> classmethod[Any, Any, None]:
    """Return the class method so that the search learns which pages' files became a confidential page's."""

    def create_or_update(cls: type, obj: Any) -> None:
        original(obj)
        if isinstance(obj, KnowledgePage) and is_confidential(obj):
            note_pages_sharing_files([obj.pk])

    return classmethod(create_or_update)


def connect() -> None:
    """Have references written in the transaction that makes them; called once, when the apps are ready."""
    replace(
        signal_handlers, "update_reference_index_task", lambda task: task.using(backend=BACKEND)
    )
    replace(ReferenceIndex, "create_or_update_for_object", _telling_the_search)
    post_delete.connect(
        attachment_removed, sender=PageAttachment, dispatch_uid="forget_removed_attachment"
    )
