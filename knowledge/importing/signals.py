"""Every saved document is read, once for each version of its file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from knowledge.files.models import KnowledgeDocument


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


def connect() -> None:
    """Connect the receiver; called once, when the apps are ready."""
    post_save.connect(
        document_saved, sender=KnowledgeDocument, dispatch_uid="importing_document_saved"
    )
