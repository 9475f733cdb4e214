"""One's own account: profile, sessions and what else rooms add; and everything that is held on oneself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import personal_data
from accounts.models import User
from accounts.reauthentication import require_fresh_sign_in
from accounts.signed_in import signed_in
from audit.services import record
from people.account_panels import account_panels
from people.accounts import correct_own_facts
from people.forms import OwnFactsForm
from people.own_sessions import end_other_sessions, sessions_of
from web.panels import filled


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the reader's own account; take their position and phone, or end their other sessions."""
    person = signed_in(request)
    if "end_sessions" in request.POST:
        return _end_sessions(request, person)
    initial = {"position": person.position, "phone": person.phone}
    form = OwnFactsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        correct_own_facts(person, **form.cleaned_data)
        messages.success(request, _("Your details were saved."))
        return redirect("people:account")
    context = {
        "form": form,
        "sessions": sessions_of(person, current_key=request.session.session_key),
        "panels": filled(account_panels, request),
    }
    return render(request, "people/account.html", context)


def _end_sessions(request: HttpRequest, person: User) -> HttpResponse:
    ended = end_other_sessions(request, person)
    text = ngettext(
        "%(count)d other session has ended. You stay signed in here.",
        "%(count)d other sessions have ended. You stay signed in here.",
        ended,
    )
    messages.success(request, text % {"count": ended})
    return redirect("people:account")


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Tell the signed-in person what the platform holds on them."""
    collected = personal_data.collect(signed_in(request))
    return render(
        request,
        "people/my_data.html",
        {"sections": collected, "remains": personal_data.what_remains()},
    )


@never_cache
@require_safe
def my_data_file(request: HttpRequest) -> HttpResponse:
    """Send the signed-in person their data as a ZIP, and record that."""
    user = signed_in(request)
    require_fresh_sign_in(request)
    if request.method == "GET":
        record("person.data_fetched", actor=user, obj=user)
    return HttpResponse(
        personal_data.as_archive(user),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="meine-daten.zip"'},
    )
