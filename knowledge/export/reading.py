"""Read the blocks of a sheet out of HTML that was rendered for one reader.

It is the HTML of the page itself, so that a file holds what its reader sees there and no second rule says what that is.
Left out is what paper has no use for: what the style sheet doesn't print, forms, buttons, ornaments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from lxml import html

from knowledge.export.drawings import words_of
from knowledge.export.sheets import (
    Block,
    Box,
    Cell,
    Figure,
    Heading,
    Items,
    Paragraph,
    Preformatted,
    Rule,
    Run,
    Runs,
    Table,
    plain,
)
from knowledge.text import without_control_characters

# An Element of lxml, which ships no types.
Element = Any

# As in the style sheet's part for print (static/css/stadtwissen.css); a test compares them.
NOT_PRINTED = frozenset({
    "sw-header", "sw-footer", "sw-skip", "sw-breadcrumb", "sw-filters", "sw-facets", "sw-pagination", "sw-messages",
    "sw-anchor", "sw-contents", "sw-no-print",
})  # fmt: skip
_DROPPED = frozenset({
    "script", "style", "template", "noscript", "iframe", "object", "embed", "button", "select", "input", "textarea",
    "canvas", "audio", "video", "form", "nav", "link", "meta", "head",
})  # fmt: skip
_BOXES = frozenset({"sw-decision", "sw-alert"})
_STRETCHES = frozenset({"sw-meta-item", "sw-badge"})  # parted by the style sheet alone
_UNSEEN = "kern-sr-only"
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary",
    "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD, _ITALIC, _CODE = {"b", "strong"}, {"i", "em", "cite"}, {"code", "kbd", "samp"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SAFE_LINK = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL | re.IGNORECASE)
_DEEPEST = 60  # levels of elements; what lies deeper is read as text

# Stores the bytes of `svg`, or of the picture at an address, and returns its name; empty if the reader may not have it.
Keep = Callable[[str], str]


def set_aside(source: str) -> tuple[str, list[str]]:
    """Return HTML with a numbered gap for each drawing, and the drawings: a parser of HTML changes names inside SVG."""
    drawings: list[str] = []

    def gap(match: re.Match[str]) -> str:
        drawings.append(match[0])
        return f'<svg data-drawing="{len(drawings) - 1}"></svg>'

    return _SVG.sub(gap, source), drawings


def blocks_of(
    source: str,
    *,
    base_url: str,
    keep_picture: Keep,
    keep_drawing: Keep,
    drawings: Sequence[str] = (),
) -> list[Block]:
    """Return what a fragment of HTML says, in order.

    Args:
        source: HTML as our templates render it, without its drawings.
        base_url: Address of the page: links in a file are whole ones.
        keep_picture: Gets the address of a picture.
        keep_drawing: Gets the SVG of a drawing in the text.
        drawings: From `set_aside`.
    """
    if not source.strip():
        return []
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    root = html.fragment_fromstring(
        without_control_characters(source), create_parent="div", parser=parser
    )
    found = _Reader(base_url, keep_picture, keep_drawing, drawings).blocks(root, 0)
    return [one for one in found if not isinstance(one, Paragraph) or plain(one.runs)]


class _Reader:
    """Walks the tree; text between blocks becomes paragraphs."""

    def __init__(
        self, base_url: str, keep_picture: Keep, keep_drawing: Keep, drawings: Sequence[str]
    ) -> None:
        self._drawings = drawings
        self._base_url = base_url
        self._keep_picture = keep_picture
        self._keep_drawing = keep_drawing

    def blocks(self, element: Element, depth: int) -> Iterator[Block]:
        """Yield what stands below an element."""
        if depth > _DEEPEST:
            yield from _paragraph([Run(" ".join(element.itertext()))])
            return
        waiting: list[Run] = [*_text(element.text)]
        for child in element:
            if _is_block(child):
                yield from _paragraph(waiting)
                waiting = []
                if not _is_left_out(child):
                    yield from self._block(child, depth + 1)
            else:
                pictures: list[Block] = []
                waiting.extend(self._inline(child, Run(""), pictures, depth))
                if pictures:
                    yield from _paragraph(waiting)
                    waiting = []
                    yield from pictures
            waiting.extend(_text(child.tail))
        yield from _paragraph(waiting)

    def _block(self, element: Element, depth: int) -> Iterator[Block]:
        tag, classes = element.tag, _classes(element)
        if tag in _HEADINGS:
            runs = self._runs(element)
            if plain(runs):
                yield Heading(_HEADINGS[tag], runs, element.get("id") or "")
        elif tag == "hr":
            yield Rule()
        elif tag == "pre":
            yield Preformatted("".join(element.itertext()).strip("\n"))
        elif tag == "svg":
            yield from self._drawing(element)
        elif tag == "figure":
            yield from self._figure(element, depth)
        elif tag in {"ul", "ol"}:
            yield from self._list(element, depth)
        elif tag == "dl":
            yield from self._facts(element, depth)
        elif tag == "table":
            yield from self._table(element, depth)
        elif tag == "summary":
            yield from _paragraph([replace(run, is_bold=True) for run in self._runs(element)])
        elif tag == "blockquote" or classes & _BOXES:
            inner = list(self.blocks(element, depth))
            if inner:
                yield Box(inner)
        else:
            yield from self.blocks(element, depth)

    def _figure(self, element: Element, depth: int) -> Iterator[Block]:
        captions = list(element.iter("figcaption"))
        caption = [run for one in captions for run in self._runs(one)]
        for one in captions:
            one.drop_tree()
        for block in self.blocks(element, depth):
            yield replace(block, caption=caption) if isinstance(block, Figure) else block

    def _drawing(self, element: Element) -> Iterator[Block]:
        number = element.get("data-drawing") or ""
        source = self._drawings[int(number)] if number.isdecimal() else ""
        name = self._keep_drawing(source) if source else ""
        if name:
            yield Figure(name, words_of(source))

    def _list(self, element: Element, depth: int) -> Iterator[Block]:
        found = [
            _with_label(item, list(self.blocks(item, depth)))
            for item in element
            if item.tag == "li" and not _is_left_out(item)
        ]
        items = [one for one in found if one]
        if any(isinstance(block, Heading | Table) for item in items for block in item):
            # The items of an agenda are parts of the text, with headings of their own.
            yield from (block for item in items for block in item)
        elif items:
            yield Items(items, is_ordered=element.tag == "ol")

    def _facts(self, element: Element, depth: int) -> Iterator[Block]:
        rows: list[list[Cell]] = []
        for one in element.iter("dt", "dd"):
            runs = self._cell_runs(one, depth)
            if one.tag == "dt":
                rows.append([Cell(runs, is_head=True)])
            elif rows and len(rows[-1]) == 1:
                rows[-1].append(Cell(runs))
            elif rows:
                before = rows[-1][1]
                rows[-1][1] = Cell([*before.runs, Run("\n"), *runs])
        whole = [row for row in rows if len(row) == 2]  # name and value
        if whole:
            yield Table(whole, is_facts=True)

    def _table(self, element: Element, depth: int) -> Iterator[Block]:
        head = list(element.iterfind("thead/tr"))
        lines = [*head, *element.iterfind("tr"), *element.iterfind("tbody/tr")]
        lines += element.iterfind("tfoot/tr")
        rows = [
            [self._cell(one, depth) for one in line if one.tag in {"td", "th"}] for line in lines
        ]
        caption = element.find("caption")
        words = plain(self._runs(caption)) if caption is not None else ""
        heads = len([row for row in rows[: len(head)] if row])
        rows = list(_with_heads(list(_squared([row for row in rows if row])), heads))
        if rows:
            yield Table(rows, head_rows=heads, caption=words)

    def _cell(self, element: Element, depth: int) -> Cell:
        return Cell(
            self._cell_runs(element, depth),
            is_head=element.tag == "th",
            columns=_span(element, "colspan"),
            rows=_span(element, "rowspan"),
        )

    def _cell_runs(self, element: Element, depth: int) -> Runs:
        """Return all text of a cell; blocks in it are lines."""
        runs: list[Run] = []
        for block in self.blocks(element, depth + 1):
            runs.extend([Run("\n")] if runs else [])
            runs.extend(_runs_of(block))
        return runs

    def _runs(self, element: Element) -> list[Run]:
        return _trimmed(self._inner(element, Run(""), [], 0))

    def _inline(
        self, element: Element, style: Run, pictures: list[Block], depth: int
    ) -> Iterator[Run]:
        if not isinstance(element.tag, str) or _is_left_out(element):
            return
        tag = element.tag
        if tag == "br":
            yield Run("\n")
        elif tag == "img":
            name = self._keep_picture(element.get("src") or "")
            if name:
                pictures.append(Figure(name, element.get("alt") or ""))
        elif element.get("role") == "img" and element.get("aria-label"):
            yield replace(style, text=f"{element.get('aria-label')} ")
        else:
            if _classes(element) & _STRETCHES and _has_text_before(element):
                yield Run(" · ")
            yield from self._inner(element, self._styled(element, style), pictures, depth + 1)

    def _inner(
        self, element: Element, style: Run, pictures: list[Block], depth: int
    ) -> Iterator[Run]:
        if depth > _DEEPEST:
            yield from _text(" ".join(element.itertext()), style)
            return
        yield from _text(element.text, style)
        for child in element:
            yield from self._inline(child, style, pictures, depth)
            yield from _text(child.tail, style)

    def _styled(self, element: Element, style: Run) -> Run:
        tag = element.tag
        if tag in _BOLD:
            return replace(style, is_bold=True)
        if tag in _ITALIC:
            return replace(style, is_italic=True)
        if tag in _CODE:
            return replace(style, is_code=True)
        if tag == "a" and element.get("href"):
            return replace(style, href=self._whole(element.get("href")))
        return style

    def _whole(self, href: str) -> str:
        """Return the whole address of a link; empty if a file may not lead there."""
        try:
            whole = urljoin(self._base_url, href.strip())
        except ValueError:
            return ""
        return whole if _SAFE_LINK.match(whole) else ""


def _is_block(element: Element) -> bool:
    return element.tag in _BLOCKS


def _classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


def _is_left_out(element: Element) -> bool:
    hidden = element.get("aria-hidden") == "true" or element.get("hidden") is not None
    return element.tag in _DROPPED or hidden or bool(_classes(element) & NOT_PRINTED)


def _has_text_before(element: Element) -> bool:
    before = element.getprevious()
    return before is not None and bool("".join(before.itertext()).strip())


def _text(text: str | None, style: Run = Run("")) -> Iterator[Run]:  # noqa: B008  frozen
    if text:
        yield replace(style, text=_SPACES.sub(" ", text))


def _trimmed(runs: Any) -> list[Run]:
    """Return runs without spaces at both ends, before and after line breaks, and doubled between two runs."""
    kept: list[Run] = []
    for run in runs:
        starts_line = not kept or kept[-1].text.endswith((" ", "\n"))
        text = run.text if run.text == "\n" else run.text.lstrip(" ") if starts_line else run.text
        if text == "\n" and kept:
            kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
        if text:
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.strip(
        " \n"
    ):  # a space that doesn't break keeps room in a cell
        kept.pop()
    while kept and kept[0].text == "\n":
        kept.pop(0)
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return [run for run in kept if run.text]


def _paragraph(runs: Any) -> Iterator[Block]:
    kept = _trimmed(runs)
    if kept:
        yield Paragraph(kept)


def _runs_of(block: Block) -> list[Run]:
    """Return a block inside a cell as text."""
    match block:
        case Heading() | Paragraph():
            return list(block.runs)
        case Preformatted():
            return [Run(block.text)]
        case Items():
            inner = [_joined(item) for item in block.items]
            return [run for one in inner for run in (Run("\n"), *one)][1:]
        case Box():
            return _joined(block.blocks)
        case Table():
            return [run for row in block.rows for cell in row for run in (*cell.runs, Run(" "))]
        case Figure():
            return [Run(block.alternative_text)]
        case _:
            return []


def _joined(blocks: Sequence[Block]) -> list[Run]:
    return [run for block in blocks for run in (Run("\n"), *_runs_of(block))][1:]


def _span(element: Element, name: str) -> int:
    written = element.get(name) or ""
    return max(1, min(int(written), 1000)) if written.isdecimal() and len(written) < 5 else 1


def _with_label(item: Element, blocks: list[Block]) -> list[Block]:
    """Return an item whose first words, unseen on the screen such as "Done:", begin its text."""
    first = item[0] if len(item) else None
    if first is None or _UNSEEN not in _classes(first):
        return blocks
    match blocks:
        case [Paragraph() as label, Paragraph() as text, *others]:
            return [Paragraph([*label.runs, Run(" "), *text.runs]), *others]
        case _:
            return blocks


def _with_heads(rows: Sequence[Sequence[Cell]], heads: int) -> Iterator[list[Cell]]:
    """Yield rows in which each cell has a head or none has: PDF/UA wants no table in between."""
    is_sound = heads > 0 or all(any(cell.is_head for cell in row) for row in rows)
    for number, row in enumerate(rows):
        if number < heads:
            yield [replace(cell, is_head=True) for cell in row]
        elif is_sound:
            yield list(row)
        else:
            yield [_no_head(cell) for cell in row]


def _no_head(cell: Cell) -> Cell:
    if not cell.is_head:
        return cell
    return replace(cell, is_head=False, runs=[replace(run, is_bold=True) for run in cell.runs])


def _squared(rows: Sequence[Sequence[Cell]]) -> Iterator[list[Cell]]:
    """Yield rows that are equally wide, and spans that end with the table: readers of a PDF count on both."""
    taken: dict[int, dict[int, bool]] = {}
    placed: list[list[tuple[int, Cell]]] = []
    for number, row in enumerate(rows):
        column, line = 0, []
        here = taken.setdefault(number, {})
        for cell in row:
            while column in here:
                column += 1
            down = min(cell.rows, len(rows) - number)
            line.append((column, replace(cell, rows=down)))
            for below in range(down):
                for across in range(cell.columns):
                    taken.setdefault(number + below, {})[column + across] = True
            column += cell.columns
        placed.append(line)
    width = max((max(here, default=-1) + 1 for here in taken.values()), default=0)
    for number, line in enumerate(placed):
        missing = [column for column in range(width) if column not in taken[number]]
        line.extend((column, Cell(())) for column in missing)
        yield [cell for _column, cell in sorted(line, key=lambda one: one[0])]
