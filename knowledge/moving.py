"""Before pages move into another space: the consequence, and the question whether that is meant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from access.consequences import Consequence
from access.moves import effect_of_move
from access.tree import at_or_below
from knowledge.files.models import KnowledgeDocument, PageAttachment


def files_going_along(paths: Iterable[str], *, left_space_id: int | None) -> Any:
    """Return the files that move with the subtrees at `paths`: attached there and to no page that stays.

    Only files of the space that is left: a page may refer to a file of a third space, whose readers decide on it.
    """
    here = PageAttachment.objects.none()
    for path in paths:
        here |= PageAttachment.objects.filter(at_or_below(path, field="page__path"))
    elsewhere = PageAttachment.objects.exclude(pk__in=here.values("pk"))
    return KnowledgeDocument.objects.filter(
        pk__in=here.values("document"), space=left_space_id
    ).exclude(pk__in=elsewhere.values("document"))


def consequence_of_moving(pages: Sequence[Any], destination: Any) -> Consequence | None:
    """Say what follows if `pages` move below `destination` with their subpages.

    Args:
        pages: Pages that whoever is told may move.
        destination: A page below which she may move them.

    Returns:
        The consequence; None if no page changes its space.
    """
    if destination.space is None:
        return None
    by_space: dict[Any, list[str]] = {}
    for page in pages:
        if page.space is not None and page.space != destination.space:
            by_space.setdefault(page.space, []).append(page.path)
    if not by_space:
        return None
    items = tuple(
        effect_of_move(
            paths,
            source=space,
            destination=destination,
            files=files_going_along(paths, left_space_id=space.pk).count(),
        )
        for space, paths in by_space.items()
    )
    said = [destination.path, *(path for paths in by_space.values() for path in paths)]
    said += [sentence for item in items for sentence in (item.change, *item.effects)]
    mark = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    return Consequence(items=items, mark=mark)


def ask_before_moving(
    request: HttpRequest, pages: Sequence[Any], destination: Any
) -> HttpResponse | None:
    """Return the page that asks, or nothing if the move may go on.

    It may if it stays in its space, or if exactly this consequence was confirmed.
    """
    consequence = consequence_of_moving(pages, destination)
    if consequence is None:
        return None
    state = request.POST.get("state", "") if request.method == "POST" else ""
    if state == consequence.mark:
        return None
    return TemplateResponse(
        request,
        "moving/confirm_move.html",
        {
            "consequence": consequence,
            "pages": pages,
            "destination": destination,
            "hidden": {"chooser": destination.pk, "state": consequence.mark},
            "is_outdated": bool(state),
        },
    )
