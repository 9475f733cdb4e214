"""Stored bodies ⇄ lines.

A body is cut into blocks where a heading, a table, a picture, tasks or a card stand; what lies between is one block of
rich text. A block whose lines are as they were is kept as it is stored, byte by byte, so that opening and saving
changes nothing, and what the editor doesn't know is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from knowledge.editing.lines import RICH_KINDS, Line, Run, new_key, with_unique_keys
from knowledge.editing.rich_text import UnknownMarkup, lines_of_rich_text, rich_text_of

Block = Mapping[str, Any]
_BLOCK_OF = {"h2": "heading", "task": "tasks", "table": "table", "figure": "image"}


def lines_of_body(blocks: Iterable[Block]) -> list[Line]:
    """Read the stored blocks of a `knowledge.pages.blocks.BodyBlock`."""
    return with_unique_keys(line for block in blocks for line in lines_of_block(block))


def lines_of_block(block: Block) -> list[Line]:
    """Read one stored block; one that has more to it than the editor shows becomes a card."""
    key, value = str(block["id"]), block["value"]
    match block["type"]:
        case "heading":
            return [Line(key, "h2", (Run(value),) if value else ())]
        case "paragraph":
            try:
                return lines_of_rich_text(value, prefix=key[:8])
            except UnknownMarkup:
                return [Line(key, "card", data={"type": "paragraph"})]
        case "tasks":
            return [_task(item) for item in value]
        case "table" if value and value.get("data"):
            return [Line(key, "table", data=_table(value))]
        case "image" if value.get("image"):
            return [Line(key, "figure", data=_figure(value))]
        case "document" if value:
            return [Line(key, "card", data={"type": "document", "document": value})]
        case other:
            return [Line(key, "card", data={"type": other})]


def _task(item: Mapping[str, Any]) -> Line:
    done = {"done": True} if item["value"].get("done") else {}
    text = lines_of_rich_text(item["value"]["text"], prefix="")
    return Line(
        str(item["id"]), "task", tuple(run for line in text for run in line.runs), data=done
    )


def _figure(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "image": value["image"],
        "alt": value.get("alternative_text") or "",
        "caption": value.get("caption") or "",
    }


def _table(value: Mapping[str, Any]) -> dict[str, Any]:
    spans = {(one["row"], one["col"]): one for one in value.get("mergeCells") or ()}
    covered = {
        (row + down, col + right)
        for (row, col), one in spans.items()
        for down in range(one["rowspan"])
        for right in range(one["colspan"])
    } - set(spans)
    rows = [
        [
            _cell(text or "", spans.get((row, col)))
            for col, text in enumerate(cells)
            if (row, col) not in covered
        ]
        for row, cells in enumerate(value["data"])
    ]
    read: dict[str, Any] = {"rows": rows}
    if value.get("first_row_is_table_header"):
        read["head"] = True
    if value.get("first_col_is_header"):
        read["side"] = True
    return read


def _cell(text: str, span: Mapping[str, int] | None) -> Any:
    text = str(text).replace("\r\n", "\n")
    return [text, span["colspan"], span["rowspan"]] if span else text


def body_of_lines(
    lines: Iterable[Line], stored: Iterable[Block], kept: Iterable[Block] = ()
) -> list[dict[str, Any]]:
    """Write lines as blocks.

    Args:
        lines: The text.
        stored: The blocks that were stored until now; unchanged ones are kept as they are.
        kept: Blocks of other versions, from which cards are taken that were deleted meanwhile.
    """
    stored = list(stored)
    read = [(block, lines_of_block(block)) for block in stored]
    homes = {line.key: block for block, its_lines in read for line in its_lines}
    said = {str(block["id"]): its_lines for block, its_lines in read}
    known = {str(block["id"]): block for block in (*kept, *stored)}
    taken: set[str] = set()
    result = []
    for group in _groups(lines, homes):
        block = _block(group, homes, said, known, taken)
        if block is not None:
            taken.add(block["id"])
            result.append(block)
    return result


def _groups(lines: Iterable[Line], homes: Mapping[str, Block]) -> Iterator[list[Line]]:
    """Yield the lines of each block; a new line belongs to the block of the line before it."""
    for is_open, alike in groupby(lines, key=_is_open):
        if not is_open:
            yield from ([line] for line in alike)
            continue
        group: list[Line] = []
        home: Any = None
        for line in alike:
            own = homes.get(line.key, {}).get("id")
            changes = group and (
                (own and home and own != home) or (line.kind == "task") != (group[0].kind == "task")
            )
            if changes:
                yield group
                group, home = [], None
            group.append(line)
            home = own or home
        yield group


def _is_open(line: Line) -> bool:
    return line.kind in RICH_KINDS or line.kind == "task"


def _block(
    group: Sequence[Line],
    homes: Mapping[str, Block],
    said: Mapping[str, Sequence[Line]],
    known: Mapping[str, Block],
    taken: set[str],
) -> dict[str, Any] | None:
    first = group[0]
    if not _is_open(first):
        return None if first.is_empty else _single(first, known)
    name = _BLOCK_OF.get(first.kind, "paragraph")
    before = next(
        (
            homes[line.key]
            for line in group
            if line.key in homes and homes[line.key]["type"] == name
        ),
        None,
    )
    if before is not None and before["id"] not in taken:
        if _same(said[str(before["id"])], group):
            return dict(before)
        key = str(before["id"])
    else:
        key = new_key()
        if all(line.is_empty for line in group):
            return None
    value = [_stored_task(line) for line in group] if name == "tasks" else rich_text_of(group)
    return {"type": name, "value": value, "id": key}


def _same(one: Sequence[Line], other: Sequence[Line]) -> bool:
    return [line.says for line in one] == [line.says for line in other]


def _stored_task(line: Line) -> dict[str, Any]:
    text = rich_text_of([Line(line.key[:8], "p", line.runs)])
    return {
        "type": "item",
        "value": {"text": text, "done": bool(line.data.get("done"))},
        "id": line.key,
    }


def _single(line: Line, known: Mapping[str, Block]) -> dict[str, Any] | None:
    before = known.get(line.key)
    if line.kind == "card":
        if before is not None:
            return dict(before)
        if line.data["type"] == "document" and line.data.get("document"):
            return {"type": "document", "value": line.data["document"], "id": line.key}
        return None
    name = _BLOCK_OF[line.kind]
    if before is not None and before["type"] == name:
        if _same(lines_of_block(before), [line]):
            return dict(before)
    else:
        before = None
    return {
        "type": name,
        "value": _value(line, before["value"] if before else None),
        "id": line.key,
    }


def _value(line: Line, before: Any) -> Any:
    if line.kind == "h2":
        return " ".join(line.text.split())
    if line.kind == "figure":
        return {
            "image": line.data["image"],
            "alternative_text": line.data["alt"],
            "caption": line.data["caption"],
        }
    return stored_table(line.data, before or {})


def stored_table(data: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Write a table as Wagtail's block stores it; what isn't shown stays, where the shape is the same."""
    grid, spans = _laid_out(data["rows"])
    height = len(data["rows"])
    width = max((col + 1 for _row, col in grid), default=1)
    cells = [[grid.get((row, col)) or "" for col in range(width)] for row in range(height)]
    looks = before.get("cell") or () if _shape(before.get("data")) == (height, width) else ()
    head, side = bool(data.get("head")), bool(data.get("side"))
    return {
        "data": cells,
        "cell": _cell_notes(looks, [place for place, text in grid.items() if text is None]),
        "mergeCells": spans,
        "first_row_is_table_header": head,
        "first_col_is_header": side,
        "table_header_choice": {
            (True, True): "both", (True, False): "row", (False, True): "column",
        }.get((head, side), "neither"),
        "table_caption": before.get("table_caption") or "",
    }  # fmt: skip


def _laid_out(
    rows: Sequence[Sequence[Any]],
) -> tuple[dict[tuple[int, int], str | None], list[dict[str, int]]]:
    """Return the text of each place, None where a wider or higher cell covers it, and which cells are such."""
    grid: dict[tuple[int, int], str | None] = {}
    spans = []
    for row, cells in enumerate(rows):
        col = 0
        for cell in cells:
            while (row, col) in grid:
                col += 1
            text, columns, height = (cell, 1, 1) if isinstance(cell, str) else cell
            height = min(height, len(rows) - row)
            if columns > 1 or height > 1:
                spans.append({"row": row, "col": col, "rowspan": height, "colspan": columns})
            for down in range(height):
                for right in range(columns):
                    grid.setdefault((row + down, col + right), None)
            grid[row, col] = text
    return grid, spans


def _cell_notes(
    looks: Iterable[Mapping[str, Any]], covered: Iterable[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Return what is noted of single cells: how they look, and that one isn't shown."""
    notes = {
        (one["row"], one["col"]): {name: value for name, value in one.items() if name != "hidden"}
        for one in looks
    }
    for row, col in covered:
        notes[row, col] = {**notes.get((row, col), {"row": row, "col": col}), "hidden": True}
    return [note for note in notes.values() if len(note) > 2]


def _shape(data: Any) -> tuple[int, int]:
    return (len(data), len(data[0])) if data else (0, 0)


# --- a field with nothing but rich text --------------------------------------------------------------------

FIELD = "field"


def lines_of_field(source: str) -> list[Line]:
    """Read a field of rich text.

    Raises:
        UnknownMarkup: If it holds something that the editor can't show.
    """
    return with_unique_keys(lines_of_rich_text(source, prefix=FIELD))


def field_of_lines(lines: Sequence[Line], stored: str) -> str:
    """Write a field of rich text; kept as it is if its lines are as they were."""
    kept = [line for line in lines if line.kind in RICH_KINDS]
    if _same(lines_of_field(stored), kept):
        return stored
    if all(line.is_empty for line in kept):
        return ""
    return rich_text_of(kept)
