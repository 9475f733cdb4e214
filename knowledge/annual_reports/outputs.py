"""What is made of a frozen report: PDF, DOCX as a council paper, HTML, CSV of all figures, and the canonical form.

Each is made of the frozen content alone, so that it can be made again at any time and says the same.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.handling import Classification
from audit.export import BYTE_ORDER_MARK, safe_cell
from knowledge.annual_reports.models import Report
from knowledge.annual_reports.tables import german_day
from knowledge.export.as_html import PICTURES, STYLE, html_of
from knowledge.export.composing import drawing_style, letterhead
from knowledge.export.drawings import drawing, words_of
from knowledge.export.files import PDF, WORD, archived_pdf
from knowledge.export.making import Order, made
from knowledge.export.sheets import (
    Block,
    Cell,
    Enclosed,
    Figure,
    Heading,
    Paragraph,
    Picture,
    Run,
    Sheet,
    Table,
)

LONGEST_S = 300.0  # of one file; 300 measures took 116 s on a busy machine (docs/report.md)
CSV, JSON = "text/csv; charset=utf-8", "application/json"
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a report is given out."""

    ending: str
    title: str
    media_type: str
    write: Callable[[Report, Content], bytes]


def forms() -> Sequence[Form]:
    """Return all forms, in the order in which they are made."""
    return (
        Form("json", _("Canonical form, for the checksum"), JSON, _as_json),
        Form("csv", _("All figures as CSV"), CSV, _as_csv),
        Form("html", "HTML", "text/html; charset=utf-8", _as_html),
        Form("docx", _("Word, as a council paper"), WORD, _as_word),
        Form("pdf", _("PDF, accessible and for the archive"), PDF, _as_pdf),
    )


def _as_json(report: Report, content: Content) -> bytes:
    return report.content.encode()


def _as_csv(report: Report, content: Content) -> bytes:
    """Write each table with its title above it, and the standing of each measure; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        writer.writerow([safe_cell(title)])
        writer.writerows([safe_cell(str(cell)) for cell in row] for row in (columns, *rows))
        writer.writerow([])

    for figure in content["figures"]:
        table(figure["title"], figure["columns"], figure["rows"])
    table(_("Measures"), _columns(), [_row(one) for one in _measures(content)])
    milestones = [
        [str(one["number"] or ""), step["title"], german_day(step["due_on"]), german_day(step["done_on"])]
        for one in _measures(content)
        for step in one["milestones"]
    ]  # fmt: skip
    table(_("Milestones"), [_number(), *_milestone_columns()], milestones)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _measures(content: Content) -> list[Content]:
    return [one for one in content["parts"] if one["kind"] == "measure"]


def _number() -> str:
    return pgettext("measure", "No.")


def _columns() -> list[str]:
    return [_number(), _("Measure"), _("State"), _("Assessment"), _("Horizon"), _("Responsible")]


def _row(one: Content) -> list[str]:
    return [str(one["number"] or ""), one["title"], one["state_label"], one["assessment_label"], one["horizon"],
            ", ".join(one["bodies"])]  # fmt: skip


def _milestone_columns() -> list[str]:
    return [_("Milestone"), _("Due on"), _("Reached on")]


def _as_html(report: Report, content: Content) -> bytes:
    """Write one file that needs no other: drawings lie inside."""
    sheet = report_sheet(report, content)
    written = html_of(
        replace(sheet, letterhead=replace(sheet.letterhead, logo=None)), STYLE.read_text("utf-8")
    )
    for name, picture in sheet.pictures.items():
        inside = f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"
        written = written.replace(f'src="{PICTURES}{name}"', f'src="{inside}"')
    return written.encode()


def _as_word(report: Report, content: Content) -> bytes:
    return made(Order("docx", council_sheet(report, content)), longest_s=LONGEST_S)


def _as_pdf(report: Report, content: Content) -> bytes:
    """Write the PDF with canonical form and figures inside."""
    enclosed = [
        Enclosed("bericht.json", _as_json(report, content), JSON, _("Canonical form, for the checksum")),
        Enclosed("zahlen.csv", _as_csv(report, content), "text/csv", _("All figures as CSV")),
    ]  # fmt: skip
    return archived_pdf(report_sheet(report, content), enclosed, longest_s=LONGEST_S)


# --- sheets -------------------------------------------------------------------------------------------
def report_sheet(report: Report, content: Content) -> Sheet:
    """Return the report as it is read: introduction, figures, measures, outlook."""
    writer = _Writer(content)
    blocks = [
        Heading(1, [Run(content["title"])]),
        *writer.sample(),
        writer.facts(_about(report, content)),
        *writer.texts("introduction"),
        *writer.figures(),
        *writer.measures(),
        *writer.texts("outlook", "costs"),
        *writer.files(),
    ]
    return _sheet(report, content, writer, blocks)


def council_sheet(report: Report, content: Content) -> Sheet:
    """Return the report in the form of a council paper: its head, proposed resolution, costs, reasons, annexes."""
    writer = _Writer(content)
    head = [
        (_("Paper No."), _("is given by the council’s office")),
        (_("Handling"), _("public")),
        (_("Subject"), content["title"]),
        (_("State at"), german_day(content["as_of"])),
        (_("Consulted bodies"), _("are given by the council’s office")),
    ]
    blocks = [
        Heading(1, [Run(_("Council paper: %(title)s") % {"title": content["title"]})]),
        *writer.sample(),
        writer.facts(head),
        *writer.texts("resolution", "costs"),
        Heading(2, [Run(_("Statement of reasons"))]),
        *writer.texts("introduction", level=3),
        *writer.figures(level=3),
        *writer.measures(level=3),
        *writer.texts("outlook", level=3),
        *writer.files(),
        writer.facts([(_("Checksum (SHA-256)"), report.digest)]),
    ]
    return _sheet(report, content, writer, blocks)


def _about(report: Report, content: Content) -> list[tuple[str, str]]:
    said = [
        (_("Year"), str(content["year"])),
        (_("State at"), german_day(content["as_of"])),
        (_("Version"), str(content["version"])),
        (_("Checksum (SHA-256)"), report.digest),
    ]
    if content["corrects"]:
        words = _("version %(version)s: %(reason)s") % content["corrects"]
        said.insert(3, (_("Corrects"), words))
    return said


def _sheet(report: Report, content: Content, writer: _Writer, blocks: Sequence[Block]) -> Sheet:
    stamp = _("Version %(version)s, SHA-256 %(digest)s…")
    said = {"version": content["version"], "digest": report.digest[:16]}
    head = replace(letterhead(Classification.PUBLIC), retrieved=stamp % said)
    return Sheet(content["title"], head, list(blocks), {"title": content["title"]}, writer.pictures)


class _Writer:
    """Turns frozen values into blocks; keeps the drawings."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.pictures: dict[str, Picture] = {}

    def sample(self) -> list[Block]:
        """Say that it is invented, if it is."""
        words = _("Sample: this report is invented, and nothing in it is true.")
        return [Paragraph([Run(words, is_bold=True)])] if self._content["is_sample"] else []

    def facts(self, rows: Sequence[tuple[str, str]]) -> Table:
        """Return names and values below each other."""
        cells = [[Cell([Run(name)], is_head=True), Cell([Run(value)])] for name, value in rows]
        return Table(cells, is_facts=True)

    def texts(self, *kinds: str, level: int = 2) -> Iterator[Block]:
        """Yield the sections of some kinds that say anything."""
        for kind in kinds:
            for part in self._content["parts"]:
                if part["kind"] == kind and part["text"]:
                    yield Heading(level, [Run(part["title"])])
                    yield from _paragraphs(part["text"])

    def figures(self, level: int = 2) -> Iterator[Block]:
        """Yield each drawing, and the table that says the same."""
        for figure in self._content["figures"]:
            yield Heading(level, [Run(figure["title"])])
            if figure["drawing"]:
                name = f"drawing-{figure['name']}"
                self.pictures[name] = drawing(figure["drawing"], drawing_style())
                yield Figure(name, words_of(figure["drawing"]))
            yield _table(figure["columns"], figure["rows"])

    def measures(self, level: int = 2) -> Iterator[Block]:
        """Yield each measure with how it stands, its text and its milestones."""
        if _measures(self._content):
            yield Heading(level, [Run(_("Measures"))])
        for one in _measures(self._content):
            number = f"{_number()} {one['number']}: " if one["number"] else ""
            yield Heading(level + 1, [Run(f"{number}{one['title']}")])
            said = [
                (_("State"), one["state_label"]),
                (
                    _("Assessment"),
                    ". ".join(filter(None, (one["assessment_label"], one["reason"]))),
                ),
                (_("Horizon"), one["horizon"]),
                (_("Responsible"), ", ".join(one["bodies"])),
            ]
            yield self.facts([(name, value) for name, value in said if value])
            yield from _paragraphs(one["text"])
            if one["milestones"]:
                rows = [
                    [step["title"], german_day(step["due_on"]), german_day(step["done_on"]) or "–"]
                    for step in one["milestones"]
                ]
                yield _table(_milestone_columns(), rows)

    def files(self) -> Iterator[Block]:
        """Yield the list of copied files with their checksums."""
        if self._content["files"]:
            yield Heading(2, [Run(_("Annexes"))])
            rows = [[one["title"], one["name"], one["digest"]] for one in self._content["files"]]
            yield _table([_("Title"), _("File"), _("Checksum (SHA-256)")], rows)


def _paragraphs(text: str) -> Iterator[Block]:
    for one in text.split("\n\n"):
        if one.strip():
            runs: list[Run] = []
            for line in one.strip().splitlines():
                runs += [Run("\n"), Run(line)] if runs else [Run(line)]
            yield Paragraph(runs)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    head = [Cell([Run(one)], is_head=True) for one in columns]
    body = [
        [Cell([Run(cell)], is_head=place == 0) for place, cell in enumerate(row)] for row in rows
    ]
    return Table([head, *body], head_rows=1)
