"""Tables that were sent: what they say, what was made of them, and under which key something is known elsewhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.models import Space
from accounts.models import User


class Run(models.Model):
    """One table, from its preview to what was written."""

    class State(models.TextChoices):
        """How far it is."""

        PREVIEWED = "previewed", _("looked at, nothing written yet")
        WAITING = "waiting", _("waits for its turn")
        RUNNING = "running", _("is being written")
        DONE = "done", _("done")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    exchange = models.CharField(max_length=40)
    file_name = models.CharField(max_length=120)
    columns = models.JSONField()
    rows = models.JSONField()  # number in the file and cells, as text
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREVIEWED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # number in the file and sentence
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("table that was sent")
        verbose_name_plural = _("tables that were sent")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class ExternalKey(models.Model):
    """Under which key a row is known where it came from."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    exchange = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    row = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("key of another system")
        verbose_name_plural = _("keys of other systems")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["space", "exchange", "key"], name="one_row_a_key"),
            models.UniqueConstraint(fields=["space", "exchange", "row"], name="one_key_a_row"),
        ]

    def __str__(self) -> str:
        return self.key
