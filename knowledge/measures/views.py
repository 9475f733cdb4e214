"""What is posted from a measure's page, its history, where it goes on, and the patience with silent ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from access.rights import rights_of
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.measures.forms import GoesOnForm, PatienceForm
from knowledge.measures.in_place import opened_for, sort_and_row
from knowledge.measures.models import Horizon, MeasurePage, Succession
from knowledge.measures.notices import patience
from knowledge.measures.rules import Standing
from knowledge.measures.selectors import current_measures_for, history_of
from knowledge.measures.services import assess, may_keep, set_patience
from knowledge.measures.succession import go_on_in, take_back
from knowledge.pages.audit import record_reading
from web.forms import refused_to


def _measure(request: HttpRequest, pk: int) -> MeasurePage:
    """Return a measure that the reader may read.

    Raises:
        Http404: If there is none, or it is hidden; always the same answer.
    """
    visible = MeasurePage.objects.visible_to(signed_in(request))
    found: MeasurePage | None = (
        visible.select_related("space", "owning_organisation", "field_of_action")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, pk: int) -> tuple[MeasurePage, User]:
    """Return a measure that the reader keeps.

    Raises:
        Http404: If that isn't so.
    """
    measure, user = _measure(request, pk), signed_in(request)
    if not may_keep(user, measure):
        raise Http404
    return measure, user


@require_POST
def change(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Save the form that is open on a measure's page, or take its row out; what is refused comes back in its place.

    Raises:
        Http404: If the reader doesn't keep the measure, or there is no such form.
    """
    measure, user = _kept(request, pk)
    sort, row = sort_and_row(measure, name, user)
    if "drop" in request.POST and sort.drop is not None and row is not None:
        drop = partial(sort.drop, row, actor=user)
        return _dropped(request, drop, f"{measure.url}#{sort.anchor}")
    opened = opened_for(measure, name, user, request.POST)
    if opened.form.is_valid():
        try:
            sort.save(measure, row, opened.form, user, opened.seen)
        except ValidationError as refused:
            refused_to(opened.form, refused)
        except PermissionDenied:
            raise Http404 from None
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{measure.url}#{sort.anchor}")
    return _shown_again(request, measure, opened)


def _dropped(request: HttpRequest, drop: Callable[[], None], back: str) -> HttpResponse:
    try:
        drop()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except PermissionDenied:
        raise Http404 from None
    else:
        messages.success(request, _("Taken out."))
    return redirect(back)


def _shown_again(request: HttpRequest, measure: MeasurePage, opened: Any) -> HttpResponse:
    request.refused_form = opened  # type: ignore[attr-defined]  # read by in_place.opened
    record_reading(measure, request)
    # Read anew: the form has written what was typed into the objects around it.
    response: HttpResponse = _measure(request, measure.pk).serve(request)
    response.status_code = 400
    return response


@require_POST
def accept_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a measure delayed, for the reason that the page proposes: a milestone is late.

    Raises:
        Http404: If the reader doesn't keep the measure.
    """
    measure, user = _kept(request, pk)
    reason = request.POST.get("reason", "")[:300]
    try:
        assess(
            measure,
            Standing(measure.state, "delayed", reason),
            actor=user,
            seen=request.POST.get("seen", ""),
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{measure.url}#stand")


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each value of a measure was before.

    Raises:
        Http404: If the reader may not read the measure.
    """
    measure = _measure(request, pk)
    record_reading(measure, request)
    return render(
        request, "measures/history.html", {"page": measure, "changes": list(history_of(measure))}
    )


@require_http_methods(["GET", "POST"])
def goes_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge a measure into another one, supersede it, split it, or take that back.

    Raises:
        Http404: If the reader doesn't keep the measure.
    """
    measure, user = _kept(request, pk)
    choices = [one for one in current_measures_for(user) if may_keep(user, one)]
    form = GoesOnForm(request.POST or None, choices=choices)
    if "take_back" in request.POST:
        take_back(measure, actor=user)
        messages.success(request, _("The measure goes on by itself again."))
        return redirect(measure.url)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            go_on_in(
                measure,
                list(data["following"]),
                Succession(data["how"]),
                actor=user,
                reason=data["reason"],
            )
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(
                request, _("Saved. The page of the measure stays and leads to where it goes on.")
            )
            return redirect(measure.url)
    status = 400 if form.errors else 200
    context = {"page": measure, "form": form, "has_ended": measure.goes_on_in.exists()}
    return render(request, "measures/goes_on.html", context, status=status)


@require_http_methods(["GET", "POST"])
def silence(request: HttpRequest) -> HttpResponse:
    """Set after how many days measures of each horizon count as silent; for curators.

    Raises:
        Http404: If the reader is none.
    """
    user = signed_in(request)
    if not rights_of(user).is_curator or rights_of(user).is_view:
        raise Http404
    horizons = [*Horizon.choices, ("", _("without a horizon"))]
    initial = {f"days_{value}": days for value, days in patience().items()}
    form = PatienceForm(request.POST or None, horizons=horizons, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_patience(
            {value: form.cleaned_data[f"days_{value}"] for value, _label in horizons}, actor=user
        )
        messages.success(request, _("Saved."))
        return redirect("measures:silence")
    return render(
        request, "measures/silence.html", {"form": form}, status=400 if form.errors else 200
    )
