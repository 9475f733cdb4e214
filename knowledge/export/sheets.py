"""What a file says, apart from its format: a sheet of blocks, which each format writes in its own way.

Nothing here knows pages, readers or Django, so that a confined process can write the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LOWEST_HEADING = 6
SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that looks alike; a line break is a run of its own, `"\\n"`."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False
    href: str = ""


Runs = Sequence[Run]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is the title of the sheet."""

    level: int
    runs: Runs
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose lines and spaces stay."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is made of blocks."""

    items: Sequence[Sequence[Block]]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks that stand out: a decision, a note, a quotation."""

    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `columns` and `rows` say over how many it reaches."""

    runs: Runs
    is_head: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first `head_rows` rows are repeated on each page. Facts are one with a head in each row."""

    rows: Sequence[Sequence[Cell]]
    head_rows: int = 0
    caption: str = ""
    is_facts: bool = False

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return max((sum(cell.columns for cell in row) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, by its name among those of the sheet; without alternative text it is an ornament."""

    picture: str
    alternative_text: str = ""
    caption: Runs = ()


Block = Heading | Paragraph | Preformatted | Rule | Items | Box | Table | Figure


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture with their media type, such as image/png."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in every file, in its language."""

    page: str = "Seite"
    of: str = "von"
    undescribed: str = "Bild ohne Beschreibung"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the head and the foot of each sheet.

    Attributes:
        issuer: The city, or who gives the file out.
        mark: How the sheet must be handled, in words; stands on each one.
        retrieved: Who had it made, and when.
        logo: The city's mark, if it has one.
        words: What stands in every file.
    """

    issuer: str
    mark: str
    retrieved: str
    logo: Picture | None = None
    words: Words = Words()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file, as one reader may have it.

    Attributes:
        title: Its title, in the text and in the file's properties.
        letterhead: What stands on each sheet of paper.
        blocks: The text.
        facts: What is said about it by name, for the head of a Markdown file; texts alone.
        pictures: The pictures by name.
        language: BCP 47.
    """

    title: str
    letterhead: Letterhead
    blocks: Sequence[Block]
    facts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    language: str = "de-DE"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that lies inside a PDF."""

    name: str
    content: bytes
    media_type: str
    description: str


def plain(runs: Runs) -> str:
    """Return the text of runs on one line."""
    return " ".join("".join(run.text for run in runs).split())


def sound_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks with headings that leave out no level on the way down, as PDF/UA asks.

    A heading keeps its depth against the ones above it, however the page numbers them.
    """
    above: list[int] = []  # written levels of the headings that are open
    for block in blocks:
        if isinstance(block, Heading):
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            level = min(len(above), LOWEST_HEADING)
            yield Heading(level, block.runs, block.anchor)
        else:
            yield block


def weight_of(blocks: Sequence[Block]) -> int:
    """Return the number of characters and cells: how much work the blocks are."""
    return sum(map(_weight, blocks))


def _weight(block: Block) -> int:
    match block:
        case Heading() | Paragraph():
            return len(plain(block.runs))
        case Preformatted():
            return len(block.text)
        case Items():
            return sum(_weight(one) for item in block.items for one in item)
        case Box():
            return sum(map(_weight, block.blocks))
        case Table():
            return sum(_CELL + len(plain(cell.runs)) for row in block.rows for cell in row)
        case _:
            return _CELL


_CELL = 150  # a cell costs as much as so many characters (docs/export.md)
