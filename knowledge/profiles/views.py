"""Pages of organisations and people: whoever is named can be reached."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from knowledge.profiles.selectors import organisation_profile, person_profile


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the reader may see of an organisation.

    Raises:
        Http404: If there is none, or nothing that the reader may see names it; always the same answer.
    """
    profile = organisation_profile(slug, request.user)
    if profile is None:
        raise Http404
    if profile.organisation.slug != slug:
        return redirect(profile.organisation.url)
    return render(request, "profiles/organisation.html", {"profile": profile})


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the reader may know of a person.

    Raises:
        Http404: If there is nobody, or the reader may not know this person; always the same answer.
    """
    profile = person_profile(pk, request.user)
    if profile is None:
        raise Http404
    return render(request, "profiles/person.html", {"profile": profile})
