"""Lines of the audit log and the chains that hold them together.

A line is written once, in the transaction of the event, and sealed right after (`audit.sealing`). Only pseudonymising
changes it later and only the retention period deletes it (`audit.retention`); Python and triggers in the database
(migration 0002) refuse everything else.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Log(models.TextChoices):
    """Two logs, each with a chain and a retention period of its own."""

    CHANGES = "changes", _("Changes and sign-ins")
    READS = "reads", _("Who read what")


class AppendOnly(TypeError):
    """Somebody tried to change or delete lines of the audit log."""

    def __init__(self) -> None:
        super().__init__(
            "Lines of the audit log are never changed or deleted; audit.retention prunes and pseudonymises."
        )


class EntryQuerySet(models.QuerySet["Entry"]):
    """Lines that can be added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class Entry(models.Model):
    """One line: who did what with what, where and when.

    `actor` and `acting_as` keep their number after the account is gone, so that the chain holds; the database has no
    constraint on them, so don't follow them. Names are snapshots. The chain covers them by salted digests
    (`commitments`), so a name can be taken out (`audit.retention.pseudonymise`) without breaking the chain.
    """

    log = models.CharField(max_length=10, choices=Log.choices)
    sequence = models.BigIntegerField(null=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=60)
    group = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    actor_name = models.CharField(max_length=200, blank=True)
    actor_organisation = models.CharField(max_length=200, blank=True)
    acting_as = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    acting_as_name = models.CharField(max_length=200, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_title = models.CharField(max_length=200, blank=True)
    space_id = models.BigIntegerField(null=True)
    space_slug = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    salts = models.JSONField(default=dict)
    commitments = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the audit log")
        verbose_name_plural = _("lines of the audit log")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "sequence"], name="audit_place_in_chain")
        ]
        # Every list shows one log, newest first; each filter alone is answered from one of these.
        indexes: ClassVar = [
            models.Index(fields=["log", "at", "id"], name="audit_by_time"),
            models.Index(fields=["log", "group", "at", "id"], name="audit_by_group"),
            models.Index(fields=["log", "space_id", "at", "id"], name="audit_by_space"),
            models.Index(fields=["log", "actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["object_type", "object_id", "at"], name="audit_by_object"),
            models.Index(
                fields=["log", "id"], condition=Q(sequence__isnull=True), name="audit_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new line.

        Raises:
            AppendOnly: If the line exists.
        """
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    @property
    def object_reference(self) -> str:
        """Return model and primary key as `app.Model:pk`; empty if the line is about no object."""
        return f"{self.object_type}:{self.object_id}" if self.object_type else ""


class Chain(models.Model):
    """The two ends of a log's chain, each signed with the installation's key.

    Attributes:
        sequence: Number of the last sealed line.
        hash: Its hash, the next line's `previous_hash`.
        anchor_sequence: Number of the last line that was pruned; the lines start after it.
        anchor_hash: That line's hash.
        is_open: True only inside a transaction of `audit.retention`; the triggers then let it through.
    """

    log = models.CharField(max_length=10, primary_key=True, choices=Log.choices)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=100, blank=True)
    anchor_sequence = models.BigIntegerField(default=0)
    anchor_hash = models.CharField(max_length=64, blank=True)
    anchor_signature = models.CharField(max_length=100, blank=True)
    is_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("chain of the audit log")
        verbose_name_plural = _("chains of the audit log")

    def __str__(self) -> str:
        return f"{self.log} {self.sequence}:{self.hash}"
