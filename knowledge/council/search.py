"""How council become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.council.models import PaperPage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


def content(page: PaperPage) -> PageContent:
    """Read one council paper."""
    text = PlainText()
    text.add_text(page.number)
    text.add_body(page.body)
    for fact in page.facts.all():
        text.add_text(f"{fact.label}: {fact.value}")
    for consultation in page.consultations.all():
        text.add_text(consultation.body)
    bodies = [one for one in (page.lead, page.deciding_body) if one]
    return PageContent(text=text, organisations=[body.slug for body in bodies])


def register() -> None:
    """Make council findable."""
    register_page_kind(
        PageKind(
            model=PaperPage,
            kind="paper",
            content=content,
            prefetch=("facts", "consultations", "lead", "deciding_body"),
            organisations="lead__short_name",
            dated_on="dated_on",
        ),
        _("Council paper"),
        aliases=(
            "drucksache",
            "vorlage",
        ),
    )
