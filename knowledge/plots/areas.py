"""Areas: how many of what in each part of a map, in steps that are told apart by patterns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.plots.sheet import LINE, WIDTH, Sign, Text, legend, text_lines

_EDGE = 4
_NONE = "4"  # the pattern that is white
_STEPS = ("3", "2", "1")  # patterns from light to dark

Ring = Sequence[Sequence[float]]  # longitude and latitude in degrees


@dataclass(frozen=True, slots=True)
class Area:
    """One part of the map with its number."""

    name: str
    path: str
    pattern: str
    number: Text


@dataclass(frozen=True, slots=True)
class AreaPlot:
    """What `plots/areas.html` draws; `notes` are lines below the map, such as its source."""

    id: str
    title: str
    height: int
    areas: Sequence[Area]
    legend: Sequence[Sign]
    notes: Sequence[Text]
    width: int = WIDTH
    template: str = "plots/areas.html"


def areas(
    name: str,
    title: str,
    outlines: Mapping[str, Sequence[Ring]],
    numbers: Mapping[str, tuple[str, int]],
    *,
    notes: Sequence[str] = (),
) -> AreaPlot:
    """Place the areas as they lie, north above; a degree of longitude is as wide as at their mean latitude.

    Args:
        name: Unique on its page; letters, digits, hyphens.
        title: What the picture shows, in a sentence.
        outlines: Rings of each area by its key.
        numbers: Words and number of each area; those without outlines aren't drawn.
        notes: What has to be said below, such as source and licence.
    """
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * _EDGE) / max((east - west) * narrow, north - south, 1e-9)

    def placed(ring: Ring) -> list[tuple[int, int]]:
        points = (
            (_EDGE + round((x - west) * narrow * scale), _EDGE + round((north - y) * scale))
            for x, y in ring
        )
        return [point for point, _same in groupby(points)]  # many fall into one place

    most = max((numbers[key][1] for key in outlines if key in numbers), default=0)
    drawn = [
        _area(*numbers[key], [placed(ring) for ring in rings], most)
        for key, rings in outlines.items()
        if key in numbers
    ]
    below = 2 * _EDGE + round((north - south) * scale)
    explained, below = legend(_signs(most), below + 4)
    lines: list[Text] = []
    for note in notes:
        lines += text_lines(note, below + 15)
        below = lines[-1].y + LINE - 15
    return AreaPlot(name, title, below, drawn, explained, lines)


def _area(name: str, number: int, rings: Sequence[Sequence[tuple[int, int]]], most: int) -> Area:
    path = " ".join("M " + " L ".join(f"{x} {y}" for x, y in ring) + " Z" for ring in rings)
    largest = max(rings, key=lambda ring: abs(_twice(ring)))
    x, y = _middle(largest)
    pattern = _STEPS[_step(number, most)] if number else _NONE
    return Area(f"{name}: {number}", path, pattern, Text(x, y + 5, str(number)))


def _step(number: int, most: int) -> int:
    return (number * len(_STEPS) - 1) // most


def _signs(most: int) -> list[tuple[str, str]]:
    """Return what the patterns mean; steps that no number falls into are left out."""
    signs = [(_NONE, "0")]
    for step, pattern in enumerate(_STEPS):
        inside = [one for one in range(1, most + 1) if _step(one, most) == step]
        if inside:
            first, last = inside[0], inside[-1]
            signs.append((pattern, str(first) if first == last else f"{first}–{last}"))
    return signs


def _twice(ring: Sequence[tuple[int, int]]) -> int:
    """Return twice the area, negative one way round."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def _middle(ring: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return where the weight of the area lies; for one without area, the middle of its points."""
    twice = _twice(ring)
    if not twice:
        return sum(x for x, _y in ring) // len(ring), sum(y for _x, y in ring) // len(ring)
    x = y = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = ax * by - bx * ay
        x, y = x + (ax + bx) * cross, y + (ay + by) * cross
    return round(x / (3 * twice)), round(y / (3 * twice))
