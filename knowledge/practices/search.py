"""How practices become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText
from knowledge.practices.models import PracticePage


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
        field_of_action=page.field_of_action.slug if page.field_of_action else "",
    )


def register() -> None:
    """Make practices findable."""
    register_page_kind(
        PageKind(
            model=PracticePage,
            kind="practice",
            content=content,
            prefetch=("partners", "field_of_action"),
            organisations="partners__short_name",
        ),
        _("Best practice"),
        aliases=(
            "praxis",
            "gute-praxis",
            "praxisbeispiel",
        ),
    )
