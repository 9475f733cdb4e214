"""Moving pages in Wagtail's admin asks first, if they change their space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks

from knowledge.moving import ask_before_moving


@hooks.register("before_move_page")
def ask_before_a_page_moves(
    request: HttpRequest, page: Any, destination: Any
) -> HttpResponse | None:
    """Show the consequence of moving one page; Wagtail's own question is enough inside a space."""
    return ask_before_moving(request, [page], destination)


@hooks.register("before_bulk_action")
def ask_before_pages_move(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Show the consequence of moving several pages at once."""
    if action_type != "move":
        return None
    return ask_before_moving(request, objects, action.cleaned_form.cleaned_data["chooser"])
