"""What the start page and the home pages of spaces show, within the reader's rights."""

from __future__ import annotations

from typing import Any

from access.rights import Person, scope_for
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage

LATEST = 8  # changes shown


def latest_changes(user: Person, *, space_id: int | None = None) -> list[KnowledgePage]:
    """Return the pages published last, newest first, in one space or in all that the reader sees."""
    spaces = scope_for(user).spaces if space_id is None else {space_id}
    pages = (
        KnowledgePage.objects.visible_to(user)
        .filter(space__in=spaces, depth__gt=SPACE_ROOT_DEPTH + 1, last_published_at__isnull=False)
        .select_related("space", "content_type")
    )
    return list(pages.order_by("-last_published_at", "-pk")[:LATEST])


def index_pages_of(space_home: Any, user: Person) -> list[KnowledgePage]:
    """Return the index pages right below the home page of a space."""
    pages = KnowledgePage.objects.visible_to(user).child_of(space_home)
    return list(pages.select_related("content_type").order_by("path"))
