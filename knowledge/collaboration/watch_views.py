"""Watching a page or a space, and what is new there.

Hidden, missing and "not yours" answer alike: 404.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.watching import (
    home_of_space,
    in_lines,
    news_of,
    tags_watched_by,
    unwatch,
    unwatch_tag,
    watch,
    watch_tag,
    watched_by,
    watched_tags_on,
)
from knowledge.wiki.tags import tags_of

PAGE_SIZE = 20  # happenings on one page


@require_safe
def watched(request: HttpRequest) -> HttpResponse:
    """List what the person watches, and what happened there lately."""
    user = signed_in(request)
    watches = watched_by(user)
    part = Paginator(news_of(user, watches), PAGE_SIZE).get_page(request.GET.get("page"))
    pages = {one.page_id for one in part.object_list}
    tags = watched_tags_on(user, pages)
    context = {
        "watches": watches,
        "tags": tags_watched_by(user),
        "news": [
            {"happening": one, "line": in_lines([one], watches, tags)[0]}
            for one in part.object_list
        ],
        "page_obj": part,
    }
    return render(request, "collaboration/watched.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def watch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whether to watch a page, or its whole space.

    Raises:
        Http404: If the person reads no such page.
    """
    user = signed_in(request)
    page = _readable(request, pk)
    if request.method == "POST":
        if request.POST.get("deed") == "end":
            unwatch(page, person=user)
            messages.success(request, _("You watch this no longer."))
        else:
            watch(page, person=user)
            messages.success(
                request,
                _("You watch this from now on. What others change comes in one notice a day."),
            )
        return redirect(
            (request.POST.get("from") == "list" and "collaboration:watched") or page.url
        )
    mine = {one.page_id for one in watched_by(user)}
    home: Any = home_of_space(page)
    if home is not None:
        home = KnowledgePage.objects.visible_to(user).filter(pk=home.pk).first()
    choices = [{"page": one, "is_mine": one.pk in mine} for one in (page, home) if one is not None]
    watched_tags = tags_watched_by(user)
    tags = [{"tag": one, "is_mine": one.key in watched_tags} for one in tags_of(page)]
    context = {"page": page, "choices": choices, "tags": tags}
    return render(request, "collaboration/watch.html", context)


@require_POST
def watch_a_tag(request: HttpRequest, key: str) -> HttpResponse:
    """Watch a tag, or watch it no longer.

    Raises:
        Http404: If the person sees no page with it.
    """
    user = signed_in(request)
    try:
        if request.POST.get("deed") == "end":
            unwatch_tag(key, person=user)
            messages.success(request, _("You watch this no longer."))
        else:
            watch_tag(key, person=user)
            messages.success(
                request,
                _("You watch this from now on. What others change comes in one notice a day."),
            )
    except PermissionDenied:
        raise Http404 from None
    return redirect("collaboration:watched")


def _readable(request: HttpRequest, pk: int) -> KnowledgePage:
    page = KnowledgePage.objects.visible_to(request.user).filter(pk=pk, space__isnull=False).first()
    if page is None:
        raise Http404
    return page
