"""Notices, and how each person wants to be told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by what has happened to them."""

    def unread(self) -> NoticeQuerySet:
        """Those that their recipient has not opened."""
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> NoticeQuerySet:
        """Those that could be mailed: neither read nor mailed, to somebody active who has an address."""
        return (
            self.unread()
            .filter(mailed_at__isnull=True, recipient__is_active=True)
            .exclude(recipient__email="")
        )


class Notice(models.Model):
    """Something that one person is told. It holds no content; `notices.kinds` makes the words when it is shown."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(
        _("about"),
        max_length=120,
        blank=True,
        help_text=_("One unread notice of a kind and key: a later one takes its place."),
    )
    details: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("details"), default=dict, blank=True
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "key"],
                condition=Q(read_at__isnull=True),
                name="one_unread_notice_a_subject",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at"], name="notice_of_recipient"),
            models.Index(
                fields=["created_at"],
                name="notice_to_mail",
                condition=Q(read_at__isnull=True, mailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Preference(models.Model):
    """How one person wants to be told about one kind; without a row, the kind's default applies."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = models.CharField(_("kind"), max_length=60)
    delivery = models.CharField(_("delivery"), max_length=10)

    class Meta:
        verbose_name = _("way of being told")
        verbose_name_plural = _("ways of being told")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_way_of_being_told")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.delivery}"
