"""What reading a file yields: plain values that travel between the two processes as JSON."""

from __future__ import annotations

import enum
import json
import struct
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from knowledge.importing.extraction import limits


class Reason(enum.StrEnum):
    """Why a file has no text; `sentences` words each one for people."""

    EMPTY = "empty"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    WRONG_ENDING = "wrong_ending"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class BlockKind(enum.StrEnum):
    """Kinds of content that our editor can hold."""

    HEADING = "heading"
    TEXT = "text"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document in reading order.

    Attributes:
        kind: Decides which of the others count.
        text: Heading and code: plain text; text: HTML of p, ul, ol, li, strong, em, a, br, hr; table: its caption.
        level: Of a heading, 1 to 6.
        rows: Of a table, plain text cells, all rows equally long.
        has_header: Whether the first row of a table holds headings.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    has_header: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read out of one file; with a `reason` there is no text.

    Attributes:
        format: What the content is, as an ending without dot: `pdf`, `docx` …; empty if unknown.
        title: From the document itself, or empty.
        pages: Text, one string a page; formats without pages have one string. NFC, no control characters.
        headings: In reading order.
        blocks: The same content in pieces, for an editable page.
        language: ISO 639-1; a guess.
        skipped_images: How many pictures the blocks leave out.
        is_truncated: The file holds more than the limits let through.
        reason: Why there is nothing; None if all is well.
    """

    format: str = ""
    title: str = ""
    pages: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    language: str = "de"
    skipped_images: int = 0
    is_truncated: bool = False
    reason: Reason | None = None

    def without_blocks(self) -> Extraction:
        """Return the same without blocks, for callers that only want text."""
        return replace(self, blocks=())

    def to_json(self) -> bytes:
        """Return the form in which `from_json` takes it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Extraction:
        """Rebuild what `to_json` wrote.

        Every value is converted to its type: what comes out of the confined process is not trusted.

        Raises:
            ValueError: If it is no such JSON.
        """
        try:
            raw: dict[str, Any] = json.loads(data)  # Any: JSON, checked field by field below
            return cls(
                format=str(raw["format"]),
                title=str(raw["title"]),
                pages=tuple(str(page) for page in raw["pages"]),
                headings=tuple(str(heading) for heading in raw["headings"]),
                blocks=tuple(_block(block) for block in raw["blocks"]),
                language=str(raw["language"])[:2],
                skipped_images=int(raw["skipped_images"]),
                is_truncated=bool(raw["is_truncated"]),
                reason=Reason(raw["reason"]) if raw["reason"] else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is no extraction.") from error


def _block(raw: dict[str, Any]) -> Block:
    return Block(
        kind=BlockKind(raw["kind"]),
        text=str(raw["text"]),
        level=int(raw["level"]),
        rows=tuple(tuple(str(cell) for cell in row) for row in raw["rows"]),
        has_header=bool(raw["has_header"]),
    )


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A page as a picture in shades of grey: one byte a pixel, row by row from the top left."""

    width: int
    height: int
    pixels: bytes

    _SIZE: ClassVar = struct.Struct(">II")

    @property
    def is_blank(self) -> bool:
        """Tell whether all of it has one shade."""
        return self.pixels.count(self.pixels[:1]) == len(self.pixels)

    def to_bytes(self) -> bytes:
        """Return the form in which `from_bytes` takes it."""
        return self._SIZE.pack(self.width, self.height) + self.pixels

    @classmethod
    def from_bytes(cls, data: bytes) -> Bitmap:
        """Rebuild what `to_bytes` wrote; what comes out of the confined process is not trusted.

        Raises:
            ValueError: If it is no such picture.
        """
        if len(data) <= cls._SIZE.size:
            raise ValueError("This is no picture.")
        width, height = cls._SIZE.unpack_from(data)
        pixels = data[cls._SIZE.size :]
        if width * height != len(pixels) or len(pixels) > 2 * limits.MAX_BITMAP_PIXELS:
            raise ValueError("This is no picture.")
        return cls(width, height, pixels)

    def to_pgm(self) -> bytes:
        """Return a picture file of the simplest format there is (portable greymap)."""
        return b"P5\n%d %d\n255\n" % (self.width, self.height) + self.pixels


class UnusableFile(Exception):
    """Raised by a reader when there is nothing to be had from a file."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
