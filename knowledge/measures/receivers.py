"""An entry that is gone, with its measure or by itself, leaves no narrowed passage behind."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete

from access.audience import keep_audience
from knowledge.measures.models import Entry


def entry_gone(sender: type, instance: Entry, **kwargs: Any) -> None:
    """Forget to whom the entry was narrowed."""
    keep_audience(instance.key, None, pages=())


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    post_delete.connect(entry_gone, sender=Entry, dispatch_uid="measures_entry_gone")
