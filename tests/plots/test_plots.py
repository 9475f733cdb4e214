"""Pictures of figures: what they say, that gaps stay gaps, and that nothing in them breaks our policy."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from knowledge.export.drawings import drawing, size_of, words_of
from knowledge.export.rasterising import png_of
from knowledge.plots.areas import areas
from knowledge.plots.bars import bars
from knowledge.plots.drawn import svg_of
from knowledge.plots.lines import Point, Series, lines
from knowledge.plots.timeline import How, Mark, timeline

STYLE = (Path(settings.BASE_DIR) / "static/css/drawings.css").read_text("utf-8")
PARTS = ("im Plan", "verzögert", "stockt", "ohne")


def some_bars(rows: Any = (("Prävention <b>", (3, 1, 0, 2)), ("Städtebau", (0, 0, 0, 0)))) -> Any:
    return bars("nach-feld", "Maßnahmen nach Handlungsfeld", rows, parts=PARTS)


def some_marks() -> Any:
    marks = [Mark(dt.date(2026, 2, 3), How.REACHED), Mark(dt.date(2027, 1, 1), How.DUE)]
    return timeline(
        "zeit", "Meilensteine 2026", [("M 16 Müllpolizei", marks)],
        first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31), today=dt.date(2026, 11, 29),
    )  # fmt: skip


def some_lines() -> Any:
    points = [
        Point(2019, Decimal("12.5")), Point(2020, Decimal(14)), Point(2021, None), Point(2022, Decimal(11)),
        Point(2023, Decimal(20), is_break=True), Point(2024, Decimal("22.25")), Point(2026, Decimal(21)),
    ]  # fmt: skip
    series = Series("Innenstadt", points, target=Point(2027, Decimal(30)))
    return lines("wert", "Sicherheitsgefühl", [series], unit="Anteil in Prozent")


def some_areas() -> Any:
    west = [[7.4, 51.5], [7.5, 51.5], [7.5, 51.6], [7.4, 51.6], [7.4, 51.5]]
    east = [[x + 0.1, y] for x, y in west]
    outlines = {
        "west": [west],
        "east": [east, [[7.52, 51.52], [7.54, 51.52], [7.54, 51.54], [7.52, 51.52]]],
    }
    numbers = {"west": ("West <b>", 0), "east": ("Ost", 7), "ohne": ("Ohne Umriss", 3)}
    return areas(
        "karte", "Maßnahmen nach Stadtbezirk", outlines, numbers, notes=["Umrisse: erfunden"]
    )


PLOTS = {"areas": some_areas, "bars": some_bars, "timeline": some_marks, "lines": some_lines}


@pytest.mark.parametrize("make", PLOTS.values(), ids=PLOTS)
def test_a_picture_is_well_formed_has_a_title_and_neither_style_nor_script(make: Any) -> None:
    svg = svg_of(make())
    etree.fromstring(svg)  # strict, unlike what browsers forgive
    assert words_of(svg) == make().title
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", svg)
    assert svg == svg_of(make()), "the same figures give the same picture, byte for byte"
    used = set(re.findall(r'class="([^"]+)"', svg))
    unknown = {one for names in used for one in names.split() if f".{one}" not in STYLE}
    assert unknown <= {"plot-small"}, "each class is dressed"


@pytest.mark.parametrize("make", PLOTS.values(), ids=PLOTS)
def test_the_same_picture_becomes_a_png(make: Any) -> None:
    picture = drawing(svg_of(make()), STYLE)
    assert size_of(picture.content) == (360, make().height)
    assert png_of(picture.content).startswith(b"\x89PNG")


def test_words_and_numbers_are_text_and_escaped() -> None:
    texts = [text for text in etree.fromstring(svg_of(some_bars())).itertext() if text.strip()]
    for said in ("Prävention <b>", "6", "Städtebau", "0", *PARTS):
        assert said in [text.strip() for text in texts]


def test_parts_have_patterns_that_are_told_apart_without_colours() -> None:
    plot = some_bars()
    assert [part.pattern for part in plot.bars[0].parts] == [1, 2, 4]
    assert plot.bars[1].parts == []
    with pytest.raises(ValueError, match="at most 4"):
        bars("x", "x", [], parts=("1", "2", "3", "4", "5"))


def test_marks_outside_the_days_are_left_out_and_today_is_a_line() -> None:
    plot = some_marks()
    assert [mark.how for mark in plot.tracks[0].marks] == ["reached"]
    assert plot.today is not None
    assert [tick.text for tick in plot.ticks] == ["Jan", "Apr", "Jul", "Okt"]


def test_gaps_and_breaks_are_not_joined() -> None:
    plot = some_lines()
    # 2019–2020 and 2023–2024; 2021 is a gap, 2022 alone, 2025 has no row, 2026 alone.
    assert len(plot.stretches) == 2
    assert len(plot.dots) == 6
    assert len(plot.breaks) == 1
    assert [dot.value for dot in plot.dots][:2] == ["12,5", "14"]
    assert [dot.value for dot in plot.targets] == ["30"]


def test_one_value_and_none_can_be_drawn() -> None:
    assert len(lines("a", "a", [Series("s", [Point(2026, Decimal(0))])]).dots) == 1
    assert lines("a", "a", [Series("s", [Point(2026, None)])]).dots == []
    assert lines("a", "a", []).dots == []


amounts = st.integers(min_value=0, max_value=10**6)


@given(st.lists(st.tuples(amounts, amounts, amounts, amounts), max_size=8))
def test_bars_stay_inside_the_picture(rows: list[tuple[int, ...]]) -> None:
    plot = some_bars([("Zeile", row) for row in rows])
    for bar, row in zip(plot.bars, rows, strict=True):
        assert bar.total.text == str(sum(row))
        assert [part.pattern for part in bar.parts] == [n for n, one in enumerate(row, 1) if one]
        assert all(
            part.x >= 0 and part.width > 0 and part.x + part.width <= 330 for part in bar.parts
        )


values = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(st.dictionaries(st.integers(1990, 2100), st.none() | values, max_size=30))
def test_values_stay_inside_the_picture(by_year: dict[int, Decimal | None]) -> None:
    points = [Point(year, by_year[year]) for year in sorted(by_year)]
    plot = lines("x", "x", [Series("s", points)])
    assert len(plot.dots) == sum(one is not None for one in by_year.values())
    for dot in plot.dots:
        assert plot.left <= dot.x <= plot.right
        assert plot.top <= dot.y <= plot.bottom


def test_areas_lie_as_on_a_map_and_say_their_numbers() -> None:
    plot = some_areas()
    west, east = plot.areas
    assert (west.name, west.pattern, east.pattern) == ("West <b>: 0", "4", "1")
    # A degree of longitude is narrower than one of latitude: so is each square.
    places = [tuple(map(int, one.split())) for one in east.path.split(" Z")[0][2:].split(" L ")]
    width = max(x for x, _y in places) - min(x for x, _y in places)
    height = max(y for _x, y in places) - min(y for _x, y in places)
    assert width / height == pytest.approx(0.6225, abs=0.01)
    assert max(x for x, _y in places) == plot.width - 4
    assert west.number.x < min(x for x, _y in places) < east.number.x
    assert [sign.text for sign in plot.legend] == ["0", "1–2", "3–4", "5–7"]
