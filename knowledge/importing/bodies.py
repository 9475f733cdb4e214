"""Blocks of a document to the body of a page: only what our editor has, sanitised, links repaired."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from django.utils.translation import gettext as _

from knowledge.importing.extraction import Block, BlockKind
from knowledge.importing.extraction.charsets import clean
from knowledge.pages.markdown_text import MAX_CHARS

MAX_BODY_CHARS = (
    150_000  # beyond it neither the page nor its editor is quick; the original is attached
)
MAX_BODY_BLOCKS = 600

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br", "hr"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_EMPTY_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_LIST = re.compile(r"</?(?:ul|ol)>")
_CONTENTS_TITLE = re.compile(
    r"<p>(?:<strong>)?(?:Inhalt|Inhaltsverzeichnis|Contents|Table of Contents)(?:</strong>)?</p>\s*$"
)
_BACKTICKS = re.compile(r"`{3,}")

# Any: a stream's raw value is JSON of many shapes.
RawBlock = dict[str, Any]


@dataclass(slots=True)
class Body:
    """The raw value of a body field.

    Attributes:
        blocks: One dict a block, as Wagtail stores them.
        open_links: Paths inside the import that the links lead to and that have no page yet.
        is_shortened: Whether the document has more than fits on a page.
    """

    blocks: list[RawBlock] = field(default_factory=list)
    open_links: set[str] = field(default_factory=set)
    is_shortened: bool = False


def make_body(
    blocks: Iterable[Block],
    *,
    source_path: str,
    page_of: Callable[[str], int | None],
    sources: frozenset[str] | set[str],
) -> Body:
    """Return the body of a page.

    Args:
        blocks: The document, without its title.
        source_path: Where the document lies in the import; relative links start there.
        page_of: Returns the page that was made of a path, or None.
        sources: All paths of the import; a link to one without a page is kept open.
    """
    blocks = list(blocks)
    body = Body()
    ranks = sorted({block.level for block in blocks if block.kind is BlockKind.HEADING})
    links = _Links(source_path=source_path, page_of=page_of, sources=sources, body=body)
    writer = _Writer(body)
    chars = 0
    for block in blocks:
        block = _within(block, MAX_BODY_CHARS - chars)
        chars += _size(block)
        if chars > MAX_BODY_CHARS or len(body.blocks) >= MAX_BODY_BLOCKS:
            body.is_shortened = True
            break
        body.is_shortened |= bool(block.rest)
        writer.add(block, rank=ranks.index(block.level) if block.level in ranks else 0, links=links)
    writer.end_text()
    if body.is_shortened:
        writer.note(_("The rest of the text is in the attached file."))
    return body


def _size(block: Block) -> int:
    return len(block.text) + sum(len(cell) for row in block.rows for cell in row)


def _within(block: Block, room: int) -> Block:
    """Return a table with the rows for which there is room; what is cut off is its rest."""
    if block.kind is not BlockKind.TABLE or _size(block) <= room:
        return block
    kept, used = [], len(block.text)
    for row in block.rows:
        used += sum(map(len, row))
        if used > room:
            break
        kept.append(row)
    return replace(block, rows=tuple(kept), rest="…") if len(kept) > 1 else block


class _Writer:
    """Writes blocks; running text and lower headings share one rich text block."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._html: list[str] = []

    def add(self, block: Block, *, rank: int, links: _Links) -> None:
        if block.kind is BlockKind.TEXT:
            self._html.append(links.repair(block.text))
        elif block.kind is BlockKind.HEADING and rank:
            level = "h3" if rank == 1 else "h4"
            self._html.append(f"<{level}>{escape(block.text, quote=False)}</{level}>")
        else:
            self.end_text()
            self._body.blocks.extend(_own_blocks(block))

    def end_text(self) -> None:
        html = "".join(self._html)
        self._html.clear()
        if html:
            self._body.blocks.append({"type": "paragraph", "value": html})

    def note(self, text: str) -> None:
        self._body.blocks.append(
            {"type": "paragraph", "value": f"<p><i>{escape(text, quote=False)}</i></p>"}
        )


def _own_blocks(block: Block) -> Iterator[RawBlock]:
    if block.kind is BlockKind.HEADING:
        yield {"type": "heading", "value": clean(block.text)[:500]}
    elif block.kind is BlockKind.TABLE:
        yield {"type": "table", "value": _table(block)}
    else:
        longest = max((len(run) for run in _BACKTICKS.findall(block.text)), default=2)
        fence = "`" * (longest + 1)
        for part in _parts(clean(block.text), MAX_CHARS - 2 * len(fence) - 2):
            yield {"type": "markdown", "value": f"{fence}\n{part}\n{fence}"}


def _parts(text: str, size: int) -> Iterator[str]:
    """Yield stretches of the text that are no longer than `size`, ended at a line if possible."""
    while len(text) > size > 0:
        end = text.rfind("\n", 0, size) + 1 or size
        yield text[:end].removesuffix("\n")
        text = text[end:]
    yield text


def _table(block: Block) -> dict[str, Any]:
    """Return what Wagtail's table block stores."""
    return {
        "data": [[clean(cell) for cell in row] for row in block.rows],
        "cell": [],
        "mergeCells": [],
        "table_caption": clean(block.text),
        "table_header_choice": "row" if block.has_header else "neither",
        "first_row_is_table_header": block.has_header,
        "first_col_is_header": False,
    }


@dataclass(slots=True)
class _Links:
    """Repairs the links of one document."""

    source_path: str
    page_of: Callable[[str], int | None]
    sources: frozenset[str] | set[str]
    body: Body

    def repair(self, html: str) -> str:
        """Return sanitised rich text as Wagtail stores it."""
        html = nh3.clean(
            clean(html),
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes=_SCHEMES,
            link_rel=None,
        )
        html = self._without_own_contents(html)
        html = _EMPTY_LINK.sub(r"\1", _LINK.sub(self._replacement, html))
        for ours, theirs in (("strong", "b"), ("em", "i")):
            html = html.replace(f"<{ours}>", f"<{theirs}>").replace(f"</{ours}>", f"</{theirs}>")
        return html.replace("<br>", "<br/>").replace("<hr>", "<hr/>")

    def _without_own_contents(self, html: str) -> str:
        """Drop lists that lead to places on this very page: our links cannot, so nothing is left of them."""
        kept, start, depth = [], 0, 0
        for found in _LIST.finditer(html):
            depth += -1 if found.group().startswith("</") else 1
            if depth == 1 and not found.group().startswith("</"):
                kept.append(html[start : found.start()])
                start = found.start()
            elif depth == 0:
                if self._is_own_contents(html[start : found.end()]):
                    kept[-1] = _CONTENTS_TITLE.sub("", kept[-1])
                else:
                    kept.append(html[start : found.end()])
                start = found.end()
        return "".join(kept) + html[start:]

    def _is_own_contents(self, html: str) -> bool:
        own = posixpath.basename(self.source_path)
        links = [unquote(unescape(href).split("#")[0]) for href, _text in _LINK.findall(html)]
        return len(links) >= html.count("<li>") > 1 and all(link == own for link in links)

    def _replacement(self, found: re.Match[str]) -> str:
        text = found.group(2)
        href = unescape(found.group(1)).strip()
        try:
            target = urlsplit(href)
        except ValueError:
            return text
        if target.scheme in _SCHEMES and (target.netloc or target.scheme in {"mailto", "tel"}):
            return found.group()
        if target.scheme or target.netloc or not target.path:
            return text
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.source_path), clean(unquote(target.path)))
        )
        if path == self.source_path or path not in self.sources:
            return text
        page_id = self.page_of(path)
        if page_id is None:
            self.body.open_links.add(path)
            return text
        return f'<a linktype="page" id="{page_id}">{text}</a>'
