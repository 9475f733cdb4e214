"""Write a sheet as HTML for the PDF: our own elements alone, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from knowledge.export.sheets import (
    Block,
    Box,
    Cell,
    Figure,
    Heading,
    Items,
    Letterhead,
    Paragraph,
    Preformatted,
    Rule,
    Run,
    Runs,
    Sheet,
    Table,
    Words,
    plain,
    sound_headings,
)

STYLE = Path(__file__).with_name("sheet.css")
PICTURES = "sheet:"  # address of a picture of the sheet, before its name
LOGO = "sheet-logo:"


def html_of(sheet: Sheet, style: str) -> str:
    """Return the whole document.

    Args:
        sheet: What it says.
        style: The style sheet of all files, without `</style`.
    """
    head = sheet.letterhead
    body = _Body(head.words).all(sound_headings(sheet.blocks))
    return (
        f'<!DOCTYPE html><html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.title)}</title><style>{_margins(sheet)}{style}</style></head>"
        f"<body>{_letterhead(head)}{body}</body></html>"
    )


def _letterhead(head: Letterhead) -> str:
    # As a background it is an ornament: the name of the city stands beside it.
    logo = '<span class="logo"></span>' if head.logo else ""
    return f'<div class="letterhead"><p>{logo}{escape(head.issuer)}</p></div>'


def _margins(sheet: Sheet) -> str:
    """Return what stands on each sheet of paper, as style: boxes at its edges are no part of the text for a reader."""
    head = sheet.letterhead
    return (
        f"@page {{ @top-left {{ content: {_quoted(head.issuer)} }}"
        f" @top-right {{ content: {_quoted(head.mark)} }}"
        f" @bottom-left {{ content: {_quoted(head.retrieved)} }}"
        f" @bottom-right {{ content: {_quoted(head.words.page)} ' ' counter(page) ' '"
        f" {_quoted(head.words.of)} ' ' counter(pages) }} }}"
        " @page :first { @top-left { content: none } }"  # the letterhead says it there
        f" .logo {{ background-image: url({LOGO}) }}"
    )


def _quoted(text: str) -> str:
    """Return a string of CSS in which every sign that isn't a letter or digit is written by its number."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):X} " for c in text) + '"'


class _Body:
    """Writes blocks."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def all(self, blocks: Iterable[Block]) -> str:
        """Return blocks one after the other."""
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
                return f"<h{block.level}{anchor}>{_inline(block.runs)}</h{block.level}>"
            case Paragraph():
                return f"<p>{_inline(block.runs)}</p>"
            case Preformatted():
                return f"<pre>{escape(block.text)}</pre>"
            case Rule():
                return "<hr>"
            case Items():
                return self._list(block)
            case Box():
                return f'<div class="box">{self.all(block.blocks)}</div>'
            case Table():
                return _table(block)
            case Figure():
                return self._figure(block)

    def _list(self, block: Items) -> str:
        """Write the marks ourselves: with those of WeasyPrint 70 an item of several blocks is tagged wrongly."""
        tag = "ol" if block.is_ordered else "ul"
        items = "".join(
            f'<li><span class="mark">{f"{number}." if block.is_ordered else "•"}</span>{self.all(item)}</li>'
            for number, item in enumerate(block.items, start=1)
        )
        return f"<{tag}>{items}</{tag}>"

    def _figure(self, figure: Figure) -> str:
        alternative = figure.alternative_text or plain(figure.caption) or self._words.undescribed
        picture = f'<img src="{PICTURES}{escape(figure.picture)}" alt="{escape(alternative)}">'
        caption = f'<p class="caption">{_inline(figure.caption)}</p>' if figure.caption else ""
        return f'<div class="picture">{picture}</div>{caption}'


def _table(table: Table) -> str:
    kind = ' class="facts"' if table.is_facts else ""
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(_rows(table.rows[: table.head_rows], scope="col"))
    body = "".join(_rows(table.rows[table.head_rows :], scope="row"))
    head = f"<thead>{head}</thead>" if head else ""
    body = f"<tbody>{body}</tbody>" if body else ""
    return f"<table{kind}>{caption}{head}{body}</table>"


def _rows(rows: Sequence[Sequence[Cell]], *, scope: str) -> Iterator[str]:
    for row in rows:
        yield f"<tr>{''.join(_cell(cell, scope) for cell in row)}</tr>"


def _cell(cell: Cell, scope: str) -> str:
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    text = _inline(cell.runs)
    if cell.is_head:
        return f'<th scope="{scope}"{spans}>{text}</th>'
    return f"<td{spans}>{text}</td>"


def _inline(runs: Runs) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if run.text == "\n":
        return "<br>"
    text = escape(run.text)
    text = f"<code>{text}</code>" if run.is_code else text
    text = f"<em>{text}</em>" if run.is_italic else text
    text = f"<strong>{text}</strong>" if run.is_bold else text
    return f'<a href="{escape(run.href)}">{text}</a>' if run.href else text
