"""Council papers: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.council.models import PaperIndexPage, PaperPage
from knowledge.pages.kinds import PageContent, PageKind
from knowledge.pages.listing import Listing, Order, year_filter
from knowledge.text import PlainText
from web.links import linked_list


class PaperListing(Listing):
    """Council papers, newest first."""

    model = PaperPage
    columns: ClassVar = [_("Paper number"), _("Date"), _("Deciding body")]
    filters: ClassVar = [year_filter("dated_on")]
    orders: ClassVar = [
        Order("newest", _("Newest first"), (F("dated_on").desc(nulls_last=True),)),
        Order("title", _("Title"), ("title",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the deciding body."""
        return super().base_queryset().select_related("deciding_body")

    def cells(self, page: PaperPage) -> Sequence[str]:
        """Return number, date and deciding body."""
        date = date_format(page.dated_on, "j. F Y") if page.dated_on else ""
        return (page.number, date, linked_list([page.deciding_body]))


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


def context(page: PaperPage, request: HttpRequest) -> dict[str, Any]:
    """Add the consultations in order, and the further facts."""
    return {"consultations": list(page.consultations.all()), "facts": list(page.facts.all())}


KIND = PageKind(
    name="paper",
    model=PaperPage,
    label=_("Council paper"),
    new_label=_("New council paper"),
    aliases=("drucksache", "vorlage"),
    asked_as=("Drucksache", "Vorlage", "Ratsvorlage"),
    context=context,
    shown_relations=("lead", "deciding_body"),
    index=PaperIndexPage,
    listing=PaperListing,
    content=content,
    prefetch=("facts", "consultations", "lead", "deciding_body"),
    organisations="lead__short_name",
    dated_on="dated_on",
    depends_on=("lead", "deciding_body"),
    facts=(
        "number", "dated_on", "publicity", "lead", "deciding_body", "decision_due_on", "facts",
        "consultations",
    ),
    texts=("body",),
    edited=("number", "dated_on", "publicity", "lead", "deciding_body", "decision_due_on"),
    edited_rows={
        "facts": ("label", "value"),
        "consultations": ("body", "held_on", "role", "outcome", "note"),
    },
    tables={
        "facts": ("label", "value"),
        "consultations": ("body", "held_on", "role", "outcome", "note"),
    },
)  # fmt: skip
