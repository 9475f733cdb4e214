"""Find out who asks the API: somebody signed in, or a program with a person's access key."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from api.keys import key_with_secret, note_use, record_refused_key
from api.models import AccessKey
from api.problems import too_many_failures, unauthenticated

PREFIX = "/api/"
SCHEME = "bearer "


def key_of(request: HttpRequest) -> AccessKey | None:
    """Return the access key that the request was let through with; None if it belongs to a session."""
    key: AccessKey | None = getattr(request, "access_key", None)
    return key


class ApiMiddleware:
    """Answer requests below `/api/` in JSON, and let keys open nothing else.

    It comes after the session's person is known and before sign-in is required, so that everything behind it (rights,
    log, reader) takes the key's owner for the person of the request. Other addresses ignore keys and answer with the
    sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who asks; refuse before looking at the address, so that all addresses answer alike."""
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        response = self._refusal(request) or self.get_response(request)
        # Not `never_cache`: its dates differ from one answer to the next, and hidden and missing must be alike.
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        stated = request.headers.get("Authorization")
        if stated is None:
            return None if request.user.is_authenticated else unauthenticated()
        key = key_with_secret(stated[len(SCHEME) :].strip()) if _is_bearer(stated) else None
        if key is None or not key.is_usable:
            # Valid keys go on working from this network: behind one address there may be a whole authority.
            is_recorded = record_refused_key(key, request=request)
            return unauthenticated() if is_recorded else too_many_failures()
        note_use(key)
        # A key is never a session: cookies that came with it count for nothing.
        request.COOKIES = {}
        request.session = type(request.session)()
        request.user = key.user
        vars(request)["access_key"] = key
        return None


def _is_bearer(stated: str) -> bool:
    return stated.lower().startswith(SCHEME)
