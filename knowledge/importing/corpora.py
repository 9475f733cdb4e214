"""Collections of documents in one file: a JSON object a line, as benchmarks of search engines use them.

Each has `id` (a path), `title`, `headings` (list), `body` (paragraphs separated by line feeds), `source`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from knowledge.importing.extraction import Block, BlockKind
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.sources import SourceDocument, name_as_title

_LAWS = "gesetze"  # their first heading is the law's name, which is a better folder title than its short form


def read_corpus(file: Path, *, limit: int | None = None) -> Iterator[SourceDocument]:
    """Yield the documents of a collection.

    Args:
        file: UTF-8.
        limit: Only so many, from the first on.

    Raises:
        OSError: If it cannot be read.
        ValueError: If a line is no such document; the message names it.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if limit is not None and number > limit:
                return
            try:
                yield _document(json.loads(line), line)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    _("line %(number)d is not readable.") % {"number": number}
                ) from error


def _document(raw: dict[str, Any], line: str) -> SourceDocument:
    headings = [clean(str(heading)) for heading in raw["headings"]]
    source_path = clean(str(raw["id"]))
    folders = source_path.split("/")[:-1]
    titles = [name_as_title(folder) for folder in folders]
    if raw["source"] == _LAWS and headings and titles:
        titles[-1] = headings[0]
    return SourceDocument(
        source_path=source_path,
        content_hash=hashlib.sha256(line.encode()).hexdigest(),
        title=clean(str(raw["title"]))[:255],
        blocks=_blocks(headings, clean(str(raw["body"]))),
        folder_titles=tuple(titles),
    )


def _blocks(headings: list[str], body: str) -> tuple[Block, ...]:
    """Return the body; headings that do not occur in it stand before it, as where the text belongs."""
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    lines = set(paragraphs)
    apart = [heading for heading in headings if heading not in lines]
    blocks = []
    if apart:
        joined = " › ".join(escape(heading, quote=False) for heading in apart)
        blocks.append(Block(BlockKind.TEXT, f"<p><em>{joined}</em></p>"))
    known = set(headings)
    for paragraph in paragraphs:
        if paragraph in known:
            blocks.append(Block(BlockKind.HEADING, paragraph, level=2))
        else:
            blocks.append(Block(BlockKind.TEXT, f"<p>{escape(paragraph, quote=False)}</p>"))
    return tuple(blocks)
