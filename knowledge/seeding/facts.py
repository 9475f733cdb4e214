"""Read the facts that ship with the project (`data/*.csv`; `data/README.md` says where they come from)."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

DATA_DIR = Path(__file__).parent / "data"
COLLECTIVE_MARK = "Sammelbegriff"


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """One line of the paper's table of measures; `responsible` has organisations' slugs in printed order."""

    number: int
    title: str
    horizon: str
    responsible: tuple[str, ...]
    source_page_hint: str
    note: str


@dataclass(frozen=True, slots=True)
class OrganisationFact:
    """A body that the paper names as responsible, partner or participant."""

    slug: str
    name: str
    short_name: str
    kind: str
    note: str

    @property
    def is_collective(self) -> bool:
        """Whether it means a group of bodies, not a single one."""
        return self.note.startswith(COLLECTIVE_MARK)


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One of the paper's fields of action."""

    slug: str
    title: str
    order: int


@dataclass(frozen=True, slots=True)
class DistrictFact:
    """One district of the city."""

    slug: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class GroupFact:
    """A working group; `field_of_action` is a slug or empty."""

    slug: str
    title: str
    kind: str
    field_of_action: str


@dataclass(frozen=True, slots=True)
class ConsultationFact:
    """One body's turn in the planned sequence of consultations."""

    body: str
    held_on: dt.date
    role: str
    note: str


@dataclass(frozen=True, slots=True)
class EventFact:
    """A kind of event, or a dated one."""

    slug: str
    title: str
    kind: str
    note: str
    held_on: dt.date | None


@dataclass(frozen=True, slots=True)
class AbbreviationFact:
    """An abbreviation that the paper spells out; `note` says where."""

    abbreviation: str
    long_form: str
    note: str


def measures() -> list[MeasureFact]:
    """Return the measures by number."""
    return [
        MeasureFact(
            number=int(row["number"]),
            title=row["title"],
            horizon=row["implementation"],
            responsible=tuple(row["responsible"].split(";")),
            source_page_hint=row["source_page_hint"],
            note=row["note"],
        )
        for row in _rows("measures.csv")
    ]


def organisations() -> list[OrganisationFact]:
    """Return the organisations in the file's order."""
    return [OrganisationFact(**row) for row in _rows("organisations.csv")]


def fields_of_action() -> list[FieldFact]:
    """Return the fields of action in printed order."""
    return [
        FieldFact(slug=row["slug"], title=row["title"], order=int(row["order"]))
        for row in _rows("fields_of_action.csv")
    ]


def districts() -> list[DistrictFact]:
    """Return the districts in the file's order."""
    return [DistrictFact(**row) for row in _rows("districts.csv")]


def working_groups() -> list[GroupFact]:
    """Return the working groups; the paper names no parents."""
    return [
        GroupFact(
            slug=row["slug"],
            title=row["title"],
            kind=row["kind"],
            field_of_action=row["field_of_action"],
        )
        for row in _rows("working_groups.csv")
    ]


def consultations() -> list[ConsultationFact]:
    """Return the planned consultations in printed order."""
    rows = sorted(_rows("committees.csv"), key=lambda row: int(row["order"]))
    return [
        ConsultationFact(
            body=row["body"],
            held_on=dt.date.fromisoformat(row["date"]),
            role=row["role"],
            note=row["note"],
        )
        for row in rows
    ]


def events() -> list[EventFact]:
    """Return the events in the file's order; most have no date."""
    return [
        EventFact(
            slug=row["slug"],
            title=row["title"],
            kind=row["kind"],
            note=row["note"],
            held_on=dt.date.fromisoformat(row["date"]) if row["date"] else None,
        )
        for row in _rows("events.csv")
    ]


def abbreviations() -> list[AbbreviationFact]:
    """Return the abbreviations in the file's order."""
    return [AbbreviationFact(**row) for row in _rows("abbreviations.csv")]


def document() -> dict[str, str]:
    """Return what the paper says about itself, by key; an empty value if it doesn't say."""
    return {row["key"]: row["value"] for row in _rows("document.csv")}


def document_labels() -> dict[str, str]:
    """Return the German labels of the facts without a field of their own, in the order shown."""
    return {row["key"]: row["label"] for row in _rows("document_labels.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
