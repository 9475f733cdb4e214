"""Fields of action and districts, by which all kinds of knowledge are ordered."""

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


class DistrictMap(models.Model):
    """Outlines of districts that somebody loaded; one of them is shown, the others wait for a decision."""

    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200)
    outlines = models.JSONField(
        editable=False
    )  # rings of degrees (longitude, latitude) by the slug of the district
    unknown = models.JSONField(editable=False)  # names in the file that no district has
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_shown = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("map of districts")
        verbose_name_plural = _("maps of districts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_shown"], condition=models.Q(is_shown=True), name="one_map_is_shown"
            )
        ]

    def __str__(self) -> str:
        return self.source
