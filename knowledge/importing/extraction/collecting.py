"""Gathers a document's pieces into blocks, whatever format they come from."""

from __future__ import annotations

import re
from html import escape, unescape

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.extraction.results import Block, BlockKind

_SPACES = re.compile(r"[ \t\n\f\u2028\u2029]+")
_TAGS = re.compile(r"<[^>]*>")
_PARAGRAPH_ENDS = re.compile(r"</(?:p|li)>|<(?:br|hr)/>")
_EDGE_RULES = re.compile(r"^(?:<hr/>)+|(?:<hr/>)+$")
_EDGE_BREAKS = re.compile(r"^(?:\s|<br/>)+|(?:\s|<br/>)+$")


def squeeze(text: str) -> str:
    """Return `text` on one line, cleaned, without spaces at its ends."""
    return _SPACES.sub(" ", clean(text)).strip()


class BlockCollector:
    """Takes headings, paragraphs, lists, tables and code in reading order; merges neighbouring text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.skipped_images = 0
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

    def table(self, rows: list[list[str]], *, has_header: bool, caption: str = "") -> None:
        """Add a table of plain cells; rows are made equally long, empty rows and columns left out."""
        cells = [[squeeze(cell) for cell in row[: limits.MAX_TABLE_COLUMNS]] for row in rows]
        cells = [row for row in cells if any(row)]
        if not cells:
            return
        if len(cells) > limits.MAX_TABLE_ROWS or any(
            len(row) > limits.MAX_TABLE_COLUMNS for row in rows
        ):
            self.is_truncated = True
            cells = cells[: limits.MAX_TABLE_ROWS]
        width = max(len(row) for row in cells)
        cells = [row + [""] * (width - len(row)) for row in cells]
        used = [index for index in range(width) if any(row[index] for row in cells)]
        self._add(
            Block(
                BlockKind.TABLE,
                squeeze(caption),
                rows=tuple(tuple(row[index] for index in used) for row in cells),
                has_header=has_header and len(cells) > 1,
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
        size = len(block.text) + sum(len(cell) for row in block.rows for cell in row)
        if self._has_room(size):
            self.blocks.append(block)

    def _end_text(self) -> None:
        html = _EDGE_RULES.sub("", "".join(self._html))
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
            lines += [" | ".join(cell for cell in row if cell) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(line for line in lines if line)


def headings_of(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return the headings among `blocks` in reading order."""
    return tuple(block.text for block in blocks if block.kind is BlockKind.HEADING)
