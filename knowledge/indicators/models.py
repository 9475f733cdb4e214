"""Indicators of a space and their yearly values. A year without a row, or without a value, is a gap and not zero."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import Space
from knowledge.indicators.querysets import IndicatorQuerySet, ValueQuerySet
from knowledge.measures.models import MeasurePage


def plain(value: Decimal | None) -> Decimal | None:
    """Return a number without zeros that say nothing."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class Nature(models.TextChoices):
    """Whether it is counted or asked."""

    OBJECTIVE = "objective", pgettext_lazy("indicator", "objective")
    SUBJECTIVE = "subjective", pgettext_lazy("indicator", "subjective")


class Level(models.TextChoices):
    """Whether it says what was done, or what came of it."""

    OUTPUT = "output", pgettext_lazy("indicator", "output")
    EFFECT = "effect", pgettext_lazy("indicator", "effect")


class Direction(models.TextChoices):
    """Which direction is good."""

    UP = "up", pgettext_lazy("good direction", "more")
    DOWN = "down", pgettext_lazy("good direction", "less")
    NONE = "none", pgettext_lazy("good direction", "neither")


class Every(models.IntegerChoices):
    """How often there is a value."""

    YEAR = 1, pgettext_lazy("value of an indicator", "every year")
    TWO_YEARS = 2, pgettext_lazy("value of an indicator", "every two years")
    THREE_YEARS = 3, pgettext_lazy("value of an indicator", "every three years")
    FIVE_YEARS = 5, pgettext_lazy("value of an indicator", "every five years")
    NEVER = 0, pgettext_lazy("value of an indicator", "none is expected any more")


DAYS_AFTER = 90  # proposed
MOST_DAYS_AFTER = 730


class Indicator(models.Model):
    """What is counted or asked year by year, for one area."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="indicators")
    key = models.CharField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    unit = models.CharField(_("unit"), max_length=80)
    direction = models.CharField(_("good direction"), max_length=8, choices=Direction.choices)
    source = models.CharField(_("source"), max_length=200, blank=True)
    area = models.CharField(_("area"), max_length=120, blank=True)
    measures = models.ManyToManyField(MeasurePage, blank=True, related_name="indicators")
    every_years = models.PositiveSmallIntegerField(
        _("a value"), choices=Every.choices, default=Every.YEAR
    )
    days_after = models.PositiveSmallIntegerField(
        _("days after the end of the year"),
        default=DAYS_AFTER,
        validators=[MaxValueValidator(MOST_DAYS_AFTER)],
        help_text=_("By then the value is there; who keeps the indicator is reminded if it isn’t."),
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_on = models.DateField(null=True, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar = ["name", "area", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["space", "key"], name="one_indicator_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.area})" if self.area else self.name

    @property
    def url(self) -> str:
        """Return the address of its page."""
        return reverse("indicators:indicator", args=[self.pk])


class Value(models.Model):
    """What was counted in a year, and the target if somebody set one."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=4, null=True, blank=True)  # fmt: skip
    is_break = models.BooleanField(_("break in the series"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "year"], name="one_value_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"

    @property
    def plain_value(self) -> Decimal | None:
        """Return the value as people write it."""
        return plain(self.value)

    @property
    def plain_target(self) -> Decimal | None:
        """Return the target as people write it."""
        return plain(self.target)
