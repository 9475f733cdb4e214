"""Show the sign-in page, and nothing else, to whoever is signed out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.kept_forms import comes_from_our_form, show_again

# What answers without a person: sign-in and its second step, assets, the probes of the operator; calendar feeds and the
# end of mails, which have a secret in their address.
OPEN_PREFIXES = (
    "/anmelden/",
    "/static/",
    "/-/health/",
    "/kalender/feed/",
    "/mitteilungen/abbestellen/",
)


class SignInRequiredMiddleware:
    """Send everybody who is not signed in to the sign-in page; a form that they sent from one of ours isn't lost.

    This happens before the address is resolved, so that existing and missing addresses answer alike. For a request to
    the API with an access key, `api.middleware` has set its owner as the person by now.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PREFIXES) or request.user.is_authenticated:
            return self.get_response(request)
        if comes_from_our_form(request):
            return show_again(request)
        sign_in = reverse(settings.LOGIN_URL)
        if request.method == "GET" and request.path != "/":
            sign_in += "?" + urlencode({"next": request.get_full_path()})
        if request.headers.get("HX-Request"):
            # htmx would put the sign-in page into a part of the page; make it load as a whole instead.
            return HttpResponse(status=204, headers={"HX-Redirect": sign_in})
        return HttpResponseRedirect(sign_in)
