"""Renaming, moving, copying, deleting and restoring pages; what follows is shown before it counts.

Hidden, missing and "not yours to change" answer alike: 404.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.consequence.confirmation import Question, current_question, one_question
from access.rights import Person, can, spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.signed_in import signed_in
from knowledge.arranging import consequences
from knowledge.arranging.forms import CopyForm, MoveForm, RenameForm
from knowledge.arranging.selectors import places_to_copy, places_to_move
from knowledge.basepage.addresses import slug_of
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.page_context import edit_url
from knowledge.writing import binning, renaming
from knowledge.writing.copying import copy_page
from knowledge.writing.models import BinnedPage
from knowledge.writing.stamps import stamp_of

PAGE_SIZE = 50  # deleted pages on one page
_BOTH = ["GET", "HEAD", "POST"]


def _page(request: HttpRequest, pk: int, may: Callable[[Person, Any], bool]) -> Any:
    """Return a page with which the person may do that.

    Raises:
        Http404: If there is none.
    """
    page = KnowledgePage.objects.filter(pk=pk).select_related("space").first()
    if page is None or not can(request.user, Action.READ_DRAFT, page):
        raise Http404
    if not may(request.user, page) or BinnedPage.objects.filter(page=page).exists():
        raise Http404
    return page.specific


# unscoped: a page that the person has just changed
def _reloaded(page: Any) -> Any:
    return KnowledgePage.objects.get(pk=page.pk).specific


def _url(page: Any, user: Person) -> str:
    return str(page.url) if page.live else edit_url(page, user) or str(page.get_parent().url)


@require_http_methods(_BOTH)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a page another title and address.

    Raises:
        Http404: If there is none that the person may rename.
    """
    page = _page(request, pk, renaming.may_rename)
    start = {"title": page.draft_title or page.title, "slug": page.slug, "stamp": stamp_of(page)}
    form = RenameForm(request.POST or None, initial=start)
    title = _("Rename: %(page)s") % {"page": page.draft_title or page.title}
    if not form.is_valid() or not _is_free(form, page):
        return _show(request, page, form, title)
    said = {"title": form.cleaned_data["title"], "slug": _slug(form)}
    answer = Question(request, title=title, cancel_url=_url(page, request.user)).settle(
        describe=lambda: consequences.of_renaming(page, **said, user=request.user),
        save=lambda _state: renaming.rename_page(
            page, **said, actor=signed_in(request), stamp=form.cleaned_data["stamp"]
        ),
        show=lambda: _show(request, page, form, title),
    )
    if answer is not None:
        return answer
    messages.success(request, _("The page is now called “%(title)s”.") % {"title": said["title"]})
    return redirect(_url(_reloaded(page), request.user))


def _slug(form: RenameForm) -> str:
    return slugify(form.cleaned_data["slug"]) or slug_of(form.cleaned_data["title"])


def _is_free(form: RenameForm, page: Any) -> bool:
    try:
        renaming.check_free(_slug(form), below=page.get_parent(), besides=page)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _show(request: HttpRequest, page: Any, form: Any, title: str, lead: str = "") -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "title": title,
        "lead": lead,
        "cancel_url": _url(page, request.user),
    }
    return render(request, "arranging/form.html", context)


@require_http_methods(_BOTH)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a page, with all below it, to another place.

    Raises:
        Http404: If there is none that the person may move.
    """
    page = _page(request, pk, renaming.may_move)
    places = places_to_move(page, request.user)
    form = MoveForm(request.POST or None, places=places)
    title = _("Move: %(page)s") % {"page": page.draft_title or page.title}
    if not form.is_valid():
        return _show(request, page, form, title, _("It moves with all pages below it."))
    to = KnowledgePage.objects.visible_to(request.user).get(pk=form.cleaned_data["place"]).specific

    def save(_state: str) -> None:
        actor = signed_in(request)
        with one_question(actor):
            question = current_question()
            if question is not None:
                question.accept([page])  # who gains was asked and answered
            renaming.move_page(page, to=to, actor=actor)

    answer = Question(request, title=title, cancel_url=_url(page, request.user)).settle(
        describe=lambda: consequences.of_moving(page, to, user=request.user),
        save=save,
        show=lambda: _show(request, page, form, title),
    )
    if answer is not None:
        return answer
    messages.success(request, _("The page lies below “%(place)s” now.") % {"place": to.title})
    return redirect(_url(_reloaded(page), request.user))


def _may_copy(user: Person, page: Any) -> bool:
    return page.depth > SPACE_ROOT_DEPTH and can(user, Action.ADD, page)


@require_http_methods(_BOTH)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a page as a draft.

    Raises:
        Http404: If there is none that the person may copy.
    """
    page = _page(request, pk, _may_copy)
    places = places_to_copy(page, request.user)
    start = {"title": _("%(title)s (copy)") % {"title": page.title}, "place": page.get_parent().pk}
    form = CopyForm(request.POST or None, places=places, initial=start)
    title = _("Copy: %(page)s") % {"page": page.draft_title or page.title}
    lead = _("The copy is a draft: readers see it when it is published.")
    if not form.is_valid():
        return _show(request, page, form, title, lead)
    said = form.cleaned_data
    to = KnowledgePage.objects.visible_to(request.user).get(pk=said["place"]).specific
    try:
        made = copy_page(
            page,
            to=to,
            actor=signed_in(request),
            title=said["title"],
            slug=renaming.free_slug(said["title"], below=to),
            with_subpages=said["with_subpages"],
            is_live=False,
        )
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        return _show(request, page, form, title, lead)
    messages.success(request, _("The copy is there, as a draft."))
    return redirect(edit_url(made, request.user) or to.url)


@require_http_methods(_BOTH)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a page into the bin, with all below it.

    Raises:
        Http404: If there is none that the person may delete.
    """
    page = _page(request, pk, binning.may_delete)
    parent = page.get_parent().specific
    question = Question(request, hidden={}, cancel_url=_url(page, request.user))
    answer = question.settle(
        describe=lambda: consequences.of_deleting(page, user=request.user),
        save=lambda _state: binning.put_into_bin(page, actor=signed_in(request)),
        show=lambda: redirect(request.get_full_path()),
    )
    if answer is not None:
        return answer
    text = _("“%(page)s” is in the bin for 30 days.") % {"page": page.draft_title or page.title}
    messages.success(request, text)
    return redirect(parent.url if parent.live else reverse("arranging:bin"))


@require_safe
def bin_list(request: HttpRequest) -> HttpResponse:
    """List what lies in the bin, among what the person could edit.

    Raises:
        Http404: If the person writes nowhere.
    """
    if not spaces_where(request.user, Action.ADD):
        raise Http404
    part = Paginator(binning.bin_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "binned": one,
            "gone_on": one.deleted_at + binning.KEPT,
            "can_restore": binning.may_restore(
                request.user, one, with_subpages=getattr(one, "has_subpages", False)
            ),
        }
        for one in part.object_list
    ]
    return render(request, "arranging/bin.html", {"rows": rows, "page_obj": part})


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a page out of the bin.

    Raises:
        Http404: If none lies there that the person may restore.
    """
    binned = binning.bin_of(request.user).filter(page=pk).first()
    if binned is None:
        raise Http404
    try:
        page = binning.restore_from_bin(binned.page, actor=signed_in(request))
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("“%(page)s” is back.") % {"page": page.draft_title or page.title})
    return redirect(_url(page.specific, request.user))
