"""Bars: how many of what, each bar split into parts that are told apart by patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.plots.sheet import LINE, PATTERNS, WIDTH, Sign, Text, legend, text_lines

_THICK = 18
_GAP = 10
_ROOM_FOR_NUMBER = 48
_LONGEST = WIDTH - _ROOM_FOR_NUMBER


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar; `pattern` counts from 1."""

    x: int
    width: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name above and its number behind."""

    name: Sequence[Text]
    y: int
    parts: Sequence[Part]
    total: Text


@dataclass(frozen=True, slots=True)
class BarPlot:
    """What `plots/bars.html` draws."""

    id: str
    title: str
    height: int
    bars: Sequence[Bar]
    legend: Sequence[Sign]
    width: int = WIDTH
    thickness: int = _THICK
    template: str = "plots/bars.html"


def bars(
    name: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    parts: Sequence[str] = (),
) -> BarPlot:
    """Place bars below each other, the longest as wide as there is room.

    Args:
        name: Unique on its page; letters, digits, hyphens.
        title: What the picture shows, in a sentence.
        rows: Words and numbers of each bar; numbers are not negative.
        parts: What the numbers of a bar are, for the legend; at most four. Without any, each row has one number.

    Raises:
        ValueError: If there are more parts than patterns.
    """
    if len(parts) > PATTERNS:
        raise ValueError(f"A bar has at most {PATTERNS} parts; {title!r} has {len(parts)}.")
    most = max((sum(numbers) for _words, numbers in rows), default=0)
    y, placed = 0, []
    for words, numbers in rows:
        lines = text_lines(words, y + 15)
        top = y + len(lines) * LINE
        placed.append(_bar(lines, top, numbers, most))
        y = top + _THICK + _GAP
    signs = [(str(number), words) for number, words in enumerate(parts, start=1)]
    explained, y = legend(signs, y + 4) if signs else ([], y)
    return BarPlot(name, title, max(y, LINE), placed, explained)


def _bar(name: Sequence[Text], y: int, numbers: Sequence[int], most: int) -> Bar:
    x, so_far, parts = 0, 0, []
    for pattern, number in enumerate(numbers, start=1):
        so_far += number
        end = round(so_far * _LONGEST / most) if most else 0
        end = max(end, x + 3) if number else x  # one of 3,000 is seen, too
        if number:
            parts.append(Part(x, end - x, pattern))
        x = end
    return Bar(name, y, parts, Text(x + 8, y + 14, str(so_far)))
