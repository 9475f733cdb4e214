"""Put a page into the tree and publish it, as `seed` and `samples` do."""

from __future__ import annotations

from typing import TypeVar

from wagtail.signal_handlers import disable_reference_index_auto_update

from access.models import Space
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage

AnyPage = TypeVar("AnyPage", bound=KnowledgePage)


def publish_below(parent: KnowledgePage, page: AnyPage) -> AnyPage:
    """Add `page` below `parent` and publish its first revision."""
    page.live = False  # so that publishing is what makes it live, with date and log entry
    # Publishing notes the references anyway; once is enough.
    with disable_reference_index_auto_update():
        parent.add_child(instance=page)
        revision = page.save_revision()
    revision.publish()
    return page


def home_of(space: Space) -> KnowledgePage:
    """Return the home page of a space, with the columns that every page has."""
    home: KnowledgePage = KnowledgePage.objects.get(space=space, depth=SPACE_ROOT_DEPTH)
    return home
