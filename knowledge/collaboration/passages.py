"""The passages of a page: lines of its texts, by the keys that the editor gives them, and items of an agenda.

A passage has a path, as Wagtail's comments write it (`body.<key of the block>`, or the name of a field), and the key of
a line inside of it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wagtail.fields import StreamField

from access.audience import hidden_from
from access.rights import Person
from knowledge.collaboration.models import QUOTED, Comment
from knowledge.editing.conversion import lines_of_block
from knowledge.editing.fields import TextField, text_fields
from knowledge.editing.lines import Line

_SHOWN = 70  # characters of a passage in a list to choose from


@dataclass(frozen=True, slots=True)
class Passage:
    """One place in a text.

    Attributes:
        path: Field and block.
        position: Key of the line inside; empty for the whole block.
        text: What it says.
    """

    path: str
    position: str
    text: str

    @property
    def name(self) -> str:
        """Return what a form sends for it."""
        return f"{self.path}|{self.position}"

    @property
    def quote(self) -> str:
        """Return the beginning of what it says, as it is kept with a comment."""
        return self.text[:QUOTED]

    @property
    def label(self) -> str:
        """Return its first words."""
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN].rstrip()} …"

    @property
    def key(self) -> UUID | None:
        """Return the key of its block, by which passages are narrowed (`access.audience`)."""
        return _uuid(self.path.partition(".")[2])


class Place(enum.Enum):
    """Where a comment's passage is now."""

    WHOLE_PAGE = "page"
    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"


def passages_of(page: Any, user: Person) -> list[Passage]:
    """Return the passages of a published page that `user`, who may read it, sees; in their order."""
    found = list(_passages(page))
    hidden = hidden_from(user, {one.key for one in found if one.key is not None})
    return [one for one in found if one.key not in hidden]


def place_of(comment: Comment, passages: Sequence[Passage]) -> Place:
    """Tell where the passage of a comment is now: by its words, else by its key."""
    if not comment.content_path:
        return Place.WHOLE_PAGE
    if any(one.path == comment.content_path and one.quote == comment.quote for one in passages):
        return Place.HERE
    if any(one.quote == comment.quote and comment.quote for one in passages):
        return Place.HERE  # carried into another block
    is_there = any(
        (one.path, one.position) == (comment.content_path, comment.position) for one in passages
    )
    return Place.CHANGED if is_there else Place.GONE


def _passages(page: Any) -> Iterator[Passage]:
    texts = {one.name: one for one in text_fields(type(page))}
    for one in texts.values():
        yield from _of_text(page, one)
    for field in type(page)._meta.get_fields():
        if isinstance(field, StreamField) and field.name not in texts:
            yield from _of_stream(field.name, getattr(page, field.name))


def _of_text(page: Any, field: TextField) -> Iterator[Passage]:
    if field.is_rich:
        yield from _of_lines(field.name, field.lines(page) or ())
        return
    for block in field.blocks(page):
        yield from _of_lines(f"{field.name}.{block['id']}", lines_of_block(block))


def _of_lines(path: str, lines: Iterable[Line]) -> Iterator[Passage]:
    for line in lines:
        text = " ".join(_words(line).split())
        if text:
            is_block = path.endswith(f".{line.key}")
            yield Passage(path, "" if is_block else line.key, text)


def _words(line: Line) -> str:
    if line.kind == "figure":
        return line.data["caption"] or line.data["alt"]
    if line.kind == "table":
        cells = (cell for row in line.data["rows"] for cell in row)
        return " ".join(cell if isinstance(cell, str) else cell[0] for cell in cells)
    return line.text


def _of_stream(name: str, stream: Iterable[Any]) -> Iterator[Passage]:
    """Yield the items of an agenda by their titles."""
    for block in stream:
        title = block.value.get("title") if hasattr(block.value, "get") else None
        if block.id and title:
            yield Passage(f"{name}.{block.id}", "", str(title))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
