"""The one place where a view takes the person from its request."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in person; the middleware lets nobody else through.

    Raises:
        Http404: If nobody is signed in nevertheless.
    """
    if not isinstance(request.user, User):
        raise Http404
    return request.user
