"""Tags: all of them, the pages of one, and those of a page. What is hidden has none."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_in import signed_in
from knowledge.pages.page_context import edit_url
from knowledge.wiki import tags as services
from knowledge.wiki.forms import TagsForm
from knowledge.wiki.tags import Tag
from knowledge.wiki.views import PAGE_SIZE, readable_page


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """List the tags of the pages that the reader sees."""
    found = [Tag(*row) for row in services.visible_tags(request.user)]
    context = {"tags": sorted(found, key=lambda one: one.key)}
    return render(request, "wiki/tags.html", context)


@require_safe
def tag(request: HttpRequest, key: str) -> HttpResponse:
    """List the pages with a tag that the reader sees.

    Raises:
        Http404: If there are none; hidden ones and none are the same.
    """
    row = services.visible_tags(request.user).filter(key=key).first()
    if row is None:
        raise Http404
    part = Paginator(services.tagged(request.user, key), PAGE_SIZE)
    page_obj = part.get_page(request.GET.get("page"))
    return render(request, "wiki/tag.html", {"tag": Tag(*row), "page_obj": page_obj})


@require_http_methods(["GET", "HEAD", "POST"])
def tags_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Take other tags for a page, with those proposed that the person sees elsewhere.

    Raises:
        Http404: If there is no such page that the person tags.
    """
    page = readable_page(request, pk)
    if not services.may_tag(request.user, page):
        raise Http404
    proposed = [Tag(*row) for row in services.visible_tags(request.user)[: services.PROPOSED]]
    now = services.tags_of(page)
    form = TagsForm(
        request.POST or None,
        now=[one.name for one in now],
        proposed=[one.name for one in proposed],
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_tags(page, form.names, actor=signed_in(request))
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The tags are saved."))
            return redirect(page.url if page.live else edit_url(page, request.user))
    context = {
        "page": page,
        "form": form,
        "proposed": [one.name for one in proposed],
        "back_url": page.url if page.live else edit_url(page, request.user),
    }
    return render(request, "wiki/tags_of.html", context)
