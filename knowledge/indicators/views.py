"""Pages of indicators, which are kept by form, or many at once by table (`knowledge.exchange`)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.models import Space
from access.rights import rights_of, spaces_where
from access.roles import Action
from access.selectors import space_read_by
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.indicators import services
from knowledge.indicators.forms import IndicatorForm, ValueForm
from knowledge.indicators.models import Indicator
from knowledge.indicators.notices import awaited_of
from knowledge.indicators.selectors import indicator_for, indicators_for
from knowledge.indicators.services import OfYear, may_keep
from knowledge.indicators.thread import evidence_for
from knowledge.measures.services import stamp_of
from knowledge.reporting.thread import steps_of
from web.forms import refused_to


def _kept_by(user: User) -> list[Space]:
    if rights_of(user).is_view:
        return []
    # unscoped: those in which the reader publishes
    return list(Space.objects.filter(pk__in=spaces_where(user, Action.PUBLISH)).order_by("title"))


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Show the indicators that the reader may see."""
    user = signed_in(request)
    context = {"shown": indicators_for(user), "kept": _kept_by(user)}
    return render(request, "indicators/indicators.html", context)


@require_safe
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one indicator.

    Raises:
        Http404: If there is none, or it is hidden; always the same answer.
    """
    user = signed_in(request)
    found = indicator_for(user, pk)
    if found is None:
        raise Http404
    context = {
        "one": found,
        "steps": steps_of([one.pk for one in found.measures], user) if found.measures else [],
        "evidence": evidence_for(found.measures, user),
        "awaited": awaited_of(found.indicator, found.values),
        "may_keep": may_keep(user, found.indicator.space),
    }
    return render(request, "indicators/indicator.html", context)


# --- keeping them -----------------------------------------------------------------------------------------
def _kept(request: HttpRequest, pk: int) -> tuple[Indicator, User]:
    """Return an indicator that the reader keeps.

    Raises:
        Http404: If there is none, or the reader doesn't publish in its space.
    """
    user = signed_in(request)
    found = Indicator.objects.visible_to(user).select_related("space").filter(pk=pk).first()
    if found is None or not may_keep(user, found.space):
        raise Http404
    return found, user


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an indicator to a space.

    Raises:
        Http404: If there is no such space, or the reader doesn't publish there.
    """
    user = signed_in(request)
    space = space_read_by(user, slug)
    if space is None or not may_keep(user, space):
        raise Http404
    form = IndicatorForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        made = services.make(space, form.facts, form.cleaned_data["measures_typed"], actor=user)
        messages.success(request, _("Saved."))
        return redirect(made.url)
    heading = {"title": _("New indicator"), "lead": space.title}
    return _form(request, form, reverse("indicators:indicators"), **heading)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an indicator is.

    Raises:
        Http404: If there is none, or the reader doesn't publish in its space.
    """
    indicator, user = _kept(request, pk)
    seen = request.POST.get("seen") or stamp_of(indicator)
    heading = {"title": _("Change the indicator"), "lead": str(indicator)}
    form = IndicatorForm(request.POST or None, instance=indicator, user=user)
    if request.method == "POST" and form.is_valid():
        tied = form.cleaned_data["measures_typed"]
        try:
            services.change(indicator, form.facts, tied, actor=user, seen=seen)
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect(indicator.url)
    return _form(request, form, indicator.url, seen=seen, **heading)


@require_http_methods(["GET", "POST"])
def new_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what a year says, first the one that is awaited.

    Raises:
        Http404: If there is no such indicator, or the reader doesn't publish in its space.
    """
    indicator, user = _kept(request, pk)
    awaited = awaited_of(indicator, indicator.values.all())
    year = awaited.year if awaited else timezone.localdate().year - 1
    form = ValueForm(request.POST or None, row=None, initial={"year": str(year)})
    return _value(request, indicator, user, form, seen="")


@require_http_methods(["GET", "POST"])
def change_value(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Correct what a year says, or take it out.

    Raises:
        Http404: If there is no such indicator or year, or the reader doesn't publish in its space.
    """
    indicator, user = _kept(request, pk)
    row = indicator.values.filter(year=year).first()
    if row is None:
        raise Http404
    if "drop" in request.POST:
        services.drop_value(indicator, year, actor=user)
        messages.success(request, _("Taken out."))
        return redirect(indicator.url)
    form = ValueForm(request.POST or None, row=row)
    seen = request.POST.get("seen") or stamp_of(row)
    return _value(request, indicator, user, form, seen=seen)


def _value(
    request: HttpRequest, indicator: Indicator, user: User, form: ValueForm, *, seen: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_value(indicator, OfYear(**form.cleaned_data), actor=user, seen=seen)
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect(indicator.url)
    heading = {"title": _("Value of a year"), "lead": f"{indicator} – {indicator.unit}"}
    return _form(request, form, indicator.url, seen=seen, may_drop=bool(seen), **heading)


def _form(request: HttpRequest, form: Any, cancel_url: str, **more: Any) -> HttpResponse:
    context = {"form": form, "cancel_url": cancel_url, "seen": "", "may_drop": False, **more}
    return render(request, "indicators/form.html", context, status=400 if form.errors else 200)
