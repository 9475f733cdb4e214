"""Error pages that Django would render without a request: they, too, must say through whose eyes the site is seen."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what we can't read; rendered without the reader's data, as Django does."""
    return _render("400.html", request, HTTPStatus.BAD_REQUEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours, asking neither database nor session."""
    return _render("500.html", request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _render(template: str, request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    viewing = getattr(
        request, "viewing", None
    )  # left there by the middleware; nothing is loaded anew
    known = {"viewing": viewing, "csrf_token": get_token(request)} if viewing else {}
    return HttpResponse(render_to_string(template, known), status=status)
