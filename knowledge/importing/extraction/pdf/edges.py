"""Running titles and page numbers of a PDF: lines at the edges that recur from page to page."""

from __future__ import annotations

import re
from collections import Counter

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_EDGE_LINES = 2  # running titles and page numbers stand in the first or last two lines
_EDGE_SHARE = 0.3  # of the pages: left and right ones differ, and chapters have their own


def without_running_titles(pages: list[list[str]]) -> list[list[str]]:
    """Drop first and last lines that recur, digits aside, on many pages or on pages close by."""
    if len(pages) < 2:
        return pages
    if len(pages) < 4:
        return _without_common_edges(pages)
    edges = [
        {shape(line) for line in [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]} for page in pages
    ]
    seen = Counter(shape for edge in edges for shape in edge)
    least = max(3, int(len(pages) * _EDGE_SHARE))
    everywhere = {shape for shape, count in seen.items() if count >= least}
    trimmed = []
    for number, page in enumerate(pages):
        # Prefaces and chapters have running titles of their own.
        around = edges[max(0, number - 2) : number] + edges[number + 1 : number + 3]
        nearby = Counter(shape for edge in around for shape in edge)
        close = {shape for shape, count in nearby.items() if count >= 2}
        trimmed.append(_trimmed(page, everywhere | close))
    return trimmed


def _without_common_edges(pages: list[list[str]]) -> list[list[str]]:
    """Drop what two or three pages have in common in the same place: fewer pages prove less than many."""
    if len(pages) > 2 and not any(map(_common, _edges(pages))):
        return [pages[0], *_without_common_edges(pages[1:])]  # a first page has a head of its own
    above, below = map(_common, _edges(pages))
    trimmed = [page[above : len(page) - below] for page in pages]
    return [rest or page for rest, page in zip(trimmed, pages, strict=True)]


def _edges(pages: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the shapes of the first and of the last lines of each page, those at the edge first."""
    first = [[shape(line) for line in page[:_EDGE_LINES]] for page in pages]
    last = [[shape(line) for line in page[: -_EDGE_LINES - 1 : -1]] for page in pages]
    return first, last


def _common(edges: list[list[str]]) -> int:
    """Return how many lines from the edge on are alike on all pages."""
    count = 0
    for shapes in zip(*edges, strict=False):
        if len(set(shapes)) > 1:
            break
        count += 1
    return count


def _trimmed(page: list[str], recurring: set[str]) -> list[str]:
    first, last = 0, len(page)
    while first < min(_EDGE_LINES, last) and _is_edge(page[first], recurring):
        first += 1
    while last > max(first, len(page) - _EDGE_LINES) and _is_edge(page[last - 1], recurring):
        last -= 1
    # A page of which nothing would be left is a form or a slide that repeats itself.
    return page[first:last] or page


def _is_edge(line: str, recurring: set[str]) -> bool:
    return shape(line) in recurring or not _DIGITS.sub("", line.lower()).strip(" -–./|")


def shape(line: str) -> str:
    """Return what a line is without its numbers and blanks: what running titles have in common."""
    return _DIGITS.sub("#", line.lower()).replace(" ", "")
