"""Ask for the password again before anything that a stranger at an open browser must not do."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    get_reauthentication_flows,
)
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import serialize_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.signed_in import signed_in


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Let the person go on if they gave the password within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds.

    Call it after checking the right, so that refusals stay as they are. allauth's middleware then shows its page and
    continues with what was sent; its own check, for second factors, doesn't count the sign-in itself.

    Raises:
        ReauthenticationRequired: If it is too long ago.
    """
    person = signed_in(request)
    if not get_reauthentication_flows(person):
        return  # neither password nor second factor: whoever signs people in elsewhere asks there
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    if not any(record["at"] > oldest for record in get_authentication_records(request, person)):
        raise ReauthenticationRequired


class KeepInputMiddleware:
    """Keep what was sent while the password is asked for again, also by a form whose address has parameters.

    It comes after allauth's own, which keeps it too but continues only if the address has no parameters: it compares
    the path with the whole address. The parameters are kept with what was sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead to the page that asks for the password; leave requests that only read to allauth."""
        ways = (
            get_adapter().get_reauthentication_methods(request.user)
            if isinstance(exception, ReauthenticationRequired) and request.method == "POST"
            else []
        )
        if not ways:
            return None
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
        return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}")
