"""What changed last in a space, who published it and what they said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.models import Space
from access.rights import Person
from access.selectors import space_read_by
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.models import ChangeNote

PAGE_SIZE = 30  # changes on one page


@dataclass(frozen=True, slots=True)
class Change:
    """A page as it was published last; `why` is what was said of it, empty if nothing was."""

    page: Any
    who: Any
    why: str


def changed_pages(user: Person, space: Space) -> QuerySet[Any]:
    """Return the pages of a space that `user` sees, those published last first, each with who published it."""
    visible: Any = KnowledgePage.objects.visible_to(user)
    pages = visible.filter(space=space, depth__gt=SPACE_ROOT_DEPTH, last_published_at__isnull=False)
    pages = pages.select_related("content_type", "live_revision__user__organisation")
    return pages.order_by("-last_published_at", "-pk")


def in_words(pages: Iterable[Any]) -> list[Change]:
    """Return pages with what was said of their last publication; one query."""
    pages = list(pages)
    # unscoped: of pages that the reader sees
    notes = ChangeNote.objects.filter(revision__in=[one.live_revision_id for one in pages])
    said = dict(notes.values_list("revision", "text"))
    return [
        Change(
            page=page,
            who=page.live_revision.user if page.live_revision else None,
            why=said.get(page.live_revision_id, ""),
        )
        for page in pages
    ]


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """List what changed last in a space.

    Raises:
        Http404: If the person doesn't read the space.
    """
    space = space_read_by(request.user, slug)
    if space is None:
        raise Http404
    part = Paginator(changed_pages(request.user, space), PAGE_SIZE)
    page_obj = part.get_page(request.GET.get("page"))
    context = {"space": space, "changes": in_words(page_obj.object_list), "page_obj": page_obj}
    return render(request, "wiki/changes.html", context)
