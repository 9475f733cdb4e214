"""Which fields of a page are written with the editor: bodies, and fields of rich text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField

from knowledge.editing import conversion
from knowledge.editing.conversion import Block
from knowledge.editing.lines import Line
from knowledge.editing.rich_text import UnknownMarkup
from knowledge.pages.blocks import BodyBlock
from knowledge.pages.kinds import kind_of


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of a type of page that is written with the editor."""

    name: str
    label: str
    is_rich: bool

    def lines(self, page: Any) -> list[Line] | None:
        """Return what it says; None if there is something in it that the editor would lose."""
        if not self.is_rich:
            return conversion.lines_of_body(self.blocks(page))
        try:
            return conversion.lines_of_field(getattr(page, self.name))
        except UnknownMarkup:
            return None

    def other_lines(self, page: Any, besides: Any) -> list[Line]:
        """Return what the field of `page` says that isn't word for word in that of `besides`."""
        if self.is_rich:
            is_alike = getattr(page, self.name) == getattr(besides, self.name)
            return [] if is_alike else self.lines(page) or []
        known = {block["id"]: block for block in self.blocks(besides)}
        return conversion.lines_of_body(
            block for block in self.blocks(page) if known.get(block["id"]) != block
        )

    def blocks(self, page: Any) -> list[Block]:
        """Return the stored blocks; one without an id, of a program, has its place as its id."""
        raw = getattr(page, self.name).raw_data
        return [{**block, "id": block.get("id") or f"block-{n}"} for n, block in enumerate(raw)]

    def write(self, page: Any, lines: Sequence[Line], kept: Sequence[Block]) -> bool:
        """Put `lines` into the page's field; tell whether that changed anything.

        Args:
            page: The page, as its latest draft has it.
            lines: The text.
            kept: Blocks of the published version; see `conversion.body_of_lines`.
        """
        if self.is_rich:
            source: str = getattr(page, self.name)
            text = conversion.field_of_lines(lines, source)
            setattr(page, self.name, text)
            return text != source
        blocks = self.blocks(page)
        body = conversion.body_of_lines(lines, blocks, kept)
        stream = getattr(page, self.name).stream_block
        setattr(page, self.name, StreamValue(stream, body, is_lazy=True))
        return body != blocks


def text_fields(model: type[Model]) -> list[TextField]:
    """Return the fields of a type of page that the editor writes, in the order in which its kind names them."""
    return list(_text_fields(model))


def _text_fields(model: type[Model]) -> Iterator[TextField]:
    kind = kind_of(model)
    for name in kind.texts if kind else ():
        field: Any = model._meta.get_field(name)
        is_rich = isinstance(field, RichTextField)
        if is_rich or (
            isinstance(field, StreamField) and isinstance(field.stream_block, BodyBlock)
        ):
            yield TextField(name, capfirst(field.verbose_name), is_rich)
