"""Write a sheet as Markdown (GitHub's) with front matter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain

from knowledge.export.sheets import (
    Block,
    Box,
    Cell,
    Figure,
    Heading,
    Items,
    Paragraph,
    Preformatted,
    Rule,
    Run,
    Runs,
    Sheet,
    Table,
    sound_headings,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
# Signs that begin a heading, list or quotation, if they stand first.
_AT_THE_BEGINNING = re.compile(r"^(\d*)([#+=.)-])")
_FENCE = re.compile(r"`{3,}")


def markdown_of(sheet: Sheet) -> str:
    """Return the sheet as Markdown.

    Values of the front matter are quoted like JSON, which YAML reads as text whatever stands in it. Pictures are named
    by their alternative text: the file has none inside.
    """
    facts = "\n".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sheet.facts.items()
    )
    text = "\n\n".join(chain.from_iterable(map(_written, sound_headings(sheet.blocks))))
    return f"---\n{facts}\n---\n\n{text}\n"


def _written(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_one_line(block.runs)}"
        case Paragraph():
            yield _first_escaped(_inline(block.runs, line_end="  \n"))
        case Preformatted():
            longest = max(map(len, _FENCE.findall(block.text)), default=2)
            fence = "`" * (longest + 1)
            yield f"{fence}\n{block.text}\n{fence}"
        case Rule():
            yield "---"
        case Items():
            yield "\n".join(_items(block))
        case Box():
            yield _prefixed("\n\n".join(_all(block.blocks)), "> ")
        case Table():
            yield from _table(block)
        case Figure():
            words = [_escaped(block.alternative_text), _one_line(block.caption)]
            if any(words):
                yield f"*[{' – '.join(filter(None, words))}]*"


def _all(blocks: Sequence[Block]) -> Iterator[str]:
    return chain.from_iterable(map(_written, blocks))


def _items(block: Items) -> Iterator[str]:
    for number, item in enumerate(block.items, start=1):
        mark = f"{number}. " if block.is_ordered else "- "
        lines = "\n\n".join(_all(item)).split("\n")
        yield mark + lines[0]
        yield from (f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:])


def _table(table: Table) -> Iterator[str]:
    if table.is_facts:
        yield "\n".join(
            f"- **{_one_line(row[0].runs)}:** {_inline(row[1].runs, line_end=', ')}"
            for row in table.rows
        )
        return
    if table.caption:
        yield f"**{_escaped(table.caption)}**"
    # Markdown knows one row as head and no spans: an empty head, and empty cells.
    head = max(table.head_rows, 1)
    rows = [_row(row, table.width) for row in table.rows]
    if not table.head_rows:
        rows.insert(0, f"|{'  |' * table.width}")
    yield "\n".join([*rows[:head], f"|{' --- |' * table.width}", *rows[head:]])


def _row(row: Sequence[Cell], width: int) -> str:
    cells: list[str] = []
    for cell in row:
        cells += [_inline(cell.runs, line_end="<br>"), *[""] * (cell.columns - 1)]
    cells += [""] * (width - len(cells))
    return f"| {' | '.join(cells)} |"


def _prefixed(text: str, prefix: str) -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


def _one_line(runs: Runs) -> str:
    return _inline(runs, line_end=" ")


def _inline(runs: Runs, *, line_end: str) -> str:
    return "".join(line_end if run.text == "\n" else _run(run) for run in runs)


def _run(run: Run) -> str:
    inner = run.text.strip(" ")
    if not inner:
        return run.text
    before, after = run.text.split(inner, 1)
    text = f"`{inner}`" if run.is_code and "`" not in inner else _escaped(inner)
    text = f"*{text}*" if run.is_italic else text
    text = f"**{text}**" if run.is_bold else text
    if run.href:
        text = f"[{text}](<{_address(run.href)}>)"
    return f"{before}{text}{after}"


def _address(href: str) -> str:
    return href.replace("<", "%3C").replace(">", "%3E").replace("\n", "")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _first_escaped(text: str) -> str:
    return _AT_THE_BEGINNING.sub(r"\1\\\2", text)
