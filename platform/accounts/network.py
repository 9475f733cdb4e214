"""Find out where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, for limits on sign-ins and for the audit log.

    Each of the `ALLAUTH_TRUSTED_PROXY_COUNT` proxies in front appends the address that it was asked from; what a
    visitor claims comes before those and doesn't count. Without a proxy, or with a header that holds no address, it is
    the address of the connection.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    stated = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else [""]
    for address in (stated[-min(proxies, len(stated))], request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(address.strip()))
        except ValueError:
            continue
    return ""
