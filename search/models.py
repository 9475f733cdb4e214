"""What the search keeps in the database: changes to index, indexed texts, saved searches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search import conf
from search.words.models import BestBet, CountedQuery, WordEntry, WordsState

# The models of the words stand in a folder of their own; Django looks for models here.
__all__ = [
    "BestBet", "CountedQuery", "IndexedText", "IndexedTextQuerySet", "OutboxEntry", "OutboxQuerySet", "WordEntry",
    "WordsState",
]  # fmt: skip

if TYPE_CHECKING:
    from search.requests import SearchRequest


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    """Outbox rows by their turn."""

    def due(self, now: datetime) -> OutboxQuerySet:
        """Return those without a pause or past it, and those whose pause is impossibly long: the clock was set back."""
        impossible = now + timedelta(seconds=2 * conf.POISON_RETRY_CAP_S)
        return self.filter(Q(attempts=0) | Q(not_before__lte=now) | Q(not_before__gt=impossible))

    def note(self, source: str, object_ids: Iterable[str | int]) -> int:
        """Write a row for each object and return how many; unlike `search.outbox.enqueue`, drain nothing."""
        # Rows of earlier calls don't count as "already noted": their object may be read for indexing right now.
        ids = dict.fromkeys(str(object_id) for object_id in object_ids)
        rows = [OutboxEntry(source=source, object_id=object_id) for object_id in ids]
        self.bulk_create(rows, batch_size=1000)
        return len(rows)


class OutboxEntry(models.Model):
    """One change not indexed yet, written in the transaction of the change.

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
    """Kept texts, by whether they may be shown."""

    def current(self) -> IndexedTextQuerySet:
        """Return those whose object has not changed since: it has no outbox row.

        One statement sees change and row together, because they were committed together.
        """
        changed = OutboxEntry.objects.filter(
            source=OuterRef("source"), object_id=OuterRef("object_id")
        )
        return self.filter(~Exists(changed))


class IndexedText(models.Model):
    """The text of a document as the engine got it: for marking hits, and as the list of what is indexed.

    It saves reading and rendering every found page again. It is never shown without a check of the reader's rights,
    nor once its object has changed (`current`).
    """

    key = models.CharField(_("key"), max_length=200, primary_key=True)
    source = models.CharField(_("source"), max_length=40)
    object_id = models.CharField(_("object"), max_length=64)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    # {"headings": [...], "body": "...", "attachments": [{"key", "title", "url", "pages": [...]}],
    #  "named": [...], "organisations": [...]}
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


class Tell(models.TextChoices):
    """How somebody wants to be told of new matches, besides the start page."""

    NOT = "none", _("Only on the start page")
    IN_APP = "in_app", _("As a notice")
    MAIL = "mail", _("As a notice and by mail, once a day")


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches, by owner and turn."""

    def of(self, person: Any) -> SavedSearchQuerySet:
        """Return those of one person, those with something new first, then by name."""
        return self.filter(owner=person).order_by("-has_news", "name", "pk")

    def due(self, now: datetime) -> SavedSearchQuerySet:
        """Return those of open accounts not checked for `conf.SAVED_SEARCH_CHECK_AFTER`, longest first."""
        late = Q(checked_at__isnull=True) | Q(checked_at__lt=now - conf.SAVED_SEARCH_CHECK_AFTER)
        oldest_first = models.F("checked_at").asc(nulls_first=True)
        return self.filter(late, owner__is_active=True).order_by(oldest_first, "pk")


class SavedSearch(models.Model):
    """A search that somebody keeps, with its matches at the last check; nobody but its owner sees it.

    It keeps keys of documents, never titles or texts; showing them asks for the owner's rights at that moment.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_searches",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=120)
    query = models.TextField(_("query"), help_text=_("As in the address of the search page."))
    tell = models.CharField(_("notice"), max_length=10, choices=Tell.choices, default=Tell.NOT)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    looked_at = models.DateTimeField(_("looked at"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    # None until the engine has answered once: nothing is new then.
    known_keys: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(
        _("known matches"), null=True, blank=True
    )
    knows_all = models.BooleanField(_("all matches are known"), default=True)
    new_keys: models.JSONField[list[str], list[str]] = models.JSONField(
        _("new matches"), default=list, blank=True
    )
    has_news = models.BooleanField(_("has new matches"), default=False)
    has_lost_filter = models.BooleanField(_("a filter is not valid any more"), default=False)
    # Raised by every write: who has computed something from an older state drops it.
    revision = models.PositiveIntegerField(_("revision"), default=0)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_search_a_name")
        ]
        indexes: ClassVar = [models.Index(fields=["checked_at"], name="saved_search_checked")]

    def __str__(self) -> str:
        return self.name

    @property
    def request(self) -> SearchRequest:
        """The search that is kept."""
        from search.requests import SearchRequest

        return SearchRequest.from_address(QueryDict(self.query))
