"""Ask for access to what lies at an address, and answer such requests."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from access.models import AccessRequest
from access.requests.services import (
    ask_for_access,
    close_request,
    decline_request,
    open_requests_for,
)
from access.rights import spaces_where
from access.roles import Action
from accounts.models import User
from accounts.signed_in import signed_in


class AskForm(forms.Form):
    """What for, and why."""

    address = forms.CharField(
        label=pgettext_lazy("on the web", "Address"),
        max_length=AccessRequest.ADDRESS_LENGTH,
        help_text=gettext_lazy("The address that you followed."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever is responsible decides by this. Write no personal data."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask whoever is responsible for an address; the answer is the same whatever lies there."""
    user = signed_in(request)
    form = AskForm(request.POST or None, initial={"address": _followed_address(request)})
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_access(user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _(
                    "Your request was sent. If there is something at this address that you may be "
                    "given, whoever is responsible sees your request. You will be told if you get "
                    "access."
                ),
            )
            return redirect("/")
    return render(request, "access/ask.html", {"form": form})


def _followed_address(request: HttpRequest) -> str:
    """Return the path that they came from, the page that was not found; nothing if the browser doesn't say.

    The page itself doesn't hold its address: it is the same to the letter for hidden and missing.
    """
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        return ""
    path = urlsplit(came_from).path
    return "" if path == request.path else path[: AccessRequest.ADDRESS_LENGTH]


@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """Show stewards who asks for access in their spaces; they give it, decline it, or close the request.

    Raises:
        Http404: If one is no steward of any space, or the request is not for them.
    """
    user = signed_in(request)
    if not spaces_where(user, Action.GRANT):
        raise Http404
    waiting = open_requests_for(user)
    if request.method == "POST":
        _answer(request, waiting, user)
        return redirect("access:requests")
    return render(request, "access/requests.html", {"requests": waiting})


def _answer(request: HttpRequest, waiting: QuerySet[AccessRequest], user: User) -> None:
    """Close or decline the request that the form names, and say so."""
    declines = "decline" in request.POST
    number = request.POST.get("decline" if declines else "close", "")
    chosen = waiting.filter(pk=int(number)).first() if _is_number(number) else None
    if chosen is None:
        messages.info(request, _("This request is no longer open."))
    elif declines:
        try:
            decline_request(chosen, actor=user, answer=request.POST.get("answer", ""))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(
                request, _("The request is declined. Whoever asked is told your reason.")
            )
    else:
        close_request(chosen, actor=user)
        messages.success(request, _("The request is closed. Whoever asked is not told."))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
