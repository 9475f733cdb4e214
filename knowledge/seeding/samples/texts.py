"""Read the sample texts: Markdown files that begin with a few fields.

A body is made of blocks: `## ` begins a heading, lines with `|` are a table, a fence of ```markdown is a Markdown
block, `!image NAME | alternative text | caption` and `!document NAME` stand for generated files; the rest is text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

import markdown

FRESH, TWO_YEARS = 3, 2 * 365  # days ago: the youngest text and the oldest one
CONTENT_DIR = Path(__file__).parent / "content"
Block = tuple[str, Any]  # name of the block and the value that Wagtail's block takes
_LINK_TO_MEASURE = re.compile(r'<a href="massnahme:(\d+)">')
_FENCE = re.compile(r"^```markdown\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SampleText:
    """One text: the file's name, the fields at its beginning, and the rest."""

    name: str
    fields: Mapping[str, str]
    body: str

    def list_of(self, field: str) -> list[str]:
        """Return a field's comma-separated values; none if the field is missing."""
        return [value.strip() for value in self.fields.get(field, "").split(",") if value.strip()]

    def sections(self) -> dict[str, str]:
        """Return the text below each `## ` heading, in order."""
        parts = re.split(r"^## (.+)\n", self.body, flags=re.MULTILINE)[1:]
        return {
            title.strip(): text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)
        }


def read_texts(folder: str) -> list[SampleText]:
    """Return the texts of a folder by name.

    Args:
        folder: Below `content/`.
    """
    return [_read(path) for path in sorted((CONTENT_DIR / folder).glob("*.md"))]


def _read(path: Path) -> SampleText:
    _before, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return SampleText(name=path.stem, fields=fields, body=body.strip())


def working_day(days_from_today: int) -> dt.date:
    """Return the day so many days from today, or the Friday before if it falls on a weekend."""
    day = dt.date.today() + dt.timedelta(days=days_from_today)  # noqa: DTZ011 - a calendar day
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def written_on(name: str) -> dt.date:
    """Return a sample text's day of publication: a day of the last two years, always the same for a name."""
    return working_day(-FRESH - crc32(name.encode()) % (TWO_YEARS - FRESH))


def html(text: str, measures: Mapping[int, int]) -> str:
    """Turn Markdown into what Wagtail's rich text stores.

    Args:
        text: May link to a measure by `[text](massnahme:16)`.
        measures: Primary keys of the measures' pages by number; a link to a missing one becomes plain.
    """

    def link(match: re.Match[str]) -> str:
        page_id = measures.get(int(match[1]))
        return f'<a linktype="page" id="{page_id}">' if page_id else "<a>"

    return _LINK_TO_MEASURE.sub(link, markdown.markdown(text, output_format="html"))


def blocks(text: str, measures: Mapping[int, int]) -> list[Block]:
    """Turn a body into blocks; the value of `image` and `document` is the rest of the line."""
    parts = _FENCE.split(text)
    found: list[Block] = []
    for position, part in enumerate(parts):
        if position % 2:
            found.append(("markdown", part.strip()))
        else:
            found.extend(_prose_blocks(part, measures))
    return found


def _prose_blocks(text: str, measures: Mapping[int, int]) -> Iterator[Block]:
    for kind, group in groupby(text.strip().splitlines(), key=_kind_of_line):
        lines = list(group)
        if kind == "paragraph" and any(lines):
            yield "paragraph", html("\n".join(lines), measures)
        elif kind == "table":
            yield "table", _table(lines)
        elif kind in ("heading", "image", "document"):
            yield from ((kind, line.split(" ", 1)[1].strip()) for line in lines)


def _kind_of_line(line: str) -> str:
    for mark, kind in (
        ("## ", "heading"),
        ("|", "table"),
        ("!image ", "image"),
        ("!document ", "document"),
    ):
        if line.startswith(mark):
            return kind
    return "paragraph"


def _table(lines: list[str]) -> dict[str, Any]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {
        "data": [row for row in rows if set("".join(row)) != {"-"}],
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_header_choice": "row",
        "table_caption": "",
    }
