"""Which fields of which type of page the API gives: an allow-list, closed for every field that isn't in it.

A field belongs here if everybody who may read the page may read it whole: numbers, days, choices, organisations,
districts. What leads to other pages, files or accounts has readers of its own and stays out. Texts are rendered by
Wagtail's blocks for the current reader, like on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from accounts.models import Organisation
from api.schemas import TextOut
from knowledge.taxonomy.models import District, FieldOfAction


@dataclass(frozen=True, slots=True)
class Contents:
    """What is given of one type of page.

    Attributes:
        facts: Names of fields; of relations to organisations, fields of action and districts; or of `_TABLES`.
        texts: Names of the fields with formatted text.
    """

    facts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


NOTHING = Contents()
CONTENTS: Mapping[str, Contents] = {
    "articles.ArticlePage": Contents(texts=("body",)),
    "contacts.ContactPage": Contents(
        (
            "organisation", "person", "responsibility", "phone", "email", "address", "hours",
            "districts", "source", "confirmed_on",
        )
    ),
    "council.PaperPage": Contents(
        (
            "number", "dated_on", "publicity", "lead", "deciding_body", "decision_due_on", "facts",
            "consultations",
        ),
        ("body",),
    ),
    "events.EventPage": Contents(("kind", "held_on", "place", "districts", "note"), ("body",)),
    "groups.GroupPage": Contents(("introduction", "kind", "field_of_action")),
    "groups.MinutesPage": Contents(
        ("held_on", "place", "chair", "keeper", "participants"), ("agenda",)
    ),
    "home.SpacePage": Contents(("introduction",)),
    "measures.MeasurePage": Contents(
        (
            "number", "horizon", "state", "field_of_action", "districts", "responsibilities",
            "source", "note",
        ),
        ("body",),
    ),
    "practices.PracticePage": Contents(
        ("partners", "field_of_action"), ("problem", "approach", "results", "transferability")
    ),
}  # fmt: skip
"""By the label of the page's model; a type that isn't here has a title and nothing else."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "responsibilities": ("organisation", "is_lead"),
    "participants": ("name", "organisation", "is_present"),
    "facts": ("label", "value"),
    "consultations": ("body", "held_on", "role", "outcome", "note"),
}
"""Relations whose rows belong to the page alone, and the columns of them that are given."""

_PLAIN = (str, int, bool, float, type(None))


def contents_of(page: Any) -> Contents:
    """Return what is given of pages of this type."""
    return CONTENTS.get(page._meta.label, NOTHING)


def facts_of(page: Any) -> dict[str, Any]:
    """Return the given fields of a page by name; two queries at most for each relation."""
    return {name: _fact(getattr(page, name), name) for name in contents_of(page).facts}


def texts_of(page: Any) -> list[TextOut]:
    """Return the texts of a page as HTML for the current reader; empty ones are left out."""
    texts = ((name, _html(getattr(page, name))) for name in contents_of(page).texts)
    return [TextOut(name=name, html=html) for name, html in texts if html.strip()]


def named(thing: Any) -> dict[str, str] | None:
    """Return short name and title of an organisation, a field of action or a district; None for none."""
    return {"slug": thing.slug, "title": str(thing)} if thing is not None else None


def _fact(value: Any, name: str) -> Any:
    if isinstance(value, Manager):
        if name not in TABLES:
            return [_plain(one) for one in value.all()]
        rows = value.all()
        if "organisation" in TABLES[name]:
            rows = rows.select_related("organisation")
        return [{column: _plain(getattr(row, column)) for column in TABLES[name]} for row in rows]
    return _plain(value)


def _plain(value: Any) -> Any:
    converted: Callable[[Any], Any]
    if isinstance(value, Organisation | FieldOfAction | District):
        converted = named
    elif isinstance(value, dt.date):
        converted = dt.date.isoformat
    elif isinstance(value, _PLAIN):
        return value
    else:
        # A relation to something with readers of its own must not slip through the table.
        raise TypeError(f"{type(value).__name__} is nothing that the API gives; see CONTENTS.")
    return converted(value)


def _html(value: Any) -> str:
    if isinstance(value, StreamValue):
        return str(value.render_as_block())
    return str(expand_db_html(value or ""))
