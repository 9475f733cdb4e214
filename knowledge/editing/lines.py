"""A text as the editor has it: a flat list of lines, each with a key that stays as long as the line does.

A line is a heading, a paragraph, an item of a list, a quote, a task, a rule, a table, a picture, or a card that stands
for something the editor doesn't know. Nested lists are items with a depth, as in Wagtail's own editor. Lines are what
browser and server exchange, what `merging` puts together and what `conversion` makes of stored text.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

RICH_KINDS = frozenset({"p", "h3", "h4", "ul", "ol", "quote", "hr"})
"""What one block of rich text holds."""
KINDS = RICH_KINDS | {"h2", "task", "table", "figure", "card"}
LISTS = frozenset({"ul", "ol"})
DEEPEST = 8
MOST_CELLS = 4_000
_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINK_KINDS = frozenset({"page", "document", "url"})


class Unreadable(ValueError):
    """What came from the browser is no text of ours; the sentence is for the person."""


class Link(NamedTuple):
    """Where some words lead: a page or a document by its number, or an address."""

    kind: str
    to: str


class Run(NamedTuple):
    """Words that look alike; a line feed is a break inside the line."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        key: Unique in the text; that of the stored block, or of a line in a block of rich text.
        kind: One of `KINDS`.
        runs: Its words; empty for tables, pictures, rules and cards.
        depth: How deep an item is nested, counted from 0.
        data: What lines without words are made of.
    """

    key: str
    kind: str
    runs: tuple[Run, ...] = ()
    depth: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the words alone."""
        return "".join(run.text for run in self.runs)

    @property
    def is_empty(self) -> bool:
        """Tell whether it was only clicked into; such lines at the end of a text aren't stored."""
        return not self.data and self.kind != "hr" and not self.text.strip()

    @property
    def says(self) -> tuple[Any, ...]:
        """Return all but the key, for comparison."""
        return self.kind, self.runs, self.depth, dict(self.data)


def new_key() -> str:
    """Return a key for a new block."""
    return str(uuid.uuid4())


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs with neighbours that look alike put together, and without empty ones."""
    result: list[Run] = []
    for run in runs:
        if result and result[-1][1:] == run[1:]:
            result[-1] = result[-1]._replace(text=result[-1].text + run.text)
        elif run.text:
            result.append(run)
    return tuple(result)


def to_json(lines: Iterable[Line]) -> list[list[Any]]:
    """Return lines as the browser gets them; empty ends are left out."""
    return [list(_packed(line)) for line in lines]


def _packed(line: Line) -> Iterator[Any]:
    yield from (line.key, line.kind, [_packed_run(run) for run in line.runs])
    if line.depth or line.data:
        yield from (line.depth, dict(line.data))


def _packed_run(run: Run) -> Any:
    marks = "b" * run.is_bold + "i" * run.is_italic
    if run.link:
        return [run.text, marks, run.link.kind, run.link.to]
    return [run.text, marks] if marks else run.text


def from_json(rows: Any) -> list[Line]:
    """Read lines that came from a browser; what can't be is left out or refused.

    Raises:
        Unreadable: If it isn't a list of lines.
    """
    if not isinstance(rows, list):
        raise Unreadable(_unreadable())
    try:
        lines = [_read(row) for row in rows]
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_unreadable()) from error
    return with_unique_keys(lines)


def with_unique_keys(lines: Iterable[Line]) -> list[Line]:
    """Return the lines; of those that share a key, all but the first get another one, the same each time."""
    taken: set[str] = set()
    result = []
    for line in lines:
        key, number = line.key, 1
        while key in taken:
            number += 1
            key = f"{line.key}-{number}"
        taken.add(key)
        result.append(
            line if key == line.key else Line(key, line.kind, line.runs, line.depth, line.data)
        )
    return result


def _unreadable() -> str:
    return _("The text could not be read. Nothing was changed; load the page again and repeat it.")


def _read(row: Sequence[Any]) -> Line:
    key, kind, runs = row[:3]
    if kind not in KINDS or not isinstance(key, str):
        raise Unreadable(_unreadable())
    depth = min(max(int(row[3]), 0), DEEPEST) if len(row) > 3 and kind in LISTS else 0
    data = _read_data(kind, row[4] if len(row) > 4 else {})
    return Line(
        key if _KEY.fullmatch(key) else new_key(),
        kind,
        joined(_read_run(run) for run in runs)
        if kind not in {"hr", "table", "figure", "card"}
        else (),
        depth,
        data,
    )


def _read_run(run: Any) -> Run:
    if isinstance(run, str):
        return Run(clean(run))
    text, marks, *link = run
    found = None
    if link:
        kind, to = link
        if kind not in LINK_KINDS:
            raise Unreadable(_unreadable())
        found = Link(kind, clean(str(to)))
    return Run(clean(text), "b" in marks, "i" in marks, found)


def clean(text: str) -> str:
    """Return text without what neither HTML nor the database has room for."""
    if not isinstance(text, str):
        raise Unreadable(_unreadable())
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _read_data(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case "task":
            return {"done": bool(data.get("done"))} if data.get("done") else {}
        case "table":
            return _read_table(data)
        case "figure":
            return {
                "image": int(data["image"]),
                "alt": clean(data.get("alt") or ""),
                "caption": clean(data.get("caption") or ""),
            }
        case "card":
            read: dict[str, Any] = {"type": clean(data["type"])}
            if data["type"] == "document" and data.get("document"):
                read["document"] = int(data["document"])
            return read
        case _:
            return {}


def _read_table(data: Mapping[str, Any]) -> dict[str, Any]:
    """Read a table: rows of cells, each a text, or a text with how many columns and rows it spans."""
    rows = [[_read_cell(cell) for cell in row] for row in data["rows"]]
    if sum(map(len, rows)) > MOST_CELLS:
        raise Unreadable(
            _(
                "The table has more than %(most)s cells. Nothing was lost; split it, or attach it as a file."
            )
            % {"most": f"{MOST_CELLS:,}".replace(",", ".")}
        )
    read: dict[str, Any] = {"rows": rows}
    for name in ("head", "side"):
        if data.get(name):
            read[name] = True
    return read


def _read_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return clean(cell)
    text, columns, rows = cell
    columns, rows = min(max(int(columns), 1), 200), min(max(int(rows), 1), 2000)
    return clean(text) if columns == rows == 1 else [clean(text), columns, rows]
