"""Send files that were made of pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.handling import may_export
from accounts.signed_in import signed_in
from audit.services import record
from knowledge.export.composing import TooMuch, page_for
from knowledge.export.making import NotMade
from knowledge.export.outputs import Download, outputs, response_of
from knowledge.pages.audit import record_refused_page


@require_safe
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send a page, or what belongs to it, as a file.

    Raises:
        Http404: If there is no such page, the reader may not see it, or it has no such file; always the same answer.
    """
    page = page_for(request.user, pk)
    if page is None:
        record_refused_page(pk)
        raise Http404
    output = outputs.get(name)
    if output is None or not output.is_offered(page, request):
        raise Http404
    return sent(request, page, name, lambda: output.make(page, request))


def sent(request: HttpRequest, page: Any, name: str, make: Any) -> HttpResponseBase:
    """Send what `make` returns, once the rights to take it out were asked; else lead back with a sentence.

    Args:
        request: The reader's.
        page: The page that the file is made of.
        name: What kind of file, for the log.
        make: Returns the `Download`.
    """
    user = signed_in(request)
    if not may_export(user, page):
        messages.error(
            request,
            _("Confidential pages are not given out as files. You can read and print this one."),
        )
        return redirect(page.url)
    try:
        file: Download = make()
    except TooMuch as error:
        messages.error(request, str(error))
        return redirect(page.url)
    except NotMade:
        messages.error(
            request,
            _(
                "The file took too long. Nothing is lost; try again later, or choose a smaller part."
            ),
        )
        return redirect(page.url)
    if request.method == "GET":
        record("page.exported", actor=user, obj=page, details={"file": name, "pages": file.pages})
    return response_of(file)
