"""Headers that depend on the part of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Wagtail's admin has inline scripts and styles; a nonce would be refused beside 'unsafe-inline'.
_ADMIN_DIRECTIVES = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, a wider one for the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Add the header."""
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_update"):
            vars(response)["_csp_replace"] = _ADMIN_DIRECTIVES
        return super().process_response(request, response)


class PrivateAnswersMiddleware:
    """No cache keeps an answer, neither one on the way nor the browser's own.

    Each answer is made for one reader with the rights that she has at this moment. Several people use one computer in
    many offices; what a browser has kept would still be there when the rights, or the person, are gone. Static files
    are answered before this, and what sets its own header keeps it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and forbid keeping the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
