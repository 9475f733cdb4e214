"""Items of lists in a row to HTML: nested lists where our editor can show their numbers, else the numbers as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from knowledge.importing.extraction.office.numbering import Marker


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its level from 0, what stands before it, and its inline HTML."""

    level: int
    marker: Marker
    html: str


def list_html(items: Sequence[Item]) -> str:
    """Return neighbouring items as HTML; our editor's numbered lists begin with 1 and know neither a) nor iv."""
    if not items:
        return ""
    least = min(item.level for item in items)
    parts = []
    for group in _groups(items, least):
        tag = _tag(group)
        children = [_nested(item, below) for item, below in group]
        if tag:
            parts.append(f"<{tag}>{''.join(f'<li>{child}</li>' for child in children)}</{tag}>")
        else:
            parts += [
                f"<p>{numbered(item)}</p>{list_html(below)}" for item, below in group if item.html
            ]
    return "".join(parts)


def numbered(item: Item) -> str:
    """Return an item's text with its number before it; bullets say nothing."""
    number = escape(item.marker.text, quote=False)
    return f"{number} {item.html}" if number else item.html


_Group = list[tuple[Item, list[Item]]]


def _groups(items: Sequence[Item], level: int) -> list[_Group]:
    """Return the items of a level with those below each, parted where bullets and numbers change."""
    groups: list[_Group] = []
    for item in items:
        if item.level > level and groups:
            groups[-1][-1][1].append(item)
        elif groups and bool(groups[-1][-1][0].marker.text) == bool(item.marker.text):
            groups[-1].append((item, []))
        else:
            groups.append([(item, [])])
    return groups


def _tag(group: _Group) -> str:
    """Return the element that shows a group as it is, or nothing."""
    if not group[0][0].marker.text:
        return "ul"
    ordinals = [item.marker.ordinal for item, _below in group]
    is_plain = all(item.marker.is_plain for item, _below in group)
    return "ol" if is_plain and ordinals == list(range(1, len(group) + 1)) else ""


def _nested(item: Item, below: Sequence[Item]) -> str:
    """Return the inside of an item; what is below it in a way that no list shows follows as lines."""
    html = item.html
    if not below:
        return html
    least = min(one.level for one in below)
    for group in _groups(below, least):
        if _tag(group):
            html += list_html([one for top, inner in group for one in (top, *inner)])
        else:
            for top, inner in group:
                html += f"<br/>{numbered(top)}" + "".join(f"<br/>{numbered(one)}" for one in inner)
    return html
