"""Signed out there is the sign-in page and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

# What answers without a person: sign-in and its second step, assets, and the probes of the operator.
OPEN_PREFIXES = ("/anmelden/", "/static/", "/-/health/")


class SignInRequiredMiddleware:
    """Send everybody who is not signed in to the sign-in page.

    This happens before the address is resolved, so that an existing and a missing address answer alike.
    A request to the API with an access key has its owner as its person when it arrives here (`api.middleware`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PREFIXES) or request.user.is_authenticated:
            return self.get_response(request)
        sign_in = reverse(settings.LOGIN_URL)
        if request.method == "GET" and request.path != "/":
            sign_in += "?" + urlencode({"next": request.get_full_path()})
        if request.headers.get("HX-Request"):
            # htmx would put the sign-in page into a part of the page; make it load as a whole instead.
            return HttpResponse(status=204, headers={"HX-Redirect": sign_in})
        return HttpResponseRedirect(sign_in)
