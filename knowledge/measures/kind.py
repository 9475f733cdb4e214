"""Measures: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.audience import audiences_of
from knowledge.measures.in_place import opened
from knowledge.measures.models import (
    Assessment,
    Entry,
    Horizon,
    MeasureIndexPage,
    MeasurePage,
    State,
)
from knowledge.measures.selectors import measure_details
from knowledge.measures.services import stamp_of
from knowledge.pages.kinds import PageContent, PageKind, Passage
from knowledge.pages.listing import Listing, Order, choice_filter, related_filter
from knowledge.text import PlainText
from web.links import linked_list


class MeasureListing(Listing):
    """Measures by number."""

    model = MeasurePage
    columns: ClassVar = [_("Horizon"), _("State"), _("Assessment"), _("Responsible")]
    filters: ClassVar = [
        choice_filter("horizon", _("Horizon"), Horizon),
        choice_filter("state", _("State"), State),
        choice_filter("assessment", _("Assessment"), Assessment),
        related_filter(
            "org", _("Organisation"), path="responsibilities__organisation", text="short_name"
        ),
        related_filter("field", _("Field of action"), path="field_of_action", text="title"),
        related_filter("district", _("District"), path="districts", text="name"),
    ]
    orders: ClassVar = [
        Order("number", _("Number"), (F("number").asc(nulls_last=True),)),
        Order("title", _("Title"), ("title",)),
        Order("changed", _("Last change"), ("-last_published_at",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add the organisations, in printed order."""
        return super().base_queryset().prefetch_related("responsibilities__organisation")

    def number(self, page: MeasurePage) -> str:
        """Return the measure's number."""
        return "" if page.number is None else str(page.number)

    def cells(self, page: MeasurePage) -> Sequence[str]:
        """Return horizon, state, assessment and organisations."""
        organisations = linked_list(page.responsibilities.all())
        state, assessment = page.get_state_display(), page.get_assessment_display()
        return (page.get_horizon_display(), state, assessment, organisations)


def content(page: MeasurePage) -> PageContent:
    """Read one measure."""
    text = PlainText()
    # Many measures have no text yet; what is known of them makes a passage that can be read. Content is German.
    text.add_text(title(page))
    organisations = [one.organisation for one in page.responsibilities.all()]
    if organisations:
        names = (f"{one.name} ({one.short_name})" for one in organisations)
        text.add_text(f"Zuständig: {', '.join(names)}")
    text.add_body(page.body)
    for milestone in page.milestones.all():
        text.add_text(milestone.title)
    narrowed = audiences_of(entry.key for entry in page.entries.all())
    for entry in page.entries.all():
        if entry.key not in narrowed:
            _add_entry(text, entry)
    return PageContent(
        text=text,
        organisations=[organisation.slug for organisation in organisations],
        facets={
            "field_of_action": [page.field_of_action.slug] if page.field_of_action else [],
            "district": [district.slug for district in page.districts.all()],
        },
    )


def _add_entry(text: PlainText, entry: Entry) -> None:
    for said in (entry.text, entry.next_step, entry.evidence):
        text.add_text(said)


def passages(page: MeasurePage) -> Iterator[Passage]:
    """Read the entries that are narrowed to some organisations."""
    entries = {entry.key: entry for entry in page.entries.all()}
    for key, audience in audiences_of(entries).items():
        text = PlainText()
        _add_entry(text, entries[key])
        yield Passage(key, audience, PageContent(text=text))


def title(page: MeasurePage) -> str:
    """Return the title with the number, so that "M 16" and "Maßnahme 16" find it."""
    return page.title if page.number is None else f"Maßnahme {page.number}: {page.title}"


def context(page: MeasurePage, request: HttpRequest) -> dict[str, Any]:
    """Add how the measure stands and what happened, as far as the reader may see it, and the form that is open."""
    details = measure_details(page, request.user, all_entries="alle" in request.GET)
    keeps = details.may_keep
    return {
        "details": details,
        "opened": opened(page, request, may_keep=keeps),
        "stamp": stamp_of(page) if keeps else "",
    }


KIND = PageKind(
    name="measure",
    model=MeasurePage,
    label=_("Measure"),
    new_label=_("New measure"),
    aliases=("maßnahme", "massnahme", "maßnahmen"),
    asked_as=("Maßnahme",),
    context=context,
    shown_relations=("field_of_action",),
    index=MeasureIndexPage,
    listing=MeasureListing,
    content=content,
    passages=passages,
    prefetch=("responsibilities__organisation", "field_of_action", "districts", "milestones", "entries"),
    title=title,
    organisations="responsibilities__organisation__short_name",
    # A measure is as new as what was last published of its state.
    dated_on="last_published_at",
    depends_on=("responsibilities__organisation",),
    facts=(
        "number", "horizon", "state", "state_since", "assessment", "assessment_reason", "assessed_on",
        "field_of_action", "districts", "responsibilities", "milestones", "source", "note",
    ),
    texts=("body",),
    edited=("number", "horizon", "field_of_action", "districts", "source", "note"),
    edited_rows={"responsibilities": ("organisation", "is_lead")},
    tables={
        "responsibilities": ("organisation", "is_lead"),
        "milestones": ("title", "starts_on", "due_on", "done_on"),
    },
)  # fmt: skip
