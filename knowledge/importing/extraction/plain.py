"""Plain text, Markdown and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from functools import partial
from html import escape
from itertools import islice

import markdown

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean, decode
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.markup import read_markup
from knowledge.importing.extraction.results import Reason, UnusableFile

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^([=\-~^*\"#+])\1{2,}$")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+[A-ZÄÖÜ][^.]{2,80}$")
_SEPARATOR = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
_LOOKED_AT_CHARS, _LOOKED_AT_ROWS = 200_000, 40  # for the sign between columns
_RULE = re.compile(r"^[-=_*\s]{5,}$")
_LOOKS_SET = re.compile(r"\S[ ]{3,}\S|^[ ]{0,8}[|+].*[|+]$")


def read_text(data: bytes) -> tuple[str, BlockCollector]:
    """Return title and content of a text file: underlined lines are headings, blank lines end paragraphs."""
    text = clean(decode(data)).expandtabs(4)
    collector = BlockCollector()
    title = ""
    for chunk in re.split(r"\n[ \t]*\n+|\f", text):
        lines = [line.rstrip() for line in chunk.split("\n") if line.strip()]
        lines = _take_heading(lines, collector)
        lines = [line for line in lines if not _RULE.match(line)]
        if not lines:
            continue
        if not title and not collector.blocks and len(lines) == 1 and len(lines[0]) <= 120:
            title = squeeze(lines[0])
            if not title.endswith((".", ":", ",", ";")):
                collector.heading(title, 1)
                continue
            title = ""
        add_chunk(lines, collector)
    return title, collector


def _take_heading(lines: list[str], collector: BlockCollector) -> list[str]:
    """Add the chunk's heading, if it begins with one, and return the other lines."""
    if len(lines) >= 2 and _UNDERLINED.match(lines[1].strip()) and len(lines[0]) <= 150:
        collector.heading(lines[0], 2 if lines[1].strip()[0] in "=#*" else 3)
        return lines[2:]
    if len(lines) == 1 and _NUMBERED.match(lines[0].strip()):
        depth = lines[0].split()[0].rstrip(".").count(".")
        collector.heading(lines[0], 2 + min(depth, 2))
        return []
    return lines


def add_chunk(lines: list[str], collector: BlockCollector) -> None:
    """Add lines between two blank ones, none of them empty: as set text, a list or a paragraph."""
    set_lines = sum(bool(_LOOKS_SET.search(line)) for line in lines)
    if len(lines) > 1 and set_lines * 2 >= len(lines):
        collector.code("\n".join(lines))  # columns and drawings keep their spaces
        return
    items = [re.match(r"^\s*(?:[-*•–]|\d+[.)])\s+", line) for line in lines]
    if items[0] and sum(bool(item) for item in items) > 1:
        joined: list[str] = []
        for line, item in zip(lines, items, strict=True):
            if item:
                joined.append(line[item.end() :])
            else:
                joined[-1] += " " + line.strip()
        html = "".join(f"<li>{escape(squeeze(line), quote=False)}</li>" for line in joined)
        collector.html(f"<ul>{html}</ul>")
        return
    is_short_set = len(lines) > 1 and max(len(line) for line in lines) < 50
    collector.paragraph(
        ("<br/>" if is_short_set else " ").join(
            escape(squeeze(line), quote=False) for line in lines
        )
    )


def read_markdown(data: bytes) -> tuple[str, BlockCollector]:
    """Return title and content of a Markdown file."""
    source = clean(decode(data))
    title = ""
    front = _FRONT_MATTER.match(source)
    if front:
        found = _FRONT_TITLE.search(front.group(1))
        title = squeeze(found.group(1)) if found else ""
        source = source[front.end() :]
    html = markdown.markdown(
        source[: limits.MAX_TEXT_CHARS],
        extensions=["tables", "fenced_code", "sane_lists", "def_list", "footnotes"],
    )
    _html_title, collector = read_markup(html or "<p></p>")
    return title, collector


def _evenness(text: str, delimiter: str) -> float:
    """Tell how well a sign parts the first rows: the share of those with the usual number of columns, 0 for one."""
    reader = csv.reader(io.StringIO(text[:_LOOKED_AT_CHARS], newline=""), delimiter=delimiter)
    widths = Counter(len(row) for row in islice(reader, _LOOKED_AT_ROWS) if row)
    return max((rows for width, rows in widths.items() if width > 1), default=0) / max(
        1, widths.total()
    )


def read_csv(data: bytes) -> BlockCollector:
    """Return the one table of a CSV file.

    Raises:
        UnusableFile: If it cannot be split into columns.
    """
    text = clean(decode(data)).replace("\r", "\n")
    csv.field_size_limit(limits.MAX_TEXT_CHARS)
    try:
        if told := _SEPARATOR.match(text.split("\n", 1)[0]):  # Excel writes and hides this line
            text = text.partition("\n")[2]
        delimiter = told.group(1) if told else max(";\t|,", key=partial(_evenness, text))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnusableFile(Reason.BROKEN) from error
    collector = BlockCollector()
    collector.table(rows, has_header=True)
    return collector
