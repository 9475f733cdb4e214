"""Stamps: which version of a page a writer began from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from knowledge.basepage.models import KnowledgePage

if TYPE_CHECKING:
    from wagtail.models import Revision

_NO_VERSION = "0"  # of a page that was only ever put into the tree


class Stale(Refused):
    """Somebody else saved since the writer began; nothing was written.

    Whoever can bring the two together merges with `newer` and saves again with `stamp`; all others say the sentence.

    Attributes:
        newer: The version that the writer doesn't know.
        stamp: Its stamp.
    """

    def __init__(self, page: KnowledgePage) -> None:
        super().__init__(
            _(
                "“%(page)s” has been changed since you opened it. Nothing was saved. Open the page anew, compare, "
                "and enter your changes there."
            )
            % {"page": page.draft_title or page.title}
        )
        self.newer: Revision | None = page.latest_revision
        self.stamp = stamp_of(page)


def stamp_of(page: KnowledgePage) -> str:
    """Return the stamp of a page's latest version, to be sent along with what is written from it.

    It changes with each save, also with one that overwrites the writer's own version (`services.autosave`).
    """
    if page.latest_revision_id is None or page.latest_revision_created_at is None:
        return _NO_VERSION
    return f"{page.latest_revision_id}@{page.latest_revision_created_at.timestamp():.6f}"


def check_stamp(page: KnowledgePage, stamp: str | None) -> None:
    """Refuse a stamp that isn't that of the latest version; None is never stale.

    Args:
        page: As it is now, with its row locked.
        stamp: What the writer began from.

    Raises:
        Stale: If somebody else saved meanwhile.
    """
    if stamp is not None and stamp != stamp_of(page):
        raise Stale(page)
