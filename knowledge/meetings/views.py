"""Plan meetings, keep the store of topics and the rules; read decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.handling import is_confidential
from access.rights import rights_of, scope_for
from access.roles import Action
from accounts.signed_in import signed_in
from audit.services import record
from knowledge.export.views import sent
from knowledge.meetings.circulating.approval import add_addendum, approve
from knowledge.meetings.doors import page_to_change, space_where
from knowledge.meetings.forms import AddendumForm, RulesForm
from knowledge.meetings.links import decision_links
from knowledge.meetings.models import rules_of
from knowledge.meetings.papers import EXTRACT_FORMS, extract_as
from knowledge.meetings.selectors import (
    Extract,
    decisions_of,
    extract_of,
    pages_decided_about,
    people_at,
)
from knowledge.pages.audit import record_reading
from knowledge.pages.blocks import Result
from web.linked import link_row, link_rows
from web.menu import Link

PAGE_SIZE = 50  # decisions on one page


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose how a group keeps its minutes.

    Raises:
        Http404: If the reader may not publish there.
    """
    user, space = signed_in(request), space_where(request, slug, Action.PUBLISH)
    form = RulesForm(request.POST or None, instance=rules_of(space))
    if request.method == "POST" and form.is_valid():
        form.save()
        record("meeting.rules", actor=user, space=space)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    return render(request, "meetings/rules.html", {"space": space, "form": form})


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """List the decisions that the reader may see, narrowed by group, year, result, measure or paper."""
    found = decisions_of(request.user).filter(withdrawn_at=None)
    years = sorted(set(found.order_by().values_list("year", flat=True)), reverse=True)
    # A share of minutes alone doesn't tell whose they are.
    of_known = found.filter(space__in=scope_for(request.user).spaces).order_by()
    spaces = sorted(
        set(of_known.values_list("space__slug", "space__title")), key=lambda one: one[1]
    )
    chosen: dict[str, Any] = {
        "bereich": request.GET.get("bereich", ""),
        "jahr": request.GET.get("jahr", ""),
        "ergebnis": request.GET.get("ergebnis", ""),
        "zu": request.GET.get("zu", ""),
    }
    about = pages_decided_about(request.user)
    if chosen["bereich"] in dict(spaces):
        found = found.filter(space__slug=chosen["bereich"])
    if chosen["jahr"] in map(str, years):
        found = found.filter(year=int(chosen["jahr"]))
    if chosen["ergebnis"] in Result.values:
        found = found.filter(result=chosen["ergebnis"])
    if chosen["zu"] in dict(about):
        found = found.filter(about=int(chosen["zu"]))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    link_rows(page, decision_links, request.user)
    context = {
        "page_obj": page,
        "filters": [
            ("bereich", _("Group"), spaces, chosen["bereich"]),
            ("jahr", _("Year"), [(str(year), str(year)) for year in years], chosen["jahr"]),
            ("ergebnis", _("Result"), Result.choices, chosen["ergebnis"]),
            *([("zu", _("Measure or paper"), about, chosen["zu"])] if about else []),
        ],
    }
    return render(request, "meetings/decisions.html", context)


@require_safe
def decision(request: HttpRequest, slug: str, year: int, running: int) -> HttpResponse:
    """Show one decision: an extract of its minutes.

    Raises:
        Http404: If there is none of this number, or the reader may not see it.
    """
    extract = _extract(request, slug, year, running)
    record_reading(extract.page, request)
    link_row(extract.decision, decision_links, request.user)
    context = {
        "extract": extract,
        "decision": extract.decision,
        "page": extract.page,
        "files": _files_of(extract, request),
        **people_at(extract, request.user),
    }
    return render(request, "meetings/decision.html", context)


def _extract(request: HttpRequest, slug: str, year: int, running: int) -> Extract:
    extract = extract_of(request.user, slug, year, running)
    if extract is None:
        raise Http404
    return extract


def _files_of(extract: Extract, request: HttpRequest) -> list[Link]:
    # Through somebody else's eyes nothing is taken out.
    if is_confidential(extract.page) or rights_of(request.user).is_view:
        return []
    return [Link(label, f"{extract.decision.url}{form}/") for form, label in EXTRACT_FORMS.items()]


@require_safe
def decision_file(
    request: HttpRequest, slug: str, year: int, running: int, form: str
) -> HttpResponseBase:
    """Send the extract of one decision as a file.

    Raises:
        Http404: If there is none of this number, the reader may not see it, or there is no such form.
    """
    extract = _extract(request, slug, year, running)
    if form not in EXTRACT_FORMS:
        raise Http404
    return sent(request, extract.page, f"auszug-{form}", lambda: extract_as(form, extract, request))


@require_POST
def approve_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve minutes as whoever leads the group.

    Raises:
        Http404: If the reader may not publish here.
    """
    user = signed_in(request)
    page = page_to_change(user, pk, Action.PUBLISH)
    approve(page, actor=user, seen=request.POST.get("seen", ""))
    messages.success(request, _("The minutes are approved and locked."))
    return redirect(page.url)


@require_http_methods(["GET", "POST"])
def addendum(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to approved minutes.

    Raises:
        Http404: If the reader may not publish here.
    """
    user = signed_in(request)
    page = page_to_change(user, pk, Action.PUBLISH)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_addendum(page, actor=user, text=form.cleaned_data["text"])
        messages.success(request, _("The addendum stands below the minutes."))
        return redirect(page.url)
    return render(request, "meetings/addendum.html", {"page": page, "form": form})
