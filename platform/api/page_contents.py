"""The fields of pages in the API: an allow-list for each kind (`PageKind.facts`, `texts`, `tables`).

A field belongs here if everybody who may read the page may read all of it: numbers, days, choices, organisations,
districts. What leads to other pages, files or accounts has readers of its own and stays out. Wagtail's blocks render
texts for the current reader, as on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Manager
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from accounts.models import Organisation
from api.schemas import TextOut
from knowledge.pages.kinds import kind_of
from knowledge.taxonomy.models import District, FieldOfAction
from knowledge.wiki.missing import with_links

_PLAIN = (str, int, bool, float, type(None))


def facts_of(page: Any) -> dict[str, Any]:
    """Return the page's fields of the API by name; at most two queries for each relation."""
    kind = kind_of(type(page))
    if kind is None:
        return {}
    return {name: _fact(getattr(page, name), kind.tables.get(name)) for name in kind.facts}


def texts_of(page: Any) -> list[TextOut]:
    """Return the texts of a page as HTML for the current reader; empty ones are left out."""
    kind = kind_of(type(page))
    texts = ((name, _html(getattr(page, name))) for name in (kind.texts if kind else ()))
    return [TextOut(name=name, html=html) for name, html in texts if html.strip()]


def named(thing: Any) -> dict[str, str] | None:
    """Return short name and title of an organisation, a field of action or a district; None for None."""
    return {"slug": thing.slug, "title": str(thing)} if thing is not None else None


def _fact(value: Any, columns: Sequence[str] | None) -> Any:
    if isinstance(value, Manager):
        if columns is None:
            return [_plain(one) for one in value.all()]
        rows = value.all()
        if "organisation" in columns:
            rows = rows.select_related("organisation")
        return [{column: _plain(getattr(row, column)) for column in columns} for row in rows]
    return _plain(value)


def _plain(value: Any) -> Any:
    converted: Callable[[Any], Any]
    if isinstance(value, Organisation | FieldOfAction | District):
        converted = named
    elif isinstance(value, dt.date):
        converted = dt.date.isoformat
    elif isinstance(value, dt.time):
        converted = dt.time.isoformat
    elif isinstance(value, _PLAIN):
        return value
    else:
        # A relation to something with readers of its own must not slip through the table.
        raise TypeError(
            f"{type(value).__name__} is nothing that the API gives; see PageKind.facts."
        )
    return converted(value)


def _html(value: Any) -> str:
    if isinstance(value, StreamValue):
        return str(value.render_as_block())
    return str(with_links(expand_db_html(value or "")))
