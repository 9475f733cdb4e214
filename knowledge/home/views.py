"""Serve pages by their address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access.rights import can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.references import preload_links

# The start page's own part of every `url_path`; `seed` makes it with this slug.
START_PAGE_SLUG = "start"


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the page at `path`.

    Wagtail walks down the tree with two queries a level; the address is unique, so one look-up is enough.

    Raises:
        Http404: If there is no such page, it isn't published, or the reader may not see it; always the same answer.
    """
    url_path = f"/{START_PAGE_SLUG}/{path}"
    page: Any = (
        KnowledgePage.objects.filter(url_path=url_path, live=True)
        .select_related("space", "owning_organisation")
        .first()
    )
    if page is None or not can(request.user, Action.READ, page):
        raise Http404
    specific = page.specific
    specific.space, specific.owning_organisation = page.space, page.owning_organisation
    preload_links(specific)
    response: HttpResponse = specific.serve(request)
    return response
