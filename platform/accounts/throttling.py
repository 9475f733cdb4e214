"""Limits that all processes count together."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import caches
from django.utils.connection import ConnectionProxy

SHARED = "shared"


def count_together() -> None:
    """Let allauth count attempts and used codes in the shared cache.

    allauth uses only the cache `default`, which each process has to itself: two processes would allow twice as many
    attempts, and a code could be used twice. With `default` in the database, Wagtail's caching would cost a query
    a page.
    """
    shared = ConnectionProxy(caches, SHARED)
    vars(ratelimit)["cache"] = vars(totp)["cache"] = shared
