"""What is handed in, on the start page of whoever decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from knowledge.versions.selectors import waiting_reviews
from web.panels import Panel, Place


def _waiting(request: HttpRequest) -> Mapping[str, Any] | None:
    reviews = waiting_reviews(request.user)
    return {"reviews": reviews} if reviews else None


PANEL = Panel(
    name="versions.waiting",
    template="versions/_waiting.html",
    place=Place.MAIN,
    order=18,
    context=_waiting,
)
