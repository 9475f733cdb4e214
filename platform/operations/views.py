"""Probes for the operator's monitoring: no sign-in, no secrets, no versions."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from operations.health import readiness


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process works, without asking anything else."""
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if pages can be served, 503 if not.

    The search engine is reported but doesn't decide: pages work without it, and taking every web process out of
    service would turn a degraded search into an outage.
    """
    state = readiness()
    words = {
        "status": "ready" if state.ready else "unavailable",
        "database": "ok" if state.database else "unavailable",
        "migrations": "ok" if state.migrated else "pending" if state.database else "unknown",
        "search": "ok" if state.search else "unavailable",
    }
    return JsonResponse(words, status=200 if state.ready else 503)
