"""Headers that depend on the part of the site, and addresses that can't be any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

# Wagtail's admin has inline scripts and styles; a nonce would be refused beside 'unsafe-inline'.
_ADMIN_DIRECTIVES = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}

_FEATURES_OFF = (
    "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "usb",
)  # fmt: skip
_FEATURES_OWN = (
    "clipboard-write", "fullscreen", "publickey-credentials-create", "publickey-credentials-get",
)  # fmt: skip


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, a wider one for the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Add the header."""
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_update"):
            vars(response)["_csp_replace"] = _ADMIN_DIRECTIVES
        return super().process_response(request, response)


class BrowserPolicyMiddleware:
    """Say what browsers may do with every answer, static files included.

    No page uses camera, place or payment; security keys, which sign people in, and copying a link stay. Other sites
    may embed nothing of ours, not even a picture that would tell by its size what a person may see.
    """

    HEADERS: ClassVar[Mapping[str, str]] = {
        "Permissions-Policy": ", ".join(
            [
                *(f"{feature}=()" for feature in _FEATURES_OFF),
                *(f"{feature}=(self)" for feature in _FEATURES_OWN),
            ]
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers."""
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response[name] = value
        return response


class PrivateAnswersMiddleware:
    """Keep answers for the signed-in person alone: a cache asks anew each time, and keeps nothing confidential.

    A stored page would outlive its reader's right, and show a steward what they saw as somebody else. Views may be
    stricter; whoever shows confidential content sets `request.is_confidential`.
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


class NumberedAddressMiddleware:
    """Answer an address with a number that no database has room for as one of nothing, instead of failing over it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: Mapping[str, object]
    ) -> None:
        """Look at the numbers of the address.

        Raises:
            Http404: If one is too large.
        """
        if any(
            isinstance(one, int) and one > BigIntegerField.MAX_BIGINT for one in kwargs.values()
        ):
            raise Http404
