"""Timelines: marks on days, one line for each row, told apart by their shape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from knowledge.plots.sheet import LINE, WIDTH, Sign, Text, legend, text_lines

_EDGE = 8  # so that a mark on the first day is whole
_INNER = WIDTH - 2 * _EDGE
_AXIS = 24
_TRACK = 22
_BY_MONTHS = 550  # days; a longer time is marked by years
_FIRST_MONTHS = (1, 4, 7, 10)


class How(StrEnum):
    """What a mark says of its day."""

    REACHED = "reached"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a row."""

    day: dt.date
    how: How


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """One mark in its place, by its middle."""

    x: int
    y: int
    how: str


@dataclass(frozen=True, slots=True)
class Track:
    """One row: its name above, the line below, the marks on it."""

    name: Sequence[Text]
    y: int
    marks: Sequence[PlacedMark]


@dataclass(frozen=True, slots=True)
class TimelinePlot:
    """What `plots/timeline.html` draws."""

    id: str
    title: str
    height: int
    ticks: Sequence[Text]
    tracks: Sequence[Track]
    today: int | None
    bottom: int
    legend: Sequence[Sign]
    width: int = WIDTH
    left: int = _EDGE
    right: int = WIDTH - _EDGE
    top: int = _AXIS
    template: str = "plots/timeline.html"


def timeline(
    name: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[Mark]]],
    *,
    first: dt.date,
    last: dt.date,
    today: dt.date | None = None,
) -> TimelinePlot:
    """Place marks along the days from `first` to `last`; marks outside are left out.

    Args:
        name: Unique on its page; letters, digits, hyphens.
        title: What the picture shows, in a sentence.
        rows: Words and marks of each line.
        first: The day at the left edge.
        last: The day at the right edge, after `first`.
        today: Marked by a line, if it lies between them.
    """
    days = max((last - first).days, 1)

    def place(day: dt.date) -> int:
        return _EDGE + round((day - first).days * _INNER / days)

    y, tracks = _AXIS + 4, []
    for words, marks in rows:
        lines = text_lines(words, y + 15)
        middle = y + len(lines) * LINE + _TRACK // 2
        inside = [one for one in marks if first <= one.day <= last]
        tracks.append(
            Track(lines, middle, [PlacedMark(place(one.day), middle, one.how) for one in inside])
        )
        y = middle + _TRACK // 2 + 6
    is_today_shown = today is not None and first <= today <= last
    signs = [
        (How.REACHED.value, pgettext("milestone", "reached")),
        (How.DUE.value, pgettext("milestone", "due")),
        (How.LATE.value, pgettext("milestone", "late")),
        *([("today", _("today"))] if is_today_shown else []),
    ]
    explained, end = legend(signs, y + 8)
    return TimelinePlot(
        id=name,
        title=title,
        height=end,
        ticks=[Text(place(day), 15, words) for day, words in _ticks(first, last)],
        tracks=tracks,
        today=place(today) if today is not None and is_today_shown else None,
        bottom=y,
        legend=explained,
    )


def _ticks(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    by_months = (last - first).days <= _BY_MONTHS
    found = []
    for year in range(first.year, last.year + 1):
        for month in _FIRST_MONTHS if by_months else (1,):
            day = dt.date(year, month, 1)
            if first <= day <= last:
                found.append((day, date_format(day, "M" if by_months else "Y")))
    return found
