"""Every saved document is read, once for each version of its file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from wagtail.signals import page_published as published

from knowledge.files.models import KnowledgeDocument, PageAttachment


def document_saved(
    sender: type, instance: KnowledgeDocument, update_fields: Any = None, **kwargs: Any
) -> None:
    """Have a document read after the transaction, unless its file stayed the same."""
    from knowledge.importing.texts import has_current_text, read_later

    if kwargs.get("raw") or (update_fields is not None and "file" not in set(update_fields)):
        return

    def after_commit() -> None:
        if not has_current_text(instance):
            read_later(instance)

    transaction.on_commit(after_commit)


def page_published(sender: type, instance: Any, revision: Any, **kwargs: Any) -> None:
    """Keep the text of an imported page's original apart as soon as people edit the page."""
    from knowledge.importing.models import ImportedPage
    from knowledge.importing.pages import is_writing
    from knowledge.importing.texts import keep_apart

    if not is_writing() and ImportedPage.objects.filter(page_id=instance.pk).exists():
        keep_apart(KnowledgeDocument.objects.filter(attached_to__page_id=instance.pk))


def document_attached(sender: type, instance: PageAttachment, **kwargs: Any) -> None:
    """Keep the text of an imported page's original apart when another page attaches it, too."""
    from knowledge.importing.pages import is_writing
    from knowledge.importing.texts import keep_apart

    if not is_writing() and not kwargs.get("raw"):
        others = PageAttachment.objects.filter(document_id=instance.document_id)
        if others.exclude(page_id=instance.page_id).exists():
            keep_apart([instance.document])


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    published.connect(page_published, dispatch_uid="importing_page_published")
    post_save.connect(
        document_attached, sender=PageAttachment, dispatch_uid="importing_document_attached"
    )
    post_save.connect(
        document_saved, sender=KnowledgeDocument, dispatch_uid="importing_document_saved"
    )
