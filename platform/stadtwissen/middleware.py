"""Headers that depend on the part of the site."""

from __future__ import annotations

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
