"""Stored rich text ⇄ lines. What a line holds is written anew, so nothing that isn't known here gets through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from knowledge.editing.lines import LISTS, Line, Link, Run, joined

_BLOCKS = {"p": "p", "h3": "h3", "h4": "h4", "blockquote": "quote", "hr": "hr"}
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em"})
_WRAPPED = re.compile(r"[ \t]*[\r\n]+[ \t\r\n]*")
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


class UnknownMarkup(ValueError):
    """Rich text has something that the editor can't show."""


def is_safe(address: str) -> bool:
    """Tell whether a link may lead there: to this site or to an address that is no program."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES
    # `//host` and `/\host` leave the site; browsers drop tabs and line feeds inside an address.
    return address.startswith(("/", "#")) and not re.match(r"/[/\\\s]", address)


def lines_of_rich_text(source: str, prefix: str) -> list[Line]:
    """Read a block of rich text.

    Args:
        source: As it is stored, with links by number.
        prefix: Begins the keys of lines that have none yet, so that each time they are the same.

    Raises:
        UnknownMarkup: If there is something in it that would be lost.
    """
    if not source.strip():
        return []
    root = html.fragment_fromstring(source, create_parent="div")
    return [
        Line(key or f"{prefix}-{number}", *line)
        for number, (key, *line) in enumerate(_lines(root), start=1)
    ]


def _lines(root: Any) -> Iterator[tuple[Any, ...]]:
    if (root.text or "").strip() or any((child.tail or "").strip() for child in root):
        raise UnknownMarkup("text outside of a paragraph")
    for child in root:
        if child.tag in LISTS:
            yield from _items(child, 0)
        elif child.tag in _BLOCKS:
            yield child.get("data-block-key"), _BLOCKS[child.tag], _runs_of(child)
        else:
            raise UnknownMarkup(str(child.tag))


def _items(element: Any, depth: int) -> Iterator[tuple[Any, ...]]:
    for item in element:
        if item.tag != "li":
            raise UnknownMarkup(str(item.tag))
        nested = [child for child in item if child.tag in LISTS]
        yield item.get("data-block-key"), element.tag, _runs_of(item, without=nested), depth
        for one in nested:
            if (one.tail or "").strip():
                raise UnknownMarkup("text below a nested list")
            yield from _items(one, depth + 1)


def _runs_of(element: Any, without: Sequence[Any] = ()) -> tuple[Run, ...]:
    runs = list(joined(_runs(element, Run(""), without)))
    if runs:
        runs[0] = runs[0]._replace(text=re.sub(r"^ ?\v ?", "", runs[0].text))
        runs[-1] = runs[-1]._replace(text=re.sub(r" ?\v ?$", "", runs[-1].text))
    return joined(run._replace(text=run.text.replace("\v", " ")) for run in runs)


def _runs(element: Any, look: Run, without: Sequence[Any]) -> Iterator[Run]:
    # A line feed in the source is a space; marked, since at the ends of a line it is nothing.
    yield look._replace(text=_WRAPPED.sub("\v", element.text or ""))
    for child in element:
        if child not in without:
            if not isinstance(child.tag, str):
                raise UnknownMarkup("comment")
            if child.tag == "br":
                yield look._replace(text="\n")
            else:
                yield from _runs(child, _look_of(child, look), ())
        yield look._replace(text=_WRAPPED.sub("\v", child.tail or ""))


def _look_of(element: Any, look: Run) -> Run:
    if element.tag in _BOLD:
        return look._replace(is_bold=True)
    if element.tag in _ITALIC:
        return look._replace(is_italic=True)
    if element.tag == "a":
        return look._replace(link=_link_of(element))
    raise UnknownMarkup(str(element.tag))


def _link_of(element: Any) -> Link:
    kind, number = element.get("linktype"), element.get("id") or ""
    if kind in {"page", "document"} and number.isascii() and number.isdigit():
        return Link(kind, str(int(number)))
    if kind is None and element.get("href"):
        return Link("url", element.get("href"))
    raise UnknownMarkup("link")


def rich_text_of(lines: Iterable[Line]) -> str:
    """Write lines as Wagtail's own editor does: keys with each line, links by number."""
    pieces: list[str] = []
    open_lists: list[str] = []

    def close(depth: int) -> None:
        while len(open_lists) > depth:
            pieces.append(f"</li></{open_lists.pop()}>")

    for line in lines:
        inner, key = html_of(line.runs), f' data-block-key="{escape(line.key)}"'
        if line.kind not in LISTS:
            close(0)
            tag = "blockquote" if line.kind == "quote" else line.kind
            pieces.append("<hr/>" if tag == "hr" else f"<{tag}{key}>{inner}</{tag}>")
            continue
        depth = min(line.depth, len(open_lists))
        close(depth + 1)
        if len(open_lists) == depth + 1 and open_lists[-1] != line.kind:
            close(depth)
        if len(open_lists) == depth:
            pieces.append(f"<{line.kind}>")
            open_lists.append(line.kind)
        else:
            pieces.append("</li>")
        pieces.append(f"<li{key}>{inner}")
    close(0)
    return "".join(pieces)


def html_of(runs: Iterable[Run]) -> str:
    """Write the words of one line."""
    pieces = []
    for link, linked in groupby(joined(runs), key=lambda run: run.link):
        inner = "".join(map(_marked, linked))
        pieces.append(f"<a {_attributes(link)}>{inner}</a>" if link else inner)
    return "".join(pieces)


def _marked(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br/>")
    if run.is_italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.is_bold else text


def _attributes(link: Link) -> str:
    if link.kind == "url":
        return f'href="{escape(link.to)}"'
    return f'linktype="{link.kind}" id="{int(link.to)}"'
