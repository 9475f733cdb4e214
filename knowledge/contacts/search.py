"""How contacts become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.contacts.models import ContactPage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


def content(page: ContactPage) -> PageContent:
    """Read one contact."""
    text = PlainText()
    for line in (
        page.person,
        page.responsibility,
        page.phone,
        page.email,
        page.address,
        page.hours,
    ):
        text.add_text(line)
    text.add_text(f"{page.organisation.name} ({page.organisation.short_name})")
    return PageContent(
        text=text,
        organisations=[page.organisation.slug],
        districts=[district.slug for district in page.districts.all()],
        people=[page.person] if page.person else [],
    )


def register() -> None:
    """Make contacts findable."""
    register_page_kind(
        PageKind(
            model=ContactPage,
            kind="contact",
            content=content,
            prefetch=("organisation", "districts"),
            organisations="organisation__short_name",
            dated_on="confirmed_on",
        ),
        _("Contact"),
        aliases=(
            "kontakt",
            "kontakte",
        ),
    )
