"""The page that leads through the first hour, with pauses at will."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.signed_in import signed_in
from operations.set_up.services import (
    choose_initial_data,
    choose_mark,
    hide_set_up,
    is_loading,
    name_city,
    take_mark_away,
    try_mail,
)
from operations.set_up.steps import shown_steps, takes_part
from operations.state_views import operates
from web.models import InitialData, Installation, installation

logger = logging.getLogger(__name__)


class CityForm(forms.Form):
    """Name and mark of the city."""

    city = forms.CharField(label=gettext_lazy("Name of the city"), max_length=80)
    mark = forms.FileField(
        label=gettext_lazy("Mark"),
        required=False,
        help_text=gettext_lazy("A PNG, JPEG or WebP file of at most 2 MB; it is made small."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )


class DataForm(forms.Form):
    """What the platform begins with."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What the platform begins with"),
        choices=[
            (InitialData.PAPER, gettext_lazy("Begin with the data of Dortmund's council paper")),
            (InitialData.EMPTY, gettext_lazy("Begin empty")),
        ],
        widget=forms.RadioSelect,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Show what is done and what is left, and save what is decided on this page.

    Curators see the steps, some of which are theirs; only those who operate the platform decide here.

    Raises:
        Http404: If the reader is neither, or decides what isn't theirs.
    """
    if not takes_part(request) or (request.method == "POST" and not operates(request)):
        raise Http404
    person, row = signed_in(request), installation()
    city = CityForm(initial={"city": row.city})
    data = DataForm(initial={"choice": row.initial_data or None})
    if "city" in request.POST:
        city = CityForm(request.POST, request.FILES)
        if city.is_valid() and _save_city(request, person, city):
            return redirect("set_up")
    elif "choice" in request.POST:
        data = DataForm(request.POST)
        if data.is_valid():
            choose_initial_data(InitialData(data.cleaned_data["choice"]), actor=person)
            messages.success(request, _("Your choice was saved."))
            return redirect("set_up")
    elif request.method == "POST":
        return _do(request, person)
    return render(request, "operations/set_up.html", _context(request, row, city, data))


def _context(
    request: HttpRequest, row: Installation, city: CityForm, data: DataForm
) -> dict[str, object]:
    shown = shown_steps(request)
    return {
        "operates": operates(request),
        "city_form": city,
        "data_form": data,
        "installation": row,
        "steps": shown,
        "left": sum(not one.is_done for one in shown),
        "is_loading": is_loading(),
        "has_mail": settings.NOTICE_MAIL_ENABLED,
    }


def _save_city(request: HttpRequest, person: User, form: CityForm) -> bool:
    try:
        if form.cleaned_data["mark"]:
            choose_mark(form.cleaned_data["mark"], actor=person)
    except ValidationError as error:
        form.add_error("mark", error)
        return False
    name_city(form.cleaned_data["city"], actor=person)
    messages.success(request, _("Name and mark of the city were saved."))
    return True


def _do(request: HttpRequest, person: User) -> HttpResponse:
    if "remove_mark" in request.POST:
        take_mark_away(actor=person)
        messages.success(request, _("The mark was taken away."))
    elif "hide" in request.POST:
        hide_set_up(actor=person)
        messages.success(
            request,
            _("The start page no longer shows the set-up. You find it in your menu."),
        )
    elif "try_mail" in request.POST:
        _try_mail(request, person)
    return redirect("set_up")


def _try_mail(request: HttpRequest, person: User) -> None:
    if not person.email:
        messages.warning(request, _("Your account has no mail address. Nothing was sent."))
        return
    try:
        try_mail(actor=person)
    except (SMTPException, OSError) as error:
        logger.warning("test mail failed: %s", type(error).__name__)
        if not settings.NOTICE_MAIL_ENABLED:
            messages.error(
                request,
                _("No mail server is named (STADTWISSEN_MAIL_HOST). Nothing was sent."),
            )
            return
        messages.error(
            request,
            _(
                "The mail server did not take the mail (%(error)s). Compare STADTWISSEN_MAIL_HOST and the settings "
                "beside it with the server; nothing else is affected."
            )
            % {"error": type(error).__name__},
        )
    else:
        messages.success(
            request, _("The mail server took a mail to %(address)s.") % {"address": person.email}
        )
