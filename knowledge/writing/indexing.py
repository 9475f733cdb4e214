"""Tell the search, in the same transaction, about every change of a page."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.signals import page_slug_changed, post_page_move

from access.handling import Classification
from access.models import Space
from access.querysets import references_from_pages
from access.tree import at_or_below
from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage, is_of_draft
from knowledge.basepage.signals import subtree_changed_space
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.pages.kinds import page_kinds, related_model
from knowledge.pages.source import SOURCE
from knowledge.writing.moving import files_going_along
from search.outbox import enqueue


def page_saved(sender: type, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Note a saved page, unless only its draft changed."""
    if _is_new_content(instance, update_fields, **kwargs):
        enqueue(SOURCE, [instance.pk])


def page_changes(sender: type, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Note the pages whose files were this page's until now, if it was confidential."""
    if _is_new_content(instance, update_fields, **kwargs):
        note_pages_sharing_files([instance.pk])


def page_goes(sender: type, instance: Any, **kwargs: Any) -> None:
    """Note the same of a page that is about to be deleted."""
    if isinstance(instance, KnowledgePage):
        note_pages_sharing_files([instance.pk])


def _is_new_content(instance: Any, update_fields: Any, *, raw: bool = False, **_rest: Any) -> bool:
    if not isinstance(instance, KnowledgePage) or raw:
        return False
    return not is_of_draft(update_fields)


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
    """Take the files of moved pages along (`knowledge.writing.moving`), and note the pages."""
    files_going_along([path], left_space_id=left_space_id).update(space=space)
    _enqueue_below(path)


def document_saved(sender: type, instance: KnowledgeDocument, **kwargs: Any) -> None:
    """Note the pages that a document is attached to."""
    enqueue(SOURCE, instance.attached_to.values_list("page_id", flat=True))


def note_pages_sharing_files(pages: QuerySet[Any] | list[int]) -> None:
    """Note the pages that attach a file which a confidential one of `pages` attaches or links.

    Its text is found through the confidential page alone (`knowledge.pages.source`). Called whenever it is said anew
    which files a page shows, and before a page, or its mark, is gone.
    """
    confidential = KnowledgePage.objects.filter(
        pk__in=pages, classification=Classification.CONFIDENTIAL
    )
    if not confidential.exists():  # nearly always
        return
    shown = references_from_pages(confidential, KnowledgeDocument).values_list("to_object_id")
    numbers = {int(pk) for (pk,) in shown}
    attached = PageAttachment.objects.filter(document__in=numbers)
    enqueue(SOURCE, attached.values_list("page_id", flat=True))


def named_object_saved(sender: type[Model], instance: Model, created: bool, **kwargs: Any) -> None:
    """Note the pages whose texts name the object, such as an organisation; its new name must find them."""
    if created or kwargs.get("raw"):
        return
    for kind in page_kinds:
        for path in kind.depends_on:
            if related_model(kind.model, path) is sender:
                pages = kind.model.objects.filter(**{path: instance.pk})
                enqueue(SOURCE, pages.values_list("pk", flat=True).distinct())


def owner_saved(sender: type, instance: Organisation, created: bool, **kwargs: Any) -> None:
    """Note the pages that an organisation is in charge of."""
    if not created:
        enqueue(SOURCE, instance.owned_pages.values_list("pk", flat=True))


def _enqueue_below(path: str) -> None:
    pages = KnowledgePage.objects.filter(at_or_below(path)).values_list("pk", flat=True)
    enqueue(SOURCE, pages)
    note_pages_sharing_files(pages)


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    pre_save.connect(page_changes, dispatch_uid="search_page_changes")
    post_save.connect(page_saved, dispatch_uid="search_page_saved")
    pre_delete.connect(page_goes, dispatch_uid="search_page_goes")
    post_delete.connect(page_deleted, dispatch_uid="search_page_deleted")
    post_page_move.connect(subtree_changed, dispatch_uid="search_page_moved")
    page_slug_changed.connect(subtree_changed, dispatch_uid="search_slug_changed")
    subtree_changed_space.connect(subtree_in_other_space, dispatch_uid="search_other_space")
    post_save.connect(
        document_saved, sender=KnowledgeDocument, dispatch_uid="search_document_saved"
    )
    post_save.connect(owner_saved, sender=Organisation, dispatch_uid="search_owner_saved")
    post_save.connect(named_object_saved, dispatch_uid="search_named_object_saved")
