"""Tell the search, in the same transaction, about every change of a page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_slug_changed, post_page_move

from access.models import Space
from access.tree import at_or_below
from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.signals import subtree_changed_space
from knowledge.files.models import KnowledgeDocument
from knowledge.moving import files_going_along
from knowledge.page_source import SOURCE
from search.outbox import enqueue

# Saving a draft writes these columns of the page and nothing that is published.
_DRAFT_COLUMNS = {
    "draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at",
}  # fmt: skip


def page_saved(sender: type, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Note a saved page, unless only its draft changed."""
    if not isinstance(instance, KnowledgePage) or kwargs.get("raw"):
        return
    if update_fields is not None and set(update_fields) <= _DRAFT_COLUMNS:
        return
    enqueue(SOURCE, [instance.pk])


def page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    """Note a deleted page."""
    if isinstance(instance, KnowledgePage) and instance.pk:
        enqueue(SOURCE, [instance.pk])


def subtree_changed(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Note a page with all below it: its address or its place in the tree changed."""
    current = KnowledgePage.objects.only("path").get(pk=instance.pk)
    _enqueue_below(current.path)


def subtree_in_other_space(
    sender: type, path: str, space: Space, left_space_id: int | None, **kwargs: Any
) -> None:
    """Take the files of moved pages along (`knowledge.moving`), and note the pages."""
    files_going_along([path], left_space_id=left_space_id).update(space=space)
    _enqueue_below(path)


def document_saved(sender: type, instance: KnowledgeDocument, **kwargs: Any) -> None:
    """Note the pages that a document is attached to."""
    enqueue(SOURCE, instance.attached_to.values_list("page_id", flat=True))


def organisation_saved(sender: type, instance: Organisation, created: bool, **kwargs: Any) -> None:
    """Note the pages that name an organisation; its new name must find them."""
    if created:
        return
    pages = KnowledgePage.objects.filter(
        Q(owning_organisation=instance)
        | Q(measurepage__responsibilities__organisation=instance)
        | Q(contactpage__organisation=instance)
        | Q(practicepage__partners=instance)
    )
    enqueue(SOURCE, pages.values_list("pk", flat=True).distinct())


def _enqueue_below(path: str) -> None:
    pages = KnowledgePage.objects.filter(at_or_below(path))
    enqueue(SOURCE, pages.values_list("pk", flat=True))


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    post_save.connect(page_saved, dispatch_uid="search_page_saved")
    post_delete.connect(page_deleted, dispatch_uid="search_page_deleted")
    post_page_move.connect(subtree_changed, dispatch_uid="search_page_moved")
    page_slug_changed.connect(subtree_changed, dispatch_uid="search_slug_changed")
    subtree_changed_space.connect(subtree_in_other_space, dispatch_uid="search_other_space")
    post_save.connect(
        document_saved, sender=KnowledgeDocument, dispatch_uid="search_document_saved"
    )
    post_save.connect(
        organisation_saved, sender=Organisation, dispatch_uid="search_organisation_saved"
    )
