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
    """What a signed-in person gets is for her alone: a cache asks anew each time, and keeps nothing confidential.

    A page that was stored would outlive its reader's right, and show to a steward as herself what she saw as somebody
    else. Views may be stricter; whoever shows confidential content sets `request.is_confidential`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the header."""
        response = self.get_response(request)
        if getattr(request, "is_confidential", False):
            response["Cache-Control"] = "private, no-store"
        elif request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response
