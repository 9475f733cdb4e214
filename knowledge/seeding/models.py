"""Remember which facts `seed` has loaded, so that it never loads one twice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SeedRecord(models.Model):
    """One loaded fact and its object.

    Whatever people do with the object (rename, move, delete), a later `seed` finds the record and leaves it alone.
    """

    key = models.CharField(_("fact"), max_length=160, unique=True)
    object_id = models.PositiveBigIntegerField(_("object"))
    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("loaded fact")
        verbose_name_plural = _("loaded facts")

    def __str__(self) -> str:
        return self.key
