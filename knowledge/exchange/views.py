"""Tables out and in: the export, sending one, looking at what it would change, writing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.models import Space
from access.rights import rights_of
from accounts.models import User
from accounts.signed_in import signed_in
from audit.services import record
from knowledge.exchange.kinds import Exchange, exchanges
from knowledge.exchange.models import Run
from knowledge.exchange.planning import EQUAL, Plan
from knowledge.exchange.services import (
    ChangedMeanwhile,
    may_exchange,
    plan_of,
    receive,
    start,
)
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, response_of
from knowledge.tables.reading import MOST_BYTES, NotRead
from knowledge.tables.writing import MEDIA_TYPES, file_of

SHOWN_LINES = 200


def _place(request: HttpRequest, slug: str, name: str) -> tuple[User, Space, Exchange]:
    """Return who asks for which rows of which space.

    Raises:
        Http404: If there is no such space or kind, or the reader doesn't publish there; always the same answer.
    """
    user = signed_in(request)
    space = Space.objects.filter(slug=slug).first()  # unscoped: the right is asked for below
    known = exchanges.get(name)
    if space is None or known is None or not may_exchange(user, space) or rights_of(user).is_view:
        raise Http404
    return user, space, known


@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Offer the export, take a table.

    Raises:
        Http404: See `_place`.
    """
    user, space, known = _place(request, slug, name)
    context = {"space": space, "exchange": known, "kinds": list(exchanges)}
    if request.method == "POST":
        sent: Any = request.FILES.get("table")
        try:
            if sent is None:
                raise NotRead(_("Choose a file first. Nothing was read."))
            data = sent.read(MOST_BYTES + 1)
            run = receive(known, space, str(sent.name), data, actor=user)
        except NotRead as wrong:
            context["error"] = str(wrong)
            return render(request, "exchange/exchange.html", context, status=400)
        return redirect("exchange:run", pk=run.pk)
    return render(request, "exchange/exchange.html", context)


@require_safe
def export(request: HttpRequest, slug: str, name: str, ending: str) -> HttpResponseBase:
    """Send the rows of a space in the format in which they are taken again.

    Raises:
        Http404: See `_place`; or there is no such form.
    """
    user, space, known = _place(request, slug, name)
    if ending not in MEDIA_TYPES:
        raise Http404
    rows = known.current(user, space).values()
    title = str(known.title)
    content = file_of(ending, title, [str(one) for one in known.columns], rows)
    if request.method == "GET":
        record("exchange.taken_out", actor=user, space=space, details={"what": known.name})
    return response_of(Download(file_name(title, ending), content, MEDIA_TYPES[ending]))


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a table would change, write it, show what was written.

    Raises:
        Http404: If the reader didn't send it, or doesn't publish in its space any more.
    """
    user = signed_in(request)
    # unscoped: the owner's alone
    found = Run.objects.filter(pk=pk, asked_by=user).select_related("space", "asked_by").first()
    if found is None or not may_exchange(user, found.space) or found.exchange not in exchanges:
        raise Http404
    if request.method == "POST" and found.state == Run.State.PREVIEWED:
        try:
            start(found, request.POST.get("seen", ""), actor=user)
        except ChangedMeanwhile:
            messages.warning(
                request,
                _(
                    "Something changed since you looked at it. Nothing was written; look at it once more."
                ),
            )
        return redirect("exchange:run", pk=pk)
    context: dict[str, Any] = {"run": found, "exchange": exchanges[found.exchange]}
    if found.state == Run.State.PREVIEWED:
        context |= _preview(plan_of(found, actor=user))
    return render(request, "exchange/run.html", context)


def _preview(plan: Plan) -> dict[str, Any]:
    telling = [one for one in plan.lines if one.what != EQUAL]
    return {
        "plan": plan,
        "counts": {name: plan.counts.get(name, 0) for name in ("new", "changed", "equal", "wrong")},
        "lines": telling[:SHOWN_LINES],
        "left_out": max(0, len(telling) - SHOWN_LINES),
    }
