"""What the styles of an OpenDocument file say: bold or hidden letters, hidden parts, the numbers of lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.numbering import Marker, formatted

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LEVELS = 10
_MAX_CHAIN = 20  # styles that build on one another


def name(prefixed: str) -> str:
    """Return a name as lxml spells it."""
    prefix, local = prefixed.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def number(element: Element, attribute: str, *, usual: int = 1, most: int = 10**7) -> int:
    """Return an attribute as a number, at least 0."""
    text = element.get(attribute) or ""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else usual


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = ""
    prefix: str = ""
    suffix: str = ""
    shown_levels: int = 1
    start: int = 1


@dataclass(slots=True)
class Count:
    """How far one list has been counted, on each level."""

    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class OpenStyles:
    """All styles of one file."""

    def __init__(self, *roots: Element) -> None:
        self._styles: dict[str, Element] = {}
        self._lists: dict[str, dict[int, _Level]] = {}
        self.outline: dict[int, _Level] = {}
        for root in roots:
            for style in root.iter(name("style:style")):
                self._styles.setdefault(style.get(name("style:name")) or "", style)
            for one in root.iter(name("text:list-style")):
                self._lists.setdefault(one.get(name("style:name")) or "", _levels(one))
            for one in root.iter(name("text:outline-style")):
                self.outline = self.outline or _levels(one)

    def property(self, key: str | None, kind: str, attribute: str) -> str:
        """Return what a style, or one that it builds on, says; empty if none does."""
        for _step in range(_MAX_CHAIN):
            style = self._styles.get(key or "")
            if style is None:
                break
            for properties in style.iterchildren(name(f"style:{kind}-properties")):
                if found := properties.get(name(attribute)):
                    return str(found)
            key = style.get(name("style:parent-style-name"))
        return ""

    def is_hidden_text(self, key: str | None) -> bool:
        """Tell whether letters of a style are hidden."""
        return self.property(key, "text", "text:display") == "none"

    def marks(self, key: str | None) -> tuple[str, ...]:
        """Return the HTML elements for bold and italic letters, innermost first; of the style itself only."""
        style = self._styles.get(key or "")
        properties = None if style is None else style.find("style:text-properties", NAMESPACES)
        if properties is None:
            return ()
        is_italic = properties.get(name("fo:font-style")) == "italic"
        is_bold = properties.get(name("fo:font-weight")) in {"bold", "700", "800", "900"}
        return (*(("em",) if is_italic else ()), *(("strong",) if is_bold else ()))

    def is_title(self, key: str | None) -> bool:
        """Tell whether a paragraph is the document's title."""
        style = self._styles.get(key or "")
        parent = None if style is None else style.get(name("style:parent-style-name"))
        return key == "Title" or parent == "Title"

    def list_of(self, key: str | None) -> dict[int, _Level]:
        """Return the levels of a list style."""
        return self._lists.get(key or "", {})


def next_marker(
    levels: dict[int, _Level], count: Count, index: int, *, start: int | None = None
) -> Marker:
    """Count one item and return what stands before it."""
    level = levels.get(index, _Level())
    counts = count.counts
    before = counts[index] if index < _LEVELS else None
    if index >= _LEVELS:
        return Marker()
    counts[index] = start if start is not None else level.start if before is None else before + 1
    counts[index + 1 :] = [None] * (_LEVELS - index - 1)
    if not level.format:
        return Marker()
    shown = []
    for place in range(max(0, index - level.shown_levels + 1), index + 1):
        style = levels.get(place, _Level()).format
        if style:
            value = counts[place]
            shown.append(formatted(1 if value is None else value, _FORMATS.get(style, "decimal")))
    ordinal = counts[index] or 0
    is_plain = (
        level.format == "1" and not level.prefix and level.suffix in {".", ""} and len(shown) == 1
    )
    return Marker(f"{level.prefix}{'.'.join(shown)}{level.suffix}".strip(), ordinal, is_plain)


def _levels(style: Element) -> dict[int, _Level]:
    levels = {}
    for one in style.iterchildren(
        name("text:list-level-style-number"), name("text:outline-level-style")
    ):
        levels[number(one, name("text:level")) - 1] = _Level(
            format=one.get(name("style:num-format")) or "",
            prefix=one.get(name("style:num-prefix")) or "",
            suffix=one.get(name("style:num-suffix")) or "",
            shown_levels=number(one, name("text:display-levels")),
            start=number(one, name("text:start-value")),
        )
    return levels
