"""Addresses of the API; included below `api/`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from api.interface import api
from api.problems import not_found


def missing(request: HttpRequest) -> HttpResponse:
    """Answer in JSON for what is no part of the API."""
    return not_found()


urlpatterns = [
    path("v3/", missing, name="api_root"),  # Ninja would answer it with a page
    path("v3/", api.urls),
    re_path(r"^.*$", missing, name="api_missing"),
]
