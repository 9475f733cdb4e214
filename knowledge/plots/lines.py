"""Lines: values by year. A gap is a gap, and where a series breaks nothing is joined."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from knowledge.plots.sheet import LINE, WIDTH, Sign, Text, legend, text_lines

_LEFT, _RIGHT = 56, WIDTH - 20
_HEIGHT = 170  # of the area itself
_STEPS = 4  # lines across, at most
_LABELLED_YEARS = 6
_KINDS = 4  # shapes of marks and dashes of lines


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one year.

    Attributes:
        year: The year.
        value: None where there is none: a gap, not zero.
        is_break: Whether question or area changed, so that it can't be compared with what was before.
    """

    year: int
    value: Decimal | None
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One line with its name."""

    name: str
    points: Sequence[Point]
    target: Point | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """One value in its place; `kind` counts from 1."""

    x: int
    y: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line through values without gap or break between them, as an SVG path."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class LinePlot:
    """What `plots/lines.html` draws."""

    id: str
    title: str
    height: int
    unit: Sequence[Text]
    grid: Sequence[Text]
    years: Sequence[Text]
    stretches: Sequence[Stretch]
    dots: Sequence[Dot]
    targets: Sequence[Dot]
    breaks: Sequence[int]
    top: int
    bottom: int
    legend: Sequence[Sign]
    width: int = WIDTH
    left: int = _LEFT
    right: int = _RIGHT
    template: str = "plots/lines.html"


def lines(name: str, title: str, series: Sequence[Series], *, unit: str = "") -> LinePlot:
    """Place values by year; the scale begins at zero unless a value is below.

    Args:
        name: Unique on its page; letters, digits, hyphens.
        title: What the picture shows, in a sentence.
        series: At most four; in each the years ascend.
        unit: What the values count, above the scale.

    Raises:
        ValueError: If there are more series than kinds of marks.
    """
    if len(series) > _KINDS:
        raise ValueError(f"At most {_KINDS} lines can be told apart; {title!r} has {len(series)}.")
    heads = text_lines(unit, 15) if unit else []
    top = len(heads) * LINE + 12
    scale = _Scale.of(series, top)
    dots = [
        Dot(scale.x(one.year), scale.y(one.value), str(kind), _number(one.value))
        for kind, line in enumerate(series, start=1)
        for one in line.points
        if one.value is not None
    ]
    stretches = [
        Stretch(_path(scale, run), str(kind))
        for kind, line in enumerate(series, start=1)
        for run in _runs(line.points)
        if len(run) > 1
    ]
    targets = [
        Dot(
            scale.x(one.target.year),
            scale.y(one.target.value),
            str(kind),
            _number(one.target.value),
        )
        for kind, one in enumerate(series, start=1)
        if one.target is not None and one.target.value is not None
    ]
    broken = sorted({one.year for line in series for one in line.points[1:] if one.is_break})
    bottom = top + _HEIGHT
    explained, end = legend(_signs(series, targets, broken), bottom + LINE + 16)
    return LinePlot(
        id=name,
        title=title,
        height=end,
        unit=heads,
        grid=[Text(_LEFT - 6, scale.y(one), _number(one)) for one in scale.steps],
        years=[Text(scale.x(year), bottom + LINE, str(year)) for year in scale.labelled],
        stretches=stretches,
        dots=dots,
        targets=targets,
        breaks=[scale.between(year) for year in broken],
        top=top,
        bottom=bottom,
        legend=explained,
    )


def _signs(
    series: Sequence[Series], targets: Sequence[Dot], broken: Sequence[int]
) -> list[tuple[str, str]]:
    found = [(str(kind), one.name) for kind, one in enumerate(series, start=1)]
    if targets:
        found.append(("target", _("target")))
    if broken:
        found.append(("break", _("not comparable before")))
    return found


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where years and values lie."""

    first: int
    last: int
    low: Decimal
    high: Decimal
    steps: Sequence[Decimal]
    labelled: Sequence[int]
    top: int

    @classmethod
    def of(cls, series: Sequence[Series], top: int) -> _Scale:
        points = [one for line in series for one in line.points]
        points += [line.target for line in series if line.target is not None]
        years = [one.year for one in points] or [0]
        values = [one.value for one in points if one.value is not None]
        low, high = min(values, default=Decimal(0)), max(values, default=Decimal(1))
        steps = _steps(min(low, Decimal(0)), max(high, Decimal(0)))
        first, last = min(years), max(years)
        every = -(-(last - first + 1) // _LABELLED_YEARS)
        labelled = list(range(first, last + 1, every))
        return cls(first, last, steps[0], steps[-1], steps, labelled, top)

    def x(self, year: float) -> int:
        span = self.last - self.first
        share = (year - self.first) / span if span else 0.5
        return _LEFT + 14 + round(share * (_RIGHT - _LEFT - 28))

    def y(self, value: Decimal) -> int:
        share = (value - self.low) / (self.high - self.low)
        return self.top + _HEIGHT - round(float(share) * _HEIGHT)

    def between(self, year: int) -> int:
        """Return the x halfway between a year and the one before."""
        return self.x(year - 0.5)


def _steps(low: Decimal, high: Decimal) -> list[Decimal]:
    """Return round values from below `low` to above `high`, a few of them."""
    span = (high - low) or Decimal(1)
    rough = span / _STEPS
    power = Decimal(10) ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _runs(points: Iterable[Point]) -> list[list[Point]]:
    """Return the values that are joined: year by year, without a gap and without a break between them."""
    runs: list[list[Point]] = []
    before: Point | None = None
    for one in points:
        if one.value is None:
            before = None
            continue
        if before is None or one.is_break or one.year != before.year + 1:
            runs.append([])
        runs[-1].append(one)
        before = one
    return runs


def _path(scale: _Scale, run: Sequence[Point]) -> str:
    places = [f"{scale.x(one.year)} {scale.y(one.value)}" for one in run if one.value is not None]
    return "M " + " L ".join(places)


def _number(value: Decimal) -> str:
    """Write a value the German way, without zeros that say nothing."""
    plain = value.normalize()
    if plain == plain.to_integral_value():
        plain = plain.quantize(Decimal(1))
    return str(number_format(plain, use_l10n=True, force_grouping=True))
