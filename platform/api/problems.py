"""Refusals in JSON (RFC 9457), the same for what is missing and what is hidden."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from wagtail.api.v3.errors import problem_response

RETRY_AFTER_S = 600


def unauthenticated() -> HttpResponse:
    """Answer a request with neither a session nor a valid key, whatever it asks for."""
    response = problem_response(
        status=401,
        detail=_("Sign in, or send a valid access key: “Authorization: Bearer …”."),
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def too_many_failures() -> HttpResponse:
    """Answer a network that sent many invalid keys."""
    response = problem_response(
        status=429,
        detail=_("Too many requests with access keys that are not valid. Please try again later."),
    )
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def not_found() -> HttpResponse:
    """Answer for what doesn't exist, is hidden, or is no part of the API."""
    return problem_response(status=404, detail=_("There is nothing here."))


def answer_with_problems(api: NinjaAPI) -> None:
    """Have the API answer refusals with the above; programming errors go to Django, which logs them."""

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return not_found()

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 401:
            return unauthenticated()
        return problem_response(status=error.status_code, detail=error.message)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        # What was sent is left out: it may be a secret in the wrong place.
        errors = [
            {"loc": [str(part) for part in one["loc"][1:]], "msg": str(one["msg"])}
            for one in error.errors
        ]
        return problem_response(status=422, detail=_("A parameter can't be read."), errors=errors)
