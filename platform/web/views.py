"""Pages of the frame itself."""

from __future__ import annotations

import base64

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from web.menu import new_entries, new_groups, shown
from web.models import Installation


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Show what the reader may make new, and where.

    Raises:
        Http404: If that is nothing.
    """
    if not shown(new_entries, request):
        raise Http404
    return render(request, "web/new.html", {"groups": new_groups(request)})


@cache_control(private=True, max_age=86_400)
@require_safe
def mark(request: HttpRequest, digest: str) -> HttpResponse:
    """Send the city's mark, which the sign-in page shows as well.

    Raises:
        Http404: If there is none, or it is another one by now.
    """
    # unscoped: the city's mark, which is for everybody
    found = Installation.objects.filter(mark_digest=digest).exclude(mark_digest="").first()
    if found is None:
        raise Http404
    return HttpResponse(base64.b64decode(found.mark), content_type="image/png")
