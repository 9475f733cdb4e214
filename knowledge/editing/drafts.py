"""Drafts that wait: one's own, and those of others that nobody handed in yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from access.rights import Person, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.page_context import edit_url
from knowledge.writing.binning import not_binned
from knowledge.writing.submitting import is_in_review
from web.panels import Panel, Place

SHOWN = 8


def waiting_drafts(user: Person) -> list[dict[str, Any]]:
    """Return the newest drafts that `user` goes on with: one's own, and those of others in spaces where one publishes.

    What others handed in waits for a decision and stands among the reviews. One query for all rows; none for whoever
    writes nowhere. `writer` is empty for the reader's own.
    """
    writes, publishes = spaces_where(user, Action.ADD), spaces_where(user, Action.PUBLISH)
    if not writes:
        return []
    mine = Q(latest_revision__user=user.pk) & (Q(owner=user.pk) | Q(space__in=publishes))
    drafts = (
        KnowledgePage.objects.filter(mine | Q(space__in=publishes), space__in=writes)
        .filter(not_binned(), has_unpublished_changes=True, latest_revision__user__isnull=False)
        .annotate(is_waiting=is_in_review(), is_returned=is_in_review(returned=True))
        .exclude(~Q(latest_revision__user=user.pk), is_waiting=True)
        .select_related("space", "latest_revision__user")
        .order_by("-latest_revision_created_at")[:SHOWN]
    )
    return [
        _row(page, user, url) for page in drafts if (url := edit_url(page.specific_deferred, user))
    ]


def _row(page: Any, user: Person, url: str) -> dict[str, Any]:
    writer = page.latest_revision.user
    return {
        "title": page.draft_title or page.title,
        "url": url,
        "space": page.space,
        "changed_at": page.latest_revision_created_at,
        "is_waiting": page.is_waiting,
        "is_returned": page.is_returned,
        "writer": "" if writer.pk == user.pk else str(writer),
    }


def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    drafts = waiting_drafts(request.user)
    own = [draft for draft in drafts if not draft["writer"]]
    others = [draft for draft in drafts if draft["writer"]]
    return {"own": own, "others": others} if drafts else None


PANEL = Panel(
    name="editing.drafts",
    template="editing/_drafts.html",
    place=Place.MAIN,
    order=20,
    context=_on_start,
)
