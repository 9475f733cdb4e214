"""Load rights at most once a request, and know for whom it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from access.reader import one_request, reading_as


class ScopeMiddleware:
    """Keep what `access.rights` loads for the length of the request, and name its reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with rights remembered."""
        with one_request(), reading_as(request.user):
            return self.get_response(request)
