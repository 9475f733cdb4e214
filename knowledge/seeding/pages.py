"""Put a page into the tree and publish it, as `seed` and `samples` do."""

from __future__ import annotations

from typing import TypeVar

from knowledge.basepage.models import KnowledgePage

AnyPage = TypeVar("AnyPage", bound=KnowledgePage)


def publish_below(parent: KnowledgePage, page: AnyPage) -> AnyPage:
    """Add `page` below `parent` and publish its first revision."""
    page.live = False  # so that publishing is what makes it live, with date and log entry
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page
