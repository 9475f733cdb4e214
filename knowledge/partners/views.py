"""Partners for the curator: what an exit would end, the export, the exit itself, its report."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from audit.export import BYTE_ORDER_MARK, safe_cell
from knowledge.partners.exporting import record_fetching, request_export
from knowledge.partners.forms import ExitForm
from knowledge.partners.models import ContentExport
from knowledge.partners.plan import Line, lines_of_exit, pages_to_hand_over
from knowledge.partners.selectors import (
    audit_entry_of,
    exit_for,
    export_for,
    organisation_for,
    organisations_with_counts,
)
from knowledge.partners.services import let_leave
from knowledge.partners.wording import parts_for

_WORKING = (ContentExport.State.WAITING, ContentExport.State.RUNNING)


def _curator(request: HttpRequest) -> User:
    user = signed_in(request)
    if not can(user, Action.CURATE):
        raise Http404
    return user


def _organisation(user: User, slug: str) -> Organisation:
    found = organisation_for(user, slug)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations with their people and pages.

    Raises:
        Http404: If the reader is no curator.
    """
    found = organisations_with_counts(_curator(request))
    return render(request, "partners/list.html", {"organisations": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one organisation with the exports of its content; POST has another one made.

    Raises:
        Http404: If there is no such organisation, or the reader neither curates nor answers for its space.
    """
    user = signed_in(request)
    shown = _organisation(user, slug)
    if request.method == "POST":
        require_fresh_sign_in(request)
        request_export(shown, actor=user)
        messages.success(request, _("The export is being made. You can leave this page."))
        return redirect("partners:organisation", slug=slug)
    exports = list(shown.exports.filter(requested_by=user)[:5])
    context = {
        "organisation": shown,
        "exports": exports,
        "is_working": any(one.state in _WORKING for one in exports),
        "is_curator": can(user, Action.CURATE),
        "exits": list(shown.exits.all()),
    }
    return render(request, "partners/organisation.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what ends when the organisation leaves; POST with its typed name lets it leave.

    Raises:
        Http404: If there is no such organisation, or the reader is no curator.
    """
    user = _curator(request)
    shown = _organisation(user, slug)
    if shown.left_at is not None:
        return redirect("partners:report", pk=shown.exits.latest("left_at").pk)
    opens = request.POST.get("opens_to_curators") is not None
    needs_heir = pages_to_hand_over(shown, opens_to_curators=opens).exists()
    form = ExitForm(request.POST or None, organisation=shown, needs_heir=needs_heir)
    if request.method == "POST":
        require_fresh_sign_in(request)
    if request.method == "POST" and form.is_valid():
        decided = form.cleaned_data
        try:
            done = let_leave(
                shown,
                actor=user,
                heir=decided["heir"],
                reason=decided["reason"],
                opens_to_curators=decided["opens_to_curators"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("%(organisation)s has left the platform.") % {"organisation": shown}
            )
            return redirect("partners:report", pk=done.pk)
    lines = lines_of_exit(shown, opens_to_curators=opens)
    context = {
        "organisation": shown,
        "form": form,
        "parts": parts_for(lines, user),
        "has_export": shown.exports.filter(state=ContentExport.State.READY).exists(),
    }
    return render(request, "partners/leave.html", context)


@never_cache
@require_safe
def fetch(request: HttpRequest, pk: int) -> FileResponse:
    """Send an export to whoever asked for it.

    Raises:
        Http404: If there is none, it is somebody else's, or its time is over; always the same answer.
    """
    user = signed_in(request)
    export = export_for(user, pk)
    if export is None:
        raise Http404
    require_fresh_sign_in(request)
    if request.method == "GET":
        record_fetching(export, actor=user)
    name = f"{export.organisation.slug}-{timezone.localdate(export.requested_at):%Y-%m-%d}.zip"
    response = FileResponse(export.path.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report of an exit, for the file.

    Raises:
        Http404: If there is none, or it is not the reader's task.
    """
    context = _report(request, pk)
    return render(request, "partners/report.html", context)


@never_cache
@require_safe
def report_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report of an exit as CSV for German spreadsheets."""
    context = _report(request, pk)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_("What"), _("Entry")])
    for part in context["parts"]:
        for sentence in part.sentences:
            writer.writerow([safe_cell(part.heading), safe_cell(sentence)])
    name = f"austritt-{context['exit'].organisation.slug}.csv"
    return HttpResponse(
        BYTE_ORDER_MARK + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _report(request: HttpRequest, pk: int) -> dict[str, Any]:
    user = signed_in(request)
    done = exit_for(user, pk)
    if done is None:
        raise Http404
    lines = [Line(**stored) for stored in done.lines]
    return {"exit": done, "parts": parts_for(lines, user), "entry": audit_entry_of(done)}
