"""Best practices: how they are listed, shown, found and given by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from knowledge.pages.kinds import PageContent, PageKind
from knowledge.pages.listing import Listing, Order, related_filter
from knowledge.practices.models import PracticeIndexPage, PracticePage
from knowledge.practices.selectors import visible_measures_of
from knowledge.text import PlainText
from web.links import linked_list


class PracticeListing(Listing):
    """Best practices by title."""

    model = PracticePage
    columns: ClassVar = [_("Partners"), _("Field of action")]
    filters: ClassVar = [
        related_filter("org", _("Partner"), path="partners", text="short_name"),
        related_filter("field", _("Field of action"), path="field_of_action", text="title"),
    ]
    orders: ClassVar = [
        Order("title", _("Title"), ("title",)),
        Order("changed", _("Last change"), ("-last_published_at",)),
    ]

    def base_queryset(self) -> QuerySet[Any]:
        """Add partners and field of action."""
        queryset = super().base_queryset()
        return queryset.select_related("field_of_action").prefetch_related("partners")

    def cells(self, page: PracticePage) -> Sequence[str]:
        """Return partners and field of action."""
        partners = linked_list(page.partners.all())
        return (partners, str(page.field_of_action or ""))


def content(page: PracticePage) -> PageContent:
    """Read one best practice."""
    text = PlainText()
    for part in (page.problem, page.approach, page.results, page.transferability):
        text.add_html(part)
    partners = list(page.partners.all())
    for partner in partners:
        text.add_text(f"{partner.name} ({partner.short_name})")
    return PageContent(
        text=text,
        organisations=[partner.slug for partner in partners],
        facets={"field_of_action": [page.field_of_action.slug] if page.field_of_action else []},
    )


def context(page: PracticePage, request: HttpRequest) -> dict[str, Any]:
    """Add partners and the linked measures that the reader may see."""
    return {
        "partners": list(page.partners.all()),
        "measures": visible_measures_of(page, request.user),
    }


KIND = PageKind(
    name="practice",
    model=PracticePage,
    label=_("Best practice"),
    new_label=_("New best practice"),
    aliases=("praxis", "gute-praxis", "praxisbeispiel"),
    asked_as=("Praxisbeispiel",),
    context=context,
    shown_relations=("field_of_action",),
    facts_template="practices/_facts.html",
    index=PracticeIndexPage,
    listing=PracticeListing,
    content=content,
    prefetch=("partners", "field_of_action"),
    organisations="partners__short_name",
    depends_on=("partners",),
    facts=("partners", "field_of_action"),
    edited=("partners", "field_of_action"),
    edited_rows={"measure_links": ("measure",)},
    texts=("problem", "approach", "results", "transferability"),
)
