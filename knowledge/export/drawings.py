"""Drawings: our own SVG, taken out of a page so that it stands by itself."""

from __future__ import annotations

from typing import Any

from lxml import etree

from knowledge.export.sheets import SVG, Picture

_WIDTH, _HEIGHT = 800.0, 450.0  # of a drawing that doesn't say it
_LARGEST = 4000.0  # pixels of a side
_NAMESPACE = "http://www.w3.org/2000/svg"


def drawing(source: str, style: str = "") -> Picture:
    """Return an SVG that stands by itself.

    Args:
        source: The SVG as a template wrote it; classes instead of styles, as our content security policy asks.
        style: The style sheet that the page has for its classes.
    """
    root = _parsed(source.encode())
    if root.tag == "svg":  # written inside HTML, where it needs no namespace
        root = _parsed(source.replace("<svg", f'<svg xmlns="{_NAMESPACE}"', 1).encode())
    if style:
        rules = etree.Element(f"{{{_NAMESPACE}}}style")
        rules.text = style
        root.insert(0, rules)
    return Picture(etree.tostring(root, encoding="unicode").encode(), SVG)


def words_of(source: str) -> str:
    """Return what a drawing says about itself: its label, else its title."""
    root = _parsed(source.encode())
    title = root.find(f"{{{_NAMESPACE}}}title")
    if title is None:
        title = root.find("title")
    words = root.get("aria-label") or (title.text if title is not None else "") or ""
    return " ".join(words.split())


def size_of(svg: bytes) -> tuple[float, float]:
    """Return width and height in pixels, from `viewBox` or the attributes of those names."""
    root = _parsed(svg)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    said = box[2:4] if len(box) == 4 else [root.get("width") or "", root.get("height") or ""]
    try:
        width, height = (float(one.removesuffix("px")) for one in said)
    except ValueError:
        width, height = _WIDTH, _HEIGHT
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        width, height = _WIDTH, _HEIGHT
    return width, height


def _parsed(svg: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(svg, parser=parser)
    return root if root is not None else etree.Element(f"{{{_NAMESPACE}}}svg")
