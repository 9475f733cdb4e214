"""Exports of an organisation's content, and organisations that have left."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User


class ContentExport(models.Model):
    """A ZIP with what an organisation owns, as far as whoever asked for it may read; kept for a few days."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("is waiting")
        RUNNING = "running", _("is being made")
        READY = "ready", _("is ready")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("is deleted")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="exports",
        verbose_name=_("organisation"),
    )
    requested_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(_("pages done"), default=0)
    total = models.PositiveIntegerField(_("pages to do"), default=0)
    file_count = models.PositiveIntegerField(_("files"), default=0)
    # Numbers of confidential pages, which are handed over in another way.
    left_out: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    file_name = models.CharField(max_length=80, blank=True, editable=False)
    expires_at = models.DateTimeField(_("kept until"), null=True)

    class Meta:
        verbose_name = _("export of an organisation's content")
        verbose_name_plural = _("exports of an organisation's content")
        ordering: ClassVar = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def path(self) -> Path:
        """Return where the ZIP lies; nothing serves that folder but the view that asks for the right."""
        return Path(settings.HOME_DIR) / "exports" / self.file_name

    @property
    def can_be_fetched(self) -> bool:
        """Whether the ZIP is there and its time is not over."""
        return (
            self.state == self.State.READY
            and self.expires_at is not None
            and self.expires_at > timezone.now()
        )


class PartnerExit(models.Model):
    """An organisation that has left: who decided it, who follows, and what ended, for the file.

    `lines` are `knowledge.partners.plan.Line`s: numbers, no names and no titles, which are looked up for whoever reads.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="exits", verbose_name=_("organisation")
    )
    heir = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("successor"),
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    left_at = models.DateTimeField(_("left at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300)
    opened_to_curators = models.BooleanField(_("internal spaces go to the curators"), default=False)
    lines: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )
    audit_entry_id = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("organisation that left")
        verbose_name_plural = _("organisations that left")
        ordering: ClassVar = ["-left_at"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.left_at:%Y-%m-%d}"
