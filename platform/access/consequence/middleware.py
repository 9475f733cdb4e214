"""Ask before a deed by which more people could read a page counts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from access.consequence.confirmation import answer_to


class ConfirmMiddleware:
    """Ask whoever did something by which more people could read a page; it was undone (`consequence.confirmation`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the consequence, or why it isn't possible."""
        return answer_to(request, exception)
