"""What somebody sends after their session ended, or with a page from before, is shown to be sent once more.

Nothing of it is kept here: it goes back into the window from which it came, and counts once it is sent by somebody who
is signed in, with a token of that sign-in. Other sites can't make use of it: browsers say where a form stands.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.csrf import csrf_failure as django_csrf_failure

LONG = 40  # characters from which a field is text that its writer may want to copy
SIGN_IN = "/anmelden/"  # forms about passwords and sessions, which nobody sends twice


class _NoFiles(FileUploadHandler):
    """Leave files out without storing them: nobody is known to have sent them."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file, and remember that there was one."""
        if self.request is not None:
            self.request.META["stadtwissen.files_left_out"] = True
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Do nothing: files are skipped before their data come."""

    def file_complete(self, file_size: int) -> None:
        """Do nothing: there is no file."""


def comes_from_our_form(request: HttpRequest) -> bool:
    """Tell whether somebody sent a form that stands on this site and sees the answer."""
    headers = request.headers
    return (
        request.method == "POST"
        and headers.get("Sec-Fetch-Site") == "same-origin"
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and not request.path.startswith(SIGN_IN)
    )


def show_again(request: HttpRequest) -> HttpResponse:
    """Show what was sent, to be sent once more; nothing is asked about the address."""
    if not request.user.is_authenticated:
        request.upload_handlers = [_NoFiles(request)]
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    context = {
        "fields": fields,
        "texts": [value for _name, value in fields if len(value) > LONG],
        "had_files": bool(request.META.get("stadtwissen.files_left_out") or request.FILES),
    }
    answer = render(request, "account/kept_form.html", context, status=HTTPStatus.FORBIDDEN)
    add_never_cache_headers(answer)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token: one of ours was opened before its sender signed in anew."""
    if comes_from_our_form(request) and request.user.is_authenticated:
        return show_again(request)
    return django_csrf_failure(request, reason)
