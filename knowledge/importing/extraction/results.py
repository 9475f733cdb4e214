"""What reading a file yields: plain values that travel between the two processes as JSON."""

from __future__ import annotations

import datetime as dt
import enum
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
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


class Loss(enum.StrEnum):
    """What a document holds and its text leaves out; counted, so that whoever imports learns of it."""

    IMAGES = "images"
    COMMENTS = "comments"
    CHANGES = "changes"
    HIDDEN_TEXT = "hidden_text"
    HIDDEN_SLIDES = "hidden_slides"
    HIDDEN_SHEETS = "hidden_sheets"
    HIDDEN_ROWS = "hidden_rows"
    EMBEDDED = "embedded"
    SEALED = "sealed"


class DateSource(enum.StrEnum):
    """How a document's own date is known; the first one that is there counts."""

    MAIL = "mail"
    PROPERTIES = "properties"
    TEXT = "text"
    FILE = "file"


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
        rest: Of a table, the text of rows and columns beyond what a page shows; searchable all the same.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    has_header: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A document's own date, and how it is known."""

    day: dt.date
    source: DateSource


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
        lost: What was left out, and how often.
        dated: Its own date; None if it has none.
        is_truncated: The file holds more than the limits let through.
        reason: Why there is nothing; None if all is well.
    """

    format: str = ""
    title: str = ""
    pages: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    language: str = "de"
    lost: Mapping[Loss, int] = field(default_factory=dict)
    dated: Dated | None = None
    is_truncated: bool = False
    reason: Reason | None = None

    def without_blocks(self) -> Extraction:
        """Return the same without blocks, for callers that only want text."""
        return replace(self, blocks=())

    def to_json(self) -> bytes:
        """Return the form in which `from_json` takes it."""
        plain = asdict(self, dict_factory=dict)
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str).encode()

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
                lost={Loss(loss): int(count) for loss, count in raw["lost"].items()},
                dated=_dated(raw["dated"]),
                is_truncated=bool(raw["is_truncated"]),
                reason=Reason(raw["reason"]) if raw["reason"] else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is no extraction.") from error


def _dated(raw: dict[str, Any] | None) -> Dated | None:
    return Dated(dt.date.fromisoformat(raw["day"]), DateSource(raw["source"])) if raw else None


def _block(raw: dict[str, Any]) -> Block:
    return Block(
        kind=BlockKind(raw["kind"]),
        text=str(raw["text"]),
        level=int(raw["level"]),
        rows=tuple(tuple(str(cell) for cell in row) for row in raw["rows"]),
        has_header=bool(raw["has_header"]),
        rest=str(raw["rest"]),
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

    @property
    def upside_down(self) -> Bitmap:
        """The same, turned by half."""
        return Bitmap(self.width, self.height, self.pixels[::-1])

    @property
    def on_its_side(self) -> Bitmap:
        """The same, turned by a quarter to the right."""
        last = len(self.pixels) - self.width
        columns = (self.pixels[last + x :: -self.width] for x in range(self.width))
        return Bitmap(self.height, self.width, b"".join(columns))

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
