"""How events become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.events.models import EventPage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


def content(page: EventPage) -> PageContent:
    """Read one event."""
    text = PlainText()
    text.add_body(page.body)
    text.add_text(page.place)
    text.add_text(page.note)
    return PageContent(text=text, districts=[district.slug for district in page.districts.all()])


def register() -> None:
    """Make events findable."""
    register_page_kind(
        PageKind(
            model=EventPage,
            kind="event",
            content=content,
            prefetch=("districts",),
            dated_on="held_on",
        ),
        _("Event"),
        aliases=(
            "veranstaltung",
            "termin",
        ),
    )
