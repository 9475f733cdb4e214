"""Indicators with their pictures, within the reader's rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from access.rights import Person
from knowledge.indicators.models import Indicator, Value
from knowledge.indicators.querysets import IndicatorQuerySet
from knowledge.measures.models import MeasurePage
from knowledge.plots.lines import LinePlot, Point, Series, lines


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator with its values, the picture of them, and the measures that the reader may know of."""

    indicator: Indicator
    values: Sequence[Value]
    plot: LinePlot
    measures: Sequence[MeasurePage]


def indicators_for(user: Person) -> list[Shown]:
    """Return the indicators that `user` may see, by name and area; three queries."""
    found = Indicator.objects.visible_to(user).select_related("space")
    return [shown(one) for one in _with_measures(found, user)]


def series_for(user: Person) -> list[tuple[Indicator, Sequence[Value]]]:
    """Return the indicators that `user` may see with their values, without pictures, by name and area; two queries."""
    found = Indicator.objects.visible_to(user).prefetch_related("values")
    return [(one, list(one.values.all())) for one in found]


def indicator_for(user: Person, pk: int) -> Shown | None:
    """Return one indicator; None if there is none, or it is hidden."""
    found = Indicator.objects.visible_to(user).select_related("space").filter(pk=pk)
    return next((shown(one) for one in _with_measures(found, user)), None)


def _with_measures(found: IndicatorQuerySet, user: Person) -> list[Indicator]:
    seen = MeasurePage.objects.visible_to(user).order_by("number", "title")
    measures = Prefetch("measures", queryset=seen, to_attr="seen_measures")
    return list(found.prefetch_related("values", measures))


def shown(indicator: Indicator) -> Shown:
    """Return an indicator that the caller took by the reader's right with the picture of its values."""
    values = list(indicator.values.all())
    return Shown(indicator, values, plot_of(indicator, values), getattr(indicator, "seen_measures", []))  # fmt: skip


def plot_of(indicator: Indicator, values: Sequence[Value]) -> LinePlot:
    """Return the picture of an indicator's values; the last target that was set is drawn."""
    points = [Point(one.year, one.value, one.is_break) for one in values]
    targets = [Point(one.year, one.target) for one in values if one.target is not None]
    series = Series(str(indicator), points, targets[-1] if targets else None)
    return lines(f"indicator-{indicator.pk}", str(indicator), [series], unit=indicator.unit)


def latest(values: Sequence[Value]) -> Value | None:
    """Return the last year that has a value."""
    return next((one for one in reversed(values) if one.value is not None), None)
