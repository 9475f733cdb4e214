"""When each job last ran and is next due; processes on several machines share it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """A job's last run and its next. The process that moves `due_at` forward takes the turn."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    due_at = models.DateTimeField(_("due at"), default=timezone.now, db_index=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("scheduled job")
        verbose_name_plural = _("scheduled jobs")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
