"""Minutes: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.selectors import people_of, procedure_of, shown_items
from knowledge.pages.kinds import PageContent, PageKind, Passage
from knowledge.pages.listing import Listing, Order, year_filter
from knowledge.text import PlainText


class MinutesListing(Listing):
    """Minutes, newest first."""

    model = MinutesPage
    columns: ClassVar = [_("Date"), _("Place"), _("Chair")]
    filters: ClassVar = [
        year_filter("held_on"),
    ]
    orders: ClassVar = [
        Order("newest", _("Newest first"), ("-held_on",)),
        Order("oldest", _("Oldest first"), ("held_on",)),
        Order("title", _("Title"), ("title",)),
    ]

    def cells(self, page: MinutesPage) -> Sequence[str]:
        """Return date, place and chair."""
        return (date_format(page.held_on, "j. F Y"), page.place, page.chair)


def content(page: MinutesPage) -> PageContent:
    """Read the minutes of one meeting."""
    narrowed = _narrowed(page)
    text = PlainText()
    text.add_agenda(block for block in page.agenda if UUID(str(block.id)) not in narrowed)
    participants = list(page.participants.all())
    text.add_text(", ".join(one.name for one in participants))
    for decision in page.decision_rows.all():
        if decision.item_key not in narrowed:
            text.add_text(decision.number)
    for addendum in page.addenda.all():
        text.add_text(addendum.text)
    organisations = [one.organisation.slug for one in participants if one.organisation]
    return PageContent(
        text=text,
        organisations=organisations,
        people=[one.name for one in participants],
    )


def passages(page: MinutesPage) -> Iterator[Passage]:
    """Read the items that are narrowed to some organisations."""
    narrowed = _narrowed(page)
    for block in page.agenda:
        key = UUID(str(block.id))
        if key in narrowed:
            text = PlainText()
            text.add_item(block.value)
            for decision in page.decision_rows.all():
                if decision.item_key == key:
                    text.add_text(decision.number)
            yield Passage(key, narrowed[key], PageContent(text=text))


def _narrowed(page: MinutesPage) -> dict[UUID, frozenset[int]]:
    return {
        row.key: frozenset(one.pk for one in row.organisations.all())
        for row in page.narrowed_passages.all()
    }


def context(page: MinutesPage, request: HttpRequest) -> dict[str, Any]:
    """Add who took part, the items with what came of them, and how far the minutes are."""
    procedure = procedure_of(page, request.user)
    return {
        **people_of(page, request.user),
        "procedure": procedure,
        "items": shown_items(page, request.user, procedure.meeting),
    }


MINUTES = PageKind(
    name="minutes",
    model=MinutesPage,
    label=_("Minutes"),
    new_label=_("New minutes"),
    aliases=("protokoll", "protokolle", "niederschrift", "sitzung"),
    asked_as=("Protokoll", "Niederschrift", "Sitzung"),
    context=context,
    index=MinutesIndexPage,
    listing=MinutesListing,
    content=content,
    passages=passages,
    prefetch=(
        "participants__organisation",
        "decision_rows",
        "addenda",
        "narrowed_passages__organisations",
    ),
    dated_on="held_on",
    depends_on=("participants__organisation", "narrowed_passages__organisations"),
    facts=("held_on", "place", "chair", "keeper", "participants"),
    texts=("agenda",),
    tables={"participants": ("name", "organisation", "is_present")},
)
