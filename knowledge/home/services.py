"""Make spaces with their home pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Site

from access.models import Space
from accounts.models import Circle, Organisation
from knowledge.basepage.addresses import START_PAGE_SLUG
from knowledge.basepage.models import KnowledgePage
from knowledge.home.models import SpacePage, StartPage
from knowledge.writing.services import create_published_page


@transaction.atomic
def ensure_start_page() -> StartPage:
    """Return the start page, making it and the site that it belongs to at the first time."""
    page: StartPage | None = StartPage.objects.first()
    if page is not None:
        return page
    root = KnowledgePage.objects.get(depth=1)
    page = StartPage(title="Stadtwissen", slug=START_PAGE_SLUG)
    create_published_page(page, below=root, actor=None)
    Site.objects.all().delete()
    Site.objects.create(
        hostname="localhost", site_name="Stadtwissen", root_page=page, is_default_site=True
    )
    return page


@transaction.atomic
def create_space(
    *,
    slug: str,
    title: str,
    description: str = "",
    circle: Circle | None = None,
    organisation: Organisation | None = None,
    is_curated: bool = True,
    is_sample: bool = False,
    home_page: Any = None,
) -> Space:
    """Make a space and its home page below the start page; nobody has a right to it yet.

    Args:
        slug: Part of the address, unique among spaces.
        title: Shown as the title of space and home page.
        description: A sentence on what belongs here.
        circle: The working group's people, if it is a group's space.
        organisation: The organisation, if it is an internal space.
        is_curated: Whether curators are its stewards without a grant.
        is_sample: Whether `samples remove` takes it away again.
        home_page: An unsaved page to use instead of a plain `SpacePage`.
    """
    space = Space.objects.create(
        slug=slug,
        title=title,
        description=description,
        circle=circle,
        organisation=organisation,
        is_curated=is_curated,
        is_sample=is_sample,
    )
    page = home_page if home_page is not None else SpacePage()
    page.title, page.slug = title, slug
    page.space, page.is_sample = space, is_sample
    create_published_page(page, below=ensure_start_page(), actor=None)
    return space
