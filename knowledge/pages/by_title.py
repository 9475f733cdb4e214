"""`[[Title]]` in a text names a page by its title, within the rights of whoever reads or writes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from access.rights import Person
from knowledge.basepage.models import KnowledgePage

LONGEST = 255
"""Characters of a title."""


def title_of(typed: str) -> str:
    """Return the title that stands between the brackets, as titles are stored; empty if it can be none."""
    title = " ".join(typed.replace("\0", "").split())
    return title if len(title) <= LONGEST else ""


def pages_by_title(
    reader: Person, titles: Collection[str], *, space_id: int | None
) -> dict[str, Any]:
    """Return the visible page for each title that one has; of several one in the given space."""
    visible: Any = KnowledgePage.objects.visible_to(reader)
    found = sorted(
        visible.filter(title__in=titles, space__isnull=False),
        key=lambda one: (space_id is None or one.space_id != space_id, one.path),
    )
    return {one.title: one for one in reversed(found)}
