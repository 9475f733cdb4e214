"""How measures become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.measures.models import MeasurePage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


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
    return PageContent(
        text=text,
        organisations=[organisation.slug for organisation in organisations],
        field_of_action=page.field_of_action.slug if page.field_of_action else "",
        districts=[district.slug for district in page.districts.all()],
    )


def title(page: MeasurePage) -> str:
    """Return the title with the number, so that "M 16" and "Maßnahme 16" find it."""
    return page.title if page.number is None else f"Maßnahme {page.number}: {page.title}"


def register() -> None:
    """Make measures findable."""
    register_page_kind(
        PageKind(
            model=MeasurePage,
            kind="measure",
            content=content,
            prefetch=("responsibilities__organisation", "field_of_action", "districts"),
            organisations="responsibilities__organisation__short_name",
            # A measure is as new as what was last published of its state.
            dated_on="last_published_at",
            title=title,
        ),
        _("Measure"),
        aliases=(
            "maßnahme",
            "massnahme",
            "maßnahmen",
        ),
    )
