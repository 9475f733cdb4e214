"""What can be downloaded of a page. Rooms register what they bring; a new kind of page needs to bring nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from web.menu import Label
from web.registry import Registry


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is ready to be sent.

    Attributes:
        name: Its name, from `knowledge.export.names.file_name`.
        content: Its bytes, or an open file of them.
        media_type: Such as application/pdf.
        pages: How many pages of the platform are in it.
    """

    name: str
    content: bytes | IO[bytes]
    media_type: str
    pages: int = 1


def response_of(file: Download) -> HttpResponseBase:
    """Return the answer that sends a file: to be kept, by nobody on the way, and not guessed at by the browser."""
    response: HttpResponseBase
    if isinstance(file.content, bytes):
        response = HttpResponse(file.content, content_type=file.media_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    else:
        response = FileResponse(
            file.content, as_attachment=True, filename=file.name, content_type=file.media_type
        )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _always(page: Any, request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One file that a page can be downloaded as.

    Attributes:
        name: Unique; the last part of its address.
        label: What it is called on the page.
        group: What it stands under there; empty for the page itself.
        order: Its place, the lowest first.
        make: Returns the file for the reader of the request, who may take the page out. Raises `composing.TooMuch` or
            `making.NotMade`.
        is_offered: Tells whether there is anything to download, within the rights of the request's reader.
    """

    name: str
    label: Label
    group: Label = ""
    order: int
    make: Callable[[Any, HttpRequest], Download]
    is_offered: Callable[[Any, HttpRequest], bool] = _always


outputs: Registry[Output] = Registry(
    "download", cure="register it with knowledge.export.outputs.outputs.register"
)


def offered(page: Any, request: HttpRequest) -> list[Output]:
    """Return what the reader of `request` may download of a page, in order."""
    return sorted(
        (one for one in outputs if one.is_offered(page, request)), key=attrgetter("order")
    )
