"""Pages that are templates, and pages begun from them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.consequence.confirmation import Refused
from accounts.signed_in import signed_in
from knowledge.pages.editors import writes_somewhere
from knowledge.pages.page_context import edit_url
from knowledge.wiki import templates as services
from knowledge.wiki.forms import TitleForm
from knowledge.wiki.views import readable_page
from web.menu import Link, NewEntry, NewGroup

TITLE = "titel"  # parameter with a title that is known already


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a page a template, or a template an ordinary page again.

    Raises:
        Http404: If the person may not.
    """
    page = readable_page(request, pk)
    try:
        if request.POST.get("deed") == "unmark":
            services.unmark(page, actor=signed_in(request))
            text = _("“%(page)s” is no template any more.")
        else:
            services.mark(page, actor=signed_in(request))
            text = _("“%(page)s” is a template now; “New” offers it.")
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, text % {"page": page.title})
    return redirect(page.url if page.live else reverse("web:new"))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the title of a page that is begun from a template, make it as a draft, and go on in its editor.

    Raises:
        Http404: If there is no such template for the person.
    """
    template = services.templates_for(request.user).filter(pk=pk).first()
    if template is None:
        raise Http404
    title = request.GET.get(TITLE, "").replace("\0", "")[:255]
    form = TitleForm(request.POST or None, initial={"title": title})
    if form.is_valid():
        actor = signed_in(request)
        try:
            made = services.begin(template.specific, title=form.cleaned_data["title"], actor=actor)
        except PermissionDenied:
            raise Http404 from None
        except Refused as error:
            form.add_error(None, str(error))
        else:
            text = _("The page is begun, as a draft with the text of the template.")
            messages.success(request, text)
            return redirect(edit_url(made, request.user) or template.get_parent().url)
    return render(request, "wiki/begin.html", {"template": template, "form": form})


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    links = [
        Link(one.title, reverse("wiki:begin", args=[one.pk]), note=one.space.title)
        for one in services.templates_for(request.user)
    ]
    yield NewGroup(_("From a template"), links)


NEW_FROM_TEMPLATE = NewEntry(
    name="wiki.templates", order=8, is_shown=writes_somewhere, groups=_groups
)
