"""Proposals of a person picker while somebody types."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.granting.forms import PERSON, find_people, find_principals
from access.granting.memberships import circles_kept_by
from access.principals import key_of, label_of
from access.rights import spaces_where
from access.roles import Action
from accounts.signed_in import signed_in

MOST = 8  # proposals
SHORTEST = 2  # letters before anything is proposed


@never_cache
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Propose organisations, groups and people for whom a right may be given, or people alone (`art=person`).

    What the form behind it finds without scripts, for those who have such a form.

    Raises:
        Http404: If the reader may give nobody anything.
    """
    user = signed_in(request)
    if not spaces_where(user, Action.GRANT) and not circles_kept_by(user).exists():
        raise Http404
    typed = request.GET.get("who", "").strip()[:120].replace("\x00", "")
    find = find_people if request.GET.get("art") == PERSON else find_principals
    found = find(typed)[:MOST] if len(typed) >= SHORTEST else []
    proposals = [
        {"key": key_of(one), "label": label_of(one), "kind": one._meta.verbose_name}
        for one in found
    ]
    return render(request, "access/_principal_suggestions.html", {"proposals": proposals})
