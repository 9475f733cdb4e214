"""What the start page and the home pages of spaces show; the search finds neither."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from knowledge.home.models import SpacePage, StartPage
from knowledge.home.selectors import index_pages_of, latest_changes
from knowledge.pages.kinds import PageKind
from web.panels import filled, start_panels


def start_context(page: StartPage, request: HttpRequest) -> dict[str, Any]:
    """Add the panels that rooms brought, all of it what the reader may see."""
    return {"panels": filled(start_panels, request)}


def home_context(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Add the index pages and the latest changes of the space."""
    return {
        "index_pages": index_pages_of(page, request.user),
        "latest_changes": latest_changes(request.user, space_id=page.space_id),
    }


START_PAGE = PageKind(
    name="start_page", model=StartPage, label=_("Start page"), context=start_context
)
SPACE_HOME = PageKind(
    name="space_home",
    model=SpacePage,
    label=_("Space"),
    context=home_context,
    texts=("introduction",),
)
