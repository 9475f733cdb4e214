"""What the styles of a Word document say of its paragraphs: rank, list, hidden or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.importing.extraction.office.archives import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre) ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|verzeichnis|inhaltsverzeichnis) ?[1-9]", re.IGNORECASE)
_TITLES = frozenset({"title", "titel"})
_PLAIN_TABLES = frozenset({"", "table grid", "tabellenraster", "normal table", "normale tabelle"})
_MAX_CHAIN = 20  # styles that build on one another
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    parent: str
    element: Element


class Styles:
    """All styles of one document, asked by their ids."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default = ""
        for one in () if root is None else root.iterchildren(f"{W}style"):
            key = one.get(f"{W}styleId") or ""
            self._styles[key] = _Style(value(one, "name"), value(one, "basedOn"), one)
            is_default = (one.get(f"{W}default") or "0").lower() not in _OFF
            if is_default and one.get(f"{W}type", "paragraph") == "paragraph":
                self._default = self._default or key

    def _chain(self, key: str) -> Iterator[tuple[str, _Style]]:
        """Yield a style and those it builds on, nearest first."""
        for _step in range(_MAX_CHAIN):
            style = self._styles.get(key)
            if style is None:
                return
            yield key, style
            key = style.parent

    def heading_level(self, key: str, properties: Element | None) -> int:
        """Return the rank of a paragraph: 0 for text, -1 for the document's title, else 1 to 9."""
        direct = None if properties is None else properties.find(f"{W}outlineLvl")
        for _key, style in self._chain(key):
            if style.name.lower() in _TITLES:
                return -1
            if found := _HEADING.fullmatch(style.name):
                return int(found.group(1))
            if direct is None:
                direct = style.element.find(f"{W}pPr/{W}outlineLvl")
        level = "" if direct is None else direct.get(f"{W}val") or ""
        return int(level) + 1 if level in set("012345678") else 0

    def is_contents(self, key: str) -> bool:
        """Tell whether a paragraph is a line of a table of contents."""
        return any(_CONTENTS.fullmatch(style.name) for _key, style in self._chain(key))

    def is_plain_table(self, key: str) -> bool:
        """Tell whether a table's style gives its first row no look of its own."""
        name = self._styles[key].name if key in self._styles else ""
        return name.lower() in _PLAIN_TABLES

    def numbering(self, key: str) -> tuple[str, str, str] | None:
        """Return list, level (empty if the list says it) and the id of the style that puts a paragraph in a list."""
        level = ""
        for found_key, style in self._chain(key):
            numbering = style.element.find(f"{W}pPr/{W}numPr")
            if numbering is None:
                continue
            level = level or value(numbering, "ilvl")
            if number := value(numbering, "numId"):
                return number, level, found_key
        return None

    def switch(self, name: str, *keys: str) -> bool:
        """Tell whether styles turn a property of letters on, such as `vanish`; the first that says anything counts."""
        for first in keys:
            for _key, style in self._chain(first or self._default):
                found = is_on(style.element.find(f"{W}rPr"), name)
                if found is not None:
                    return found
        return False

    def size(self, key: str) -> int:
        """Return the size of a style's letters in half points; 0 if none says."""
        for _key, style in self._chain(key or self._default):
            found = style.element.find(f"{W}rPr/{W}sz")
            if found is not None:
                return half_points(found)
        return 0


def half_points(size: Element) -> int:
    """Return the value of a size."""
    text = size.get(f"{W}val") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def value(element: Element | None, name: str) -> str:
    """Return the value of a child element, or nothing."""
    found = None if element is None else element.find(f"{W}{name}")
    return "" if found is None else found.get(f"{W}val") or ""


def is_on(properties: Element | None, name: str) -> bool | None:
    """Tell whether properties turn a switch on or off; None if they say nothing of it."""
    found = None if properties is None else properties.find(f"{W}{name}")
    return None if found is None else (found.get(f"{W}val") or "1").lower() not in _OFF
