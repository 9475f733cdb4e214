"""The numbers that Word sets before headings and items of lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.importing.extraction.office.archives import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_SHOWN = 100_000  # a larger number is a damaged file's


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before an item.

    Attributes:
        text: Such as `1.2` or `a)`; empty for a bullet.
        ordinal: The item's own number on its level; 0 for a bullet.
        is_plain: A simple `1.` or `1)`, which a numbered list shows by itself.
    """

    text: str = ""
    ordinal: int = 0
    is_plain: bool = False


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    is_legal: bool = False
    restarts: bool = True
    style: str = ""


@dataclass(slots=True)
class _List:
    """One definition of a list, with how far it has been counted."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)
    link: str = ""


class Numbering:
    """All lists of one document; asked for each paragraph in reading order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._lists_by_number: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: Element) -> None:
        styled = {}
        for one in root.iterchildren(f"{_W}abstractNum"):
            number = one.get(f"{_W}abstractNumId") or ""
            self._lists[number] = _List(
                {_int(level, "ilvl"): _level(level) for level in one.iterchildren(f"{_W}lvl")},
                link=_value(one, "numStyleLink"),
            )
            if style := _value(one, "styleLink"):
                styled[style] = number
        for one in root.iterchildren(f"{_W}num"):
            key = one.get(f"{_W}numId") or ""
            number = _value(one, "abstractNumId")
            link = self._lists[number].link if number in self._lists else ""
            self._lists_by_number[key] = styled.get(link, number)
            self._read_overrides(key, one)
        for key, number in self._lists_by_number.items():
            for index, level in self._lists.get(number, _List()).levels.items():
                if level.style:
                    self._by_style.setdefault(level.style, (key, index))

    def _read_overrides(self, key: str, one: Element) -> None:
        starts = self._overrides.setdefault(key, {})
        for override in one.iterchildren(f"{_W}lvlOverride"):
            if start := _value(override, "startOverride"):
                starts[_int(override, "ilvl")] = _number(start)

    def of_style(self, style: str) -> tuple[str, int] | None:
        """Return list and level that a paragraph style is bound to by the list."""
        return self._by_style.get(style)

    def next(self, key: str, index: int) -> Marker | None:
        """Count one item and return what stands before it; None if nothing does.

        Args:
            key: The list's number as paragraphs name it; `0` takes a paragraph out of its list.
            index: Its level, from 0.
        """
        found = self._lists.get(self._lists_by_number.get(key, ""))
        if found is None or not 0 <= index < _LEVELS:
            return None
        level = found.levels.get(index, _Level(format="bullet"))
        self._count(found, key, index, level)
        if level.format == "bullet":
            return Marker()
        text = _PLACE.sub(lambda place: self._shown(found, int(place.group(1)), level), level.text)
        ordinal = found.counts[index] or 0
        is_plain = level.format == "decimal" and level.text in {f"%{index + 1}.", f"%{index + 1}"}
        return Marker(text.strip(), ordinal, is_plain) if text.strip() else None

    def _count(self, found: _List, key: str, index: int, level: _Level) -> None:
        start = self._overrides.get(key, {}).pop(index, None)
        before = found.counts[index]
        if start is not None:
            found.counts[index] = start
        else:
            found.counts[index] = level.start if before is None else before + 1
        for deeper in range(index + 1, _LEVELS):
            if found.levels.get(deeper, _Level()).restarts:
                found.counts[deeper] = None

    @staticmethod
    def _shown(found: _List, place: int, asking: _Level) -> str:
        level = found.levels.get(place - 1, _Level())
        count = found.counts[place - 1]
        count = level.start if count is None else count
        return formatted(count, "decimal" if asking.is_legal else level.format)


def formatted(count: int, style: str) -> str:
    """Return a number as a list shows it, such as `iv` or `c`; what is not known as an ordinary number."""
    if not 0 < count < _MAX_SHOWN:
        return str(count)
    return _FORMATS.get(style, str)(count)


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 10)


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (count // value)
        count %= value
    return text


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": lambda count: f"{count:02}",
    "ordinal": lambda count: f"{count}.",
    "none": lambda _count: "",
}


def _level(element: Element) -> _Level:
    return _Level(
        start=_number(_value(element, "start") or "1"),
        format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText"),
        is_legal=element.find(f"{_W}isLgl") is not None,
        restarts=_value(element, "lvlRestart") != "0",
        style=_value(element, "pStyle"),
    )


def _value(element: Element, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val") or ""


def _int(element: Element, name: str) -> int:
    return _number(element.get(f"{_W}{name}") or "0")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
