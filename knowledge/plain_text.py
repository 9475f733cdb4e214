"""Plain text and headings out of what editors write, for the search."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_BLOCK_END = re.compile(
    r"</(?:p|h[1-6]|li|tr|td|th|div|blockquote)>|<(?:br|hr)\s*/?>", re.IGNORECASE
)
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"[^\S\n]+")
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKDOWN_MARK = re.compile(r"[*_`~|]+|^[>#\-+\s]+(?=\S)", re.MULTILINE)


@dataclass(slots=True)
class PlainText:
    """Headings and paragraphs collected in reading order."""

    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        """Return the paragraphs, one a line."""
        return "\n".join(self.paragraphs)

    def add_text(self, text: str | None) -> None:
        """Take over text without markup; empty text is left out."""
        for line in (text or "").splitlines():
            squeezed = _SPACES.sub(" ", line).strip()
            if squeezed:
                self.paragraphs.append(squeezed)

    def add_heading(self, text: str) -> None:
        """Take over a heading."""
        squeezed = _SPACES.sub(" ", text).strip()
        if squeezed:
            self.headings.append(squeezed)

    def add_html(self, source: str) -> None:
        """Take over rich text: its headings as headings, everything as text."""
        for heading in _HEADING.findall(source):
            self.add_heading(html.unescape(_TAG.sub("", heading)))
        self.add_text(html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", source))))

    def add_markdown(self, source: str) -> None:
        """Take over Markdown, without its marks."""
        for heading in _MARKDOWN_HEADING.findall(source):
            self.add_heading(_MARKDOWN_MARK.sub("", heading))
        text = _MARKDOWN_LINK.sub(r"\1", source)
        self.add_text(html.unescape(_TAG.sub("", _MARKDOWN_MARK.sub(" ", text))))

    def add_table(self, table: dict[str, Any] | None) -> None:
        """Take over the cells of a table block, a row a line."""
        for row in (table or {}).get("data") or ():
            self.add_text(" ".join(str(cell) for cell in row if cell))

    def add_body(self, stream: Iterable[Any]) -> None:
        """Take over a stream of `knowledge.blocks.BodyBlock`."""
        for block in stream:
            match block.block_type:
                case "heading":
                    self.add_heading(block.value)
                    self.add_text(block.value)
                case "paragraph":
                    self.add_html(block.value.source)
                case "markdown":
                    self.add_markdown(block.value)
                case "table":
                    self.add_table(block.value)
                case "image":
                    self.add_text(block.value.get("alternative_text"))
                    self.add_text(block.value.get("caption"))

    def add_agenda(self, stream: Iterable[Any]) -> None:
        """Take over a stream of `knowledge.blocks.AgendaBlock`."""
        for block in stream:
            item = block.value
            self.add_heading(item["title"])
            self.add_text(item["title"])
            if item["text"]:
                self.add_html(item["text"].source)
            for decision in item["decisions"]:
                self.add_text(decision)
            for task in item["tasks"]:
                self.add_text(" – ".join(part for part in (task["what"], task["who"]) if part))
