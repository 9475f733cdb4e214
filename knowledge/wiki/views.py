"""Pages that are to be checked, who checks them, and doubts of readers.

Hidden, missing and "not yours" answer alike: 404.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.consequence.confirmation import Refused
from access.rights import can, scope_for
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.corrections.selectors import doubts_on
from knowledge.pages.page_context import edit_url
from knowledge.wiki import upkeep as services
from knowledge.wiki.due import names_of_keepers, pages_due
from knowledge.wiki.forms import DoubtForm, UpkeepForm

PAGE_SIZE = 50  # pages on one page of the list
_BOTH = ["GET", "HEAD", "POST"]


def readable_page(request: HttpRequest, pk: int) -> Any:
    """Return a page of a space that the person may read, published or not.

    Raises:
        Http404: If there is none.
    """
    page = KnowledgePage.objects.filter(pk=pk, space__isnull=False).select_related("space").first()
    if page is None or not can(request.user, Action.READ if page.live else Action.READ_DRAFT, page):
        raise Http404
    return page.specific


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """List the pages that are to be checked: one's own, and those of the spaces in which one publishes."""
    found = pages_due(request.user)
    # Whoever keeps a page by a share alone doesn't learn its space.
    of_known = found.filter(space__in=scope_for(request.user).spaces).order_by()
    spaces = dict(of_known.values_list("space__slug", "space__title").distinct())
    keepers = {str(pk): person for pk, person in names_of_keepers(found).items()}
    space, keeper = request.GET.get("bereich", ""), request.GET.get("wer", "")
    if space in spaces:
        found = found.filter(space__slug=space)
    if keeper in keepers:
        found = found.filter(keeper=keeper)
    part = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "rows": [
            {
                "page": page,
                "keeper": keepers.get(str(page.keeper)),
                "is_overdue": page.review_by < today,
            }
            for page in part.object_list
        ],
        "page_obj": part,
        "spaces": sorted(spaces.items(), key=lambda one: one[1].casefold()),
        "keepers": sorted(((pk, str(one)) for pk, one in keepers.items()), key=lambda one: one[1]),
        "space": space if space in spaces else "",
        "keeper": keeper if keeper in keepers else "",
    }
    return render(request, "wiki/due.html", context)


@require_http_methods(_BOTH)
def upkeep(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who checks a page and until when, with what readers doubt; take another plan from whoever may plan it.

    Raises:
        Http404: If there is none that the person checks.
    """
    page = readable_page(request, pk)
    kept = services.upkeep_of(page)
    if not services.may_check(request.user, page, kept):
        raise Http404
    may_plan = services.may_plan(request.user, page)
    start = {"review_by": page.review_by, "rhythm": kept.rhythm, "keeper": kept.keeper_id}
    people = _people(page, kept.keeper_id)
    form = UpkeepForm(request.POST or None, people=people, initial=start)
    if may_plan and form.is_valid():
        try:
            services.plan(page, **form.cleaned_data, actor=signed_in(request))
        except PermissionDenied:
            raise Http404 from None
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is noted when the page is to be checked."))
            return redirect("wiki:upkeep", pk=page.pk)
    context = {
        "page": page,
        "upkeep": kept,
        "form": form if may_plan else None,
        "doubts": doubts_on(page),
        "back_url": page.url if page.live else edit_url(page, request.user),
        "edit_url": edit_url(page, request.user),
        "is_overdue": bool(page.review_by and page.review_by < timezone.localdate()),
    }
    return render(request, "wiki/upkeep.html", context)


# unscoped: people of the space, to whoever checks its pages
def _people(page: Any, keeper: int | None) -> Any:
    """Return who may keep a page: whoever writes in its space, and who does it now."""
    writers = responsible_for(page.space, Action.ADD).values("pk")
    people = User.objects.filter(Q(pk__in=writers) | Q(pk=keeper), is_active=True)
    return people.order_by("last_name", "first_name", "pk")


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a page is still right.

    Raises:
        Http404: If there is none that the person checks.
    """
    page = readable_page(request, pk)
    try:
        services.check(page, actor=signed_in(request))
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("“%(page)s” is checked.") % {"page": page.title})
    return redirect("wiki:due" if "from_list" in request.POST else page.url)


@require_POST
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """Say as a reader that a published page may be out of date.

    Raises:
        Http404: If the person reads no such page.
    """
    page = KnowledgePage.objects.visible_to(request.user).filter(pk=pk, space__isnull=False).first()
    if page is None:
        raise Http404
    form = DoubtForm(request.POST)
    if not form.is_valid():
        text = _("That is too long. Nothing was sent; please say it in fewer words.")
        messages.error(request, text)
        return redirect(page.url)
    try:
        services.doubt(page, actor=signed_in(request), text=form.cleaned_data["text"])
    except PermissionDenied:
        raise Http404 from None
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Thank you. Those who see to the page have been told; you hear what became of it."),
        )
    return redirect(page.url)
