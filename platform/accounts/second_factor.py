"""Decide who must sign in with a second factor, and from when on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.middleware import OPEN_PREFIXES
from accounts.models import User
from accounts.short_names import is_called
from accounts.signed_in import signed_in
from web.days import day_in_words

EVERYBODY = "*"
_KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes come with these
# What whoever is stopped needs to set one up, or to leave.
_STILL_OPEN = (*OPEN_PREFIXES, "/abmelden/", "/konto/")


def must_have_one(person: User) -> bool:
    """Tell whether the person's platform role or organisation asks for a second factor."""
    if person.platform_role and person.platform_role in settings.SECOND_FACTOR_ROLES:
        return True
    bodies = settings.SECOND_FACTOR_ORGANISATIONS
    if EVERYBODY in bodies or not bodies or person.organisation is None:
        return EVERYBODY in bodies
    return is_called(person.organisation, bodies)


def due_at(person: User) -> dt.datetime | None:
    """Return from when on the person can't work without a second factor; None if nothing is missing.

    The grace period begins when this is first asked, at a sign-in or a request.
    """
    if not must_have_one(person) or is_mfa_enabled(person, _KINDS):
        return None
    due = person.second_factor_due
    if due is None:
        due = timezone.now() + dt.timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)
        mine = User.objects.filter(pk=person.pk, second_factor_due=None)  # unscoped: one's own row
        mine.update(second_factor_due=due)
    return due


def remind(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Say at the sign-in until when a second factor must be set up."""
    due = due_at(user)
    if due is None:
        return
    text = _(
        "Your task needs a second factor from %(day)s on. Set it up in your account under “Second factor”."
    )
    day = day_in_words(due)
    messages.warning(request, text % {"day": day}, fail_silently=True)


class SecondFactorMiddleware:
    """Stop whoever's grace period is over.

    It comes after the sign-in. Programs with an access key pass: the owner confirmed the key when making it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead to the page that says what to do, whatever the address."""
        if _is_stopped(request):
            return redirect("account_second_factor")
        return self.get_response(request)


def _is_stopped(request: HttpRequest) -> bool:
    person = request.user
    if not isinstance(person, User) or request.path.startswith(_STILL_OPEN):
        return False
    in_grace = person.second_factor_due is not None and person.second_factor_due > timezone.now()
    if in_grace or hasattr(request, "access_key"):
        return False
    due = due_at(person)
    return due is not None and due <= timezone.now()


@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say why a second factor is needed, and lead to where it is set up."""
    due = due_at(signed_in(request))
    if due is None:
        return redirect("mfa_index")
    context = {"due": due, "is_over": due <= timezone.now()}
    return render(request, "account/second_factor.html", context)
