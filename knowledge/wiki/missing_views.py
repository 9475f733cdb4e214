"""A page that a text names and that isn't there: where it may be begun."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.rights import can
from access.roles import Action
from knowledge.editing.completion import same_title
from knowledge.editing.entries import written_kinds
from knowledge.pages.by_title import title_of
from knowledge.pages.editors import places_for
from knowledge.wiki.template_views import TITLE
from knowledge.wiki.templates import templates_for
from knowledge.wiki.views import readable_page
from web.menu import Link


@require_safe
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the lists and templates of the space in which a missing page may be begun, with its title known.

    Raises:
        Http404: If there is no such page that names it, or the person doesn't write in its space.
    """
    page = readable_page(request, pk)
    if not can(request.user, Action.ADD, page.space):
        raise Http404
    title = title_of(request.GET.get(TITLE, ""))
    known = f"?{urlencode({TITLE: title})}"
    places = [
        Link(
            _("%(kind)s in “%(list)s”") % {"kind": kind.label, "list": place.title},
            reverse("editing:new", args=[kind.name, place.pk]) + known,
        )
        for kind in written_kinds()
        for place in places_for(request.user, kind).filter(space=page.space_id)
    ]
    templates = [
        Link(one.title, reverse("wiki:begin", args=[one.pk]) + known)
        for one in templates_for(request.user).filter(space=page.space_id)
    ]
    same = same_title(request.user, title)
    if title and not same and not templates and len(places) == 1:
        return redirect(places[0].url)
    context = {
        "page": page,
        "title": title,
        "places": places,
        "templates": templates,
        "same": same,
    }
    return render(request, "wiki/missing.html", context)
