"""Wagtail's admin, with every write of one request in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.utils.urlpatterns import decorate_urlpatterns

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def in_one_transaction(urlpatterns: Any) -> Any:
    """Wrap the views of `urlpatterns`: page, revision, log and search outbox are written together or not at all."""
    return decorate_urlpatterns(urlpatterns, _atomic_writes)


def _atomic_writes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return wrapped
