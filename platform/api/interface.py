"""The API: an allow-list of operations, each of which checks the reader's rights; everything else answers 404.

It builds on what Wagtail's API v3 builds on (Django Ninja, hashed tokens, RFC 9457 refusals) but uses none of its
operations: docs/decisions/0008.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.security import APIKeyCookie, HttpBearer

from access.models import Space
from access.rights import scope_for
from accounts.models import User
from api import files, pages, searching
from api.middleware import key_of
from api.models import AccessKey
from api.page_contents import named
from api.problems import answer_with_problems
from api.responses import refuse_unknown_parameters
from api.schemas import SpaceList, WhoAmI


class KeyAuth(HttpBearer):
    """Accept the access key that `ApiMiddleware` has checked."""

    def authenticate(self, request: HttpRequest, token: str) -> AccessKey | None:
        """Return the key of the request."""
        return key_of(request)


class SessionAuth(APIKeyCookie):
    """Accept somebody who is signed in; Ninja asks for the CSRF token for unsafe methods."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Return the person of the request."""
        return request.user if isinstance(request.user, User) else None


api = NinjaAPI(
    title="Stadtwissen",
    version="3",
    description="Read and search what the person may see in whose name is asked (docs/api.md).",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,  # the interactive pages load their scripts from elsewhere, which our policy forbids
    auth=[KeyAuth(), SessionAuth()],
)
answer_with_problems(api)
about = Router(tags=["about"])


@about.get("/whoami/", response=WhoAmI, url_name="whoami", operation_id="whoami")
def whoami(request: HttpRequest) -> Any:
    """Describe in whose name the request is answered."""
    refuse_unknown_parameters(request, set())
    person, key = request.user, key_of(request)
    assert isinstance(person, User)  # noqa: S101 - for mypy: the middleware lets nobody else through
    return {
        "username": person.username,
        "name": str(person),
        "organisation": named(person.organisation),
        "key": key and {"name": key.name, "scope": key.scope, "expires_at": key.expires_at},
    }


@about.get("/spaces/", response=SpaceList, url_name="spaces", operation_id="spaces_list")
def list_spaces(request: HttpRequest) -> Any:
    """List the spaces in which the reader has a role."""
    refuse_unknown_parameters(request, set())
    spaces = Space.objects.filter(pk__in=scope_for(request.user).spaces).order_by("title", "pk")
    items = [{"id": one.pk, "slug": one.slug, "title": one.title} for one in spaces]
    return {"count": len(items), "items": items}


api.add_router("/", about)
api.add_router("/pages/", pages.router)
api.add_router("/documents/", files.documents)
api.add_router("/images/", files.images)
api.add_router("/search/", searching.router)
