"""Headers that depend on the part of the site."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

# Wagtail's admin has inline scripts and styles; a nonce would be refused beside 'unsafe-inline'.
_ADMIN_DIRECTIVES = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):  # type: ignore[misc]  # django-csp has no types
    """The strict policy everywhere, a wider one for the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> Any:
        """Add the header."""
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_update"):
            response._csp_replace = _ADMIN_DIRECTIVES  # type: ignore[attr-defined]  # django-csp's hook
        return super().process_response(request, response)
