"""Hints of readers: an error on a page, a doubt, or what their own organisation's data should say."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.basepage.models import KnowledgePage


class Hint(models.Model):
    """What somebody who may not edit a page says of it, until whoever publishes there has settled it."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        TAKEN_OVER = "taken_over", _("taken over")
        SETTLED = "settled", _("settled")

    page = models.ForeignKey(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who says it"),
    )
    is_doubt = models.BooleanField(
        _("says that the page may be out of date"), default=False, editable=False
    )
    text = models.TextField(_("text"), blank=True, max_length=2000)
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("proposed values"),
        default=dict,
        blank=True,
        help_text=_("By field, as a form sends them; only what is to change."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    answer = models.TextField(_("answer"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("hint of a reader")
        verbose_name_plural = _("hints of readers")
        ordering: ClassVar = ["created_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="hint_by_state")]

    def __str__(self) -> str:
        return f"{self.page_id} ({self.created_at:%Y-%m-%d})"
