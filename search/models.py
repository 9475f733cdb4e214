"""What the search keeps in the database: changes that are to be indexed, and the texts that were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search import conf


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    """Outbox rows by what is to be done with them."""

    def due(self, now: datetime) -> OutboxQuerySet:
        """Those whose pause is over or was none, or can't be meant: the clock was set back."""
        impossible = now + timedelta(seconds=2 * conf.POISON_RETRY_CAP_S)
        return self.filter(Q(attempts=0) | Q(not_before__lte=now) | Q(not_before__gt=impossible))

    def note(self, source: str, object_ids: Iterable[str | int]) -> int:
        """Write a row for each object and return how many; unlike `search.outbox.enqueue` this drains nothing."""
        # Rows of earlier calls don't count as "already noted": their object may be read for indexing right now.
        ids = dict.fromkeys(str(object_id) for object_id in object_ids)
        rows = [OutboxEntry(source=source, object_id=object_id) for object_id in ids]
        self.bulk_create(rows, batch_size=1000)
        return len(rows)


class OutboxEntry(models.Model):
    """One changed object that the index doesn't know yet; written in the transaction of the change.

    Rows are only ever added and removed by id: an object that changes while it is being indexed has a second row,
    which stays. The primary key tells the order.
    """

    source = models.CharField(_("source"), max_length=40)
    object_id = models.CharField(_("object"), max_length=64)
    enqueued_at = models.DateTimeField(_("enqueued at"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now, db_index=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        indexes: ClassVar = [
            models.Index(fields=["source", "object_id"], name="search_outbox_object")
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.object_id}"


class IndexedTextQuerySet(models.QuerySet["IndexedText"]):
    """Kept texts by whether they may be shown."""

    def current(self) -> IndexedTextQuerySet:
        """Those whose object has not changed since: no outbox row speaks of it.

        One statement sees change and row together, because they were committed together.
        """
        changed = OutboxEntry.objects.filter(
            source=OuterRef("source"), object_id=OuterRef("object_id")
        )
        return self.filter(~Exists(changed))


class IndexedText(models.Model):
    """The text of a document as it was given to the engine: marked in hits, and the list of what was indexed.

    It saves reading and rendering every found page again. It is never shown without a check of the reader's rights,
    and not at all once its object has changed (`current`).
    """

    key = models.CharField(_("key"), max_length=200, primary_key=True)
    source = models.CharField(_("source"), max_length=40)
    object_id = models.CharField(_("object"), max_length=64)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    # {"headings": [...], "body": "...", "attachments": [{"key", "title", "url", "pages": [...]}]}
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("content"))
    indexed_at = models.DateTimeField(_("indexed at"), default=timezone.now)

    objects = IndexedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("indexed text")
        verbose_name_plural = _("indexed texts")
        indexes: ClassVar = [
            models.Index(fields=["source", "object_id"], name="search_text_object")
        ]

    def __str__(self) -> str:
        return self.key
