"""The one way from HTML to plain text and headings; Markdown goes through the page's own renderer first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import html

# What stands on lines of its own; beginnings count, too: an item's text ends where a list inside it begins.
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = frozenset({"script", "style", "template"})
_SPACES = re.compile(r"[^\S\n]+")
# XML, in which the parser keeps its tree, has no room for them.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


WANTED = re.compile(r"\[\[([^\[\]<>\n]{1,600})\]\]")
"""`[[Title]]`: a link to the page of this title (`knowledge.pages.by_title`)."""


def without_control_characters(source: str) -> str:
    """Return text with a space for each character that XML can't hold."""
    return _NO_TEXT.sub(" ", source)


def lines_of_html(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of text that a page shows of some HTML, and whether each is a heading.

    Read by a parser, like in a browser: `a < b und c > d`, comments and marks inside a word lose nothing and part
    nothing. What is only written on several lines in the source is one line.
    """
    if not source.strip():
        return
    line: list[str] = []
    is_heading = False
    # Else it drops what is nested deeper than 256 elements.
    parser = html.HTMLParser(huge_tree=True)
    cleaned = without_control_characters(source)
    for text, edge in _pieces(
        html.fragment_fromstring(cleaned, create_parent="div", parser=parser)
    ):
        if text:
            line.append(text)
        if edge is not None:
            if shown := _words(line):
                yield shown, is_heading
            line.clear()
            is_heading = edge in _HEADINGS
    if shown := _words(line):
        yield shown, is_heading


def _words(pieces: list[str]) -> str:
    """Return a line as readers see it: of `[[Title]]` the title alone."""
    return WANTED.sub(r"\1", " ".join("".join(pieces).split()))


def _pieces(root: Any) -> Iterator[tuple[str, str | None]]:
    """Yield texts, and the edges of blocks between them: the name of one that begins, nothing for one that ends.

    A loop over the tree, no recursion: texts may be nested deeper than Python's stack.
    """
    kept_lines = 0  # how many <pre> are open: their lines are lines
    yield root.text or "", None
    walk = html.etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if element is root:
            continue
        edge = element.tag if element.tag in _BLOCKS else None
        kept_lines += (element.tag == "pre") * {"start": 1, "end": -1}.get(event, 0)
        if event != "start":
            yield "", "" if edge and event == "end" else None
            yield from _lines(element.tail or "", kept=kept_lines > 0)
        elif element.tag in _UNREAD:
            walk.skip_subtree()
        else:
            yield "", edge
            yield from _lines(element.text or "", kept=kept_lines > 0)


def _lines(text: str, *, kept: bool) -> Iterator[tuple[str, str | None]]:
    for number, line in enumerate(text.split("\n") if kept else [text]):
        if number:
            yield "", ""
        yield line, None


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
        for line, is_heading in lines_of_html(source):
            if is_heading:
                self.headings.append(line)
            self.paragraphs.append(line)

    def add_table(self, table: dict[str, Any] | None) -> None:
        """Take over the cells of a table block, a row a line."""
        for row in (table or {}).get("data") or ():
            self.add_text(" ".join(" ".join(str(cell).split()) for cell in row if cell))

    def add_body(self, stream: Iterable[Any]) -> None:
        """Take over a stream of `knowledge.pages.blocks.BodyBlock`."""
        for block in stream:
            match block.block_type:
                case "heading":
                    self.add_heading(block.value)
                    self.add_text(block.value)
                case "paragraph":
                    self.add_html(block.value.source)
                case "markdown":
                    self._add_markdown(block.value)
                case "table":
                    self.add_table(block.value)
                case "image":
                    self.add_text(block.value.get("alternative_text"))
                    self.add_text(block.value.get("caption"))
                case "tasks":
                    for line in block.value:
                        self.add_html(line["text"].source)

    def _add_markdown(self, value: Any) -> None:
        """Take over Markdown as the page shows it: rendered, or as it was written where that would take too long."""
        if value.html is None:
            self.add_text(str(value))
        else:
            self.add_html(value.html)

    def add_agenda(self, stream: Iterable[Any]) -> None:
        """Take over a stream of `knowledge.pages.blocks.AgendaBlock`."""
        for block in stream:
            self.add_item(block.value)

    def add_item(self, item: Any) -> None:
        """Take over one item of such a stream."""
        self.add_heading(item["title"])
        self.add_text(item["title"])
        if item["text"]:
            self.add_html(item["text"].source)
        self.add_text(item["reporter"])
        for decision in item["decisions"]:
            self.add_text(decision)
        self.add_text(item["dissent"])
        self.add_text(item["reference"])
        for task in item["tasks"]:
            self.add_text(" – ".join(part for part in (task["what"], task["who"]) if part))
