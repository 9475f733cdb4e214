"""Gathers a document's pieces into blocks, whatever format they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape, unescape

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.extraction.results import Block, BlockKind, Loss

_SPACES = re.compile(r"[ \t\n\f\u2028\u2029]+")
_TAGS = re.compile(r"<[^>]*>")
_PARAGRAPH_ENDS = re.compile(r"</?(?:p|li|ul|ol)>|<(?:br|hr)/>")
_EDGE_RULES = re.compile(r"^(?:<hr/>)+|(?:<hr/>)+$")
_EDGE_BREAKS = re.compile(r"^(?:\s|<br/>)+|(?:\s|<br/>)+$")


def squeeze(text: str) -> str:
    """Return `text` on one line, cleaned, without spaces at its ends."""
    return _SPACES.sub(" ", clean(text)).strip()


def squeeze_lines(text: str) -> str:
    """Return `text` cleaned, its lines without spaces at their ends, without empty ones."""
    if text.isprintable():
        return squeeze(text)
    return "\n".join(line for part in clean(text).split("\n") if (line := squeeze(part)))


def row_text(cells: Iterable[str]) -> str:
    """Return a row of a table on one line."""
    return " | ".join(squeeze(cell) for cell in cells if cell)


def is_counter(line: str) -> bool:
    """Tell whether a line is what is left of »Seite 1 von 2« without its numbers."""
    words = {word.strip(".:,|–-/").lower() for word in line.split()}
    return words <= {"seite", "page", "blatt", "von", "of", "s", ""}


class BlockCollector:
    """Takes headings, paragraphs, lists, tables and code in reading order; merges neighbouring text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lost: Counter[Loss] = Counter()
        self.is_truncated = False
        self._html: list[str] = []
        self._chars = 0

    def heading(self, text: str, level: int) -> None:
        """Add a heading; an empty one is left out."""
        text = squeeze(text)
        if text:
            self._add(Block(BlockKind.HEADING, text[:500], level=max(1, min(level, 6))))

    def paragraph(self, inline_html: str) -> None:
        """Add a paragraph of inline HTML; an empty one is left out."""
        inline_html = _EDGE_BREAKS.sub("", inline_html)
        if _TAGS.sub("", inline_html).strip():
            self.html(f"<p>{inline_html}</p>")

    def text_paragraph(self, text: str) -> None:
        """Add a paragraph of plain text."""
        self.paragraph(escape(squeeze(text), quote=False))

    def html(self, html: str) -> None:
        """Add a piece of our HTML subset to the running text."""
        if self._has_room(len(html)):
            self._html.append(html)

    def code(self, text: str) -> None:
        """Add preformatted text with its line breaks."""
        text = clean(text).strip("\n").rstrip()
        if text.strip():
            self._add(Block(BlockKind.CODE, text))

    def table(self, rows: Iterable[Sequence[str]], *, has_header: bool, caption: str = "") -> None:
        """Add a table of plain cells; rows are made equally long, empty rows and columns left out.

        A page shows the first rows and columns; what is beyond them is kept as text, a row a line.
        """
        shown: list[list[str]] = []
        rest: list[str] = []
        room = limits.MAX_TEXT_CHARS
        for row in rows:
            cells = [squeeze_lines(cell) if cell else "" for cell in row]
            if not any(cells):
                continue
            beyond = cells
            if len(shown) < limits.MAX_TABLE_ROWS:
                shown.append(cells[: limits.MAX_TABLE_COLUMNS])
                beyond = cells[limits.MAX_TABLE_COLUMNS :]
            if any(beyond):
                rest.append(row_text(beyond))
                room -= len(rest[-1])
            if room < 0:
                self.is_truncated = True
                break
        if not shown:
            return
        width = max(len(row) for row in shown)
        shown = [row + [""] * (width - len(row)) for row in shown]
        used = [index for index in range(width) if any(row[index] for row in shown)]
        self._add(
            Block(
                BlockKind.TABLE,
                squeeze(caption),
                rows=tuple(tuple(row[index] for index in used) for row in shown),
                has_header=has_header and len(shown) > 1,
                rest="\n".join(rest),
            )
        )

    def extend(self, blocks: tuple[Block, ...]) -> None:
        """Add blocks that another collector finished."""
        for block in blocks:
            self._add(block)

    def finish(self) -> tuple[Block, ...]:
        """Return all blocks."""
        self._end_text()
        return tuple(self.blocks)

    def _add(self, block: Block) -> None:
        self._end_text()
        size = len(block.text) + len(block.rest)
        size += sum(len(cell) for row in block.rows for cell in row)
        if self._has_room(size):
            self.blocks.append(block)

    def _end_text(self) -> None:
        html = _EDGE_RULES.sub("", clean("".join(self._html)))
        self._html.clear()
        if html:
            self.blocks.append(Block(BlockKind.TEXT, html))

    def _has_room(self, size: int) -> bool:
        self._chars += size
        if self._chars > limits.MAX_TEXT_CHARS or len(self.blocks) >= limits.MAX_BLOCKS:
            self.is_truncated = True
            return False
        return True


def plain_text(blocks: tuple[Block, ...]) -> str:
    """Return what `blocks` say as plain text, one line a paragraph, heading, row or item."""
    lines = []
    for block in blocks:
        if block.kind is BlockKind.TEXT:
            for piece in _PARAGRAPH_ENDS.split(block.text):
                lines.append(unescape(_TAGS.sub("", piece)).strip())
        elif block.kind is BlockKind.TABLE:
            lines.append(block.text)
            lines += [*map(row_text, block.rows), block.rest]
        else:
            lines.append(block.text)
    return "\n".join(line for line in lines if line)


def headings_of(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return the headings among `blocks` in reading order."""
    return tuple(block.text for block in blocks if block.kind is BlockKind.HEADING)
