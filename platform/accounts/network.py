"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, for throttling sign-ins and for the audit log.

    `AUDIT_ADDRESS_HEADER` names where it stands: behind a proxy every request comes from the proxy's own
    address, and the proxy replaces `HTTP_X_FORWARDED_FOR`.
    """
    stated: str = request.META.get(settings.AUDIT_ADDRESS_HEADER, "")
    return stated.rpartition(",")[2].strip()
