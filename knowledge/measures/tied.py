"""On the pages of papers, events and minutes: the measures they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from knowledge.measures.selectors import measures_tied_to
from knowledge.measures.succession import TIED_KINDS
from knowledge.pages.kinds import kind_of
from web.panels import Panel, Place


def _of_page(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    kind = kind_of(type(page))
    if page.pk is None or kind is None or kind.name not in TIED_KINDS:
        return None
    found = measures_tied_to(page, request.user)
    return {"measures": found} if found else None


OF_PAGE = Panel(
    name="measures.of_page",
    template="measures/_of_page.html",
    place=Place.ASIDE,
    order=25,
    context=_of_page,
)
