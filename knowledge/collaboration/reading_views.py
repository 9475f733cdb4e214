"""Asking for confirmed reading, confirming it, and for the asker who did.

Hidden, missing and "not yours" answer alike: 404.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.consequence.confirmation import Refused
from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration import reading
from knowledge.collaboration.forms import ReadingForm
from knowledge.collaboration.models import ReadingRequest

PAGE_SIZE = 50  # names or requests on one page
_BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(_BOTH)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask readers of a page to confirm that they read it.

    Raises:
        Http404: If there is no such page that the person may publish.
    """
    user = signed_in(request)
    visible = KnowledgePage.objects.visible_to(user)
    page = visible.filter(pk=pk, space__isnull=False).select_related("space").first()
    if page is None or page.space is None or not reading.may_ask(user, page):
        raise Http404
    form = ReadingForm(request.POST or None, space=page.space)
    if form.is_valid():
        try:
            made = reading.ask(page, asker=user, **form.cleaned_data)
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            form.add_error("due_on", error)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("People asked: %(count)d. Only you see who confirms.") % {"count": made.asked},
            )
            return redirect("collaboration:reading", pk=made.pk)
    return render(request, "collaboration/ask_reading.html", {"page": page, "form": form})


@require_http_methods(_BOTH)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody who was asked confirm; show the asker who did.

    Raises:
        Http404: If the person neither asked nor was asked, or may not read the page.
    """
    user = signed_in(request)
    mine = reading.reading_of(user, pk)
    if mine is not None:
        return _confirm(request, mine.request, mine)
    asked = reading.requests_of(user).filter(pk=pk).first()
    if asked is None or not reading.may_ask(user, asked.page):
        raise Http404
    # unscoped: the asker alone sees the names of those who were asked
    people = asked.readings.select_related("person__organisation")
    ordered = people.order_by("-confirmed_at", "person__last_name", "person__first_name")
    part = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "page_obj": part,
        "removed_on": asked.due_on + reading.KEPT_AFTER,
    }
    return render(request, "collaboration/asked_reading.html", context)


def _confirm(request: HttpRequest, asked: ReadingRequest, mine: object) -> HttpResponse:
    if request.method == "POST":
        try:
            reading.confirm(asked, person=signed_in(request))
        except PermissionDenied:
            raise Http404 from None
        messages.success(request, _("Thank you. Your confirmation is kept."))
        return redirect(asked.page.url)
    return render(request, "collaboration/confirm_reading.html", {"asked": asked, "mine": mine})


@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """List what the person is asked to read, and what this person asked of others."""
    user = signed_in(request)
    part = Paginator(reading.requests_of(user), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = reading.asked_of(user).filter(confirmed_at__isnull=True)[:PAGE_SIZE]
    return render(request, "collaboration/readings.html", {"waiting": waiting, "page_obj": part})
