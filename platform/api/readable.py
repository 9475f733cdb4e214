"""What an answer may hold: for a session what its person may read, for a program only what may also be taken out.

What a program fetches leaves the platform as an export does, so a key gets nothing confidential
(`access.handling`). On the site the same person reads it, and that is recorded.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def is_program(request: HttpRequest) -> bool:
    """Tell whether the request comes with a key, not with a session of the site."""
    return getattr(request, "access_key", None) is not None


def given_of(request: HttpRequest, model: Any) -> Any:
    """Return the published pages, or the files, that an answer may hold, as a queryset."""
    if is_program(request):
        return model.objects.exportable_by(request.user)
    return model.objects.visible_to(request.user)
