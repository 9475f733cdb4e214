"""Put a page into the tree and publish it, as `seed` and `samples` do."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.utils import timezone

from access.models import Space
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.services import create_published_page

AnyPage = TypeVar("AnyPage", bound=KnowledgePage)


def publish_below(
    parent: KnowledgePage, page: AnyPage, *, published_on: dt.date | None = None
) -> AnyPage:
    """Add `page` below `parent`, published, as the installation.

    Args:
        parent: The page above it.
        page: Not saved yet.
        published_on: The day that the page says it was published on; today if not given.
    """
    published = create_published_page(page, below=parent, actor=None)
    if published_on is not None:
        date_back(published, published_on)
    return published


def date_back(page: KnowledgePage, day: dt.date) -> None:
    """Set the day of publication to `day`; Wagtail sets the moment of loading."""
    # By the key, so that pages of one day don't share a minute.
    moment = dt.datetime.combine(day, dt.time(8 + page.pk % 9, page.pk * 7 % 60))
    at = timezone.make_aware(moment)
    # unscoped: a page that was loaded a moment ago
    KnowledgePage.objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)
    page.first_published_at = page.last_published_at = at


def home_of(space: Space) -> KnowledgePage:
    """Return the home page of a space, with the columns of the base page."""
    home: KnowledgePage = KnowledgePage.objects.get(space=space, depth=SPACE_ROOT_DEPTH)
    return home
