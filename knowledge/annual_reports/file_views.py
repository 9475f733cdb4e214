"""Files of a frozen report: sent to whoever may read it, made and cancelled by those who make reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in import signed_in
from audit.services import record
from knowledge.annual_reports import making
from knowledge.annual_reports.selectors import report_for, report_made_by
from knowledge.export.outputs import Download, response_of


@require_safe
def fetch(request: HttpRequest, pk: int, stem: str, ending: str) -> HttpResponseBase:
    """Send a file of a frozen report.

    Raises:
        Http404: If there is no such report or file, or the reader may not read it; always the same answer.
    """
    user = signed_in(request)
    found = report_for(user, pk)
    if found is None or not found.is_frozen:
        raise Http404
    file = found.files.filter(name=f"{stem}.{ending}").first()
    if file is None or not file.file.storage.exists(str(file.file.name)):
        raise Http404
    if request.method == "GET":
        record("report.fetched", actor=user, obj=found, space=found.space,
               details={"year": found.year, "file": ending})  # fmt: skip
    return response_of(Download(file.name, file.file.open("rb"), file.media_type))


@require_POST
def make_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the files made, or stop it.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    user = signed_in(request)
    found = report_made_by(user, pk)
    if found is None:
        raise Http404
    try:
        if "cancel" in request.POST:
            making.cancel(found, actor=user)
            messages.success(request, _("No further file is made. Those that are done stay."))
        else:
            making.make_files_of(found, actor=user)
            messages.success(request, _("The files are being made."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found.url)
