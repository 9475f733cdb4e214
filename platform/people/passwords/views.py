"""Pages that answer without a sign-in: where a one-time link leads, and a forgotten password."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from people.forms import ForgottenForm, LinkPasswordForm
from people.passwords.forgotten import ask_for_password
from people.passwords.links import LinkRefused, holder_of, set_password_and_end_keys
from people.passwords.links import set_password as set_password_by_link

GONE = 410
TOO_MANY = 429


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Let whoever holds the link set a password; then they sign in with it, and with their second factor."""
    try:
        holder = holder_of(secret)
        form = LinkPasswordForm(holder, request.POST or None)
        if form.is_valid():
            end_keys = form.cleaned_data.get("end_keys")
            redeem = set_password_and_end_keys if end_keys else set_password_by_link
            redeem(secret, password=form.cleaned_data["new_password1"])
            text = _("The password is set. Sign in with the user name “%(name)s” from now on.")
            messages.success(request, text % {"name": holder.username})
            return redirect("account_login")
    except LinkRefused as error:
        context = {"text": " ".join(error.messages)}
        return render(request, "people/link_refused.html", context, status=GONE)
    return render(request, "people/set_password.html", {"form": form, "holder": holder})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Take an address whose password is forgotten; the answer is the same whether or not anybody has it.

    Attempts are counted for each address that is typed and each network, known or not.
    """
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"].casefold()
        if not ratelimit.consume(request, action="reset_password", key=address):
            return render(request, "people/forgotten_limit.html", status=TOO_MANY)
        ask_for_password(address)
        return render(request, "people/forgotten_sent.html")
    return render(request, "people/forgotten.html", {"form": form})
