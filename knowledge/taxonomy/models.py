"""What all kinds of knowledge are ordered by: fields of action and districts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldOfAction(models.Model):
    """One of the master plan's topics (Handlungsfeld)."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field of action")
        verbose_name_plural = _("fields of action")
        ordering: ClassVar = ["order", "title"]

    def __str__(self) -> str:
        return self.title


class District(models.Model):
    """A part of the city, such as a Stadtbezirk."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=20, choices=[("city_district", _("City district"))]
    )

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
