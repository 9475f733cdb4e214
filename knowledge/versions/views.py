"""The history of a page, two versions beside each other, and the draft that waits for a decision.

Drafts and earlier versions are for contributors of the space; everybody else gets the 404 of a missing page.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.consequence.confirmation import Refused, sentence_of
from access.handling import strictest
from access.rights import can
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.pages.audit import record_reading
from knowledge.pages.page_context import edit_url
from knowledge.versions.forms import RemarkForm
from knowledge.versions.selectors import (
    difference,
    page_with_versions,
    remarks_on,
    version,
    versions_of,
)
from knowledge.writing import submitting
from knowledge.writing.services import draft_of, restore_version
from knowledge.writing.stamps import Stale, stamp_of

PAGE_SIZE = 50  # versions on one page
SIDE_BY_SIDE = "nebeneinander"  # value of the parameter `ansicht`


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of a page, the newest first.

    Raises:
        Http404: If there is no page whose drafts the reader may read.
    """
    page = page_with_versions(request.user, pk)
    versions = Paginator(versions_of(page), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "back_url": page.url if page.live else edit_url(page, request.user),
        "page_obj": versions,
        "can_restore": can(request.user, Action.EDIT, page),
        "stamp": stamp_of(page),
    }
    return render(request, "versions/history.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changed between two versions: `von` and `bis`, by default what is published and the latest.

    Raises:
        Http404: If there is no such page or version for the reader.
    """
    page = page_with_versions(request.user, pk)
    first, last = (_number(request, "von"), _number(request, "bis"))
    old = version(page, first or page.live_revision_id) if first or page.live else None
    new = version(page, last or page.latest_revision_id) if last else draft_of(page)
    record_reading(page, request, mark=strictest(page, old, new))
    context = _compared(request, old, new) | {
        "page": page,
        "old": versions_of(page).filter(pk=first or page.live_revision_id).first(),
        "new": versions_of(page).filter(pk=last or page.latest_revision_id).first(),
    }
    return render(request, "versions/compare.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None


def _compared(request: HttpRequest, old: Any, new: Any) -> dict[str, Any]:
    parts = difference(old, new, request.user)
    return {
        "parts": parts,
        "is_changed": any(part.is_changed for part in parts),
        "side_by_side": request.GET.get("ansicht") == SIDE_BY_SIDE,
    }


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an earlier version the latest draft, and go on in the editor.

    Raises:
        Http404: If there is no such page that the person may edit.
    """
    page = page_with_versions(request.user, pk)
    revision = request.POST.get("version", "")
    try:
        restore_version(
            page,
            revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
            actor=signed_in(request),
            stamp=request.POST.get("stamp", ""),
        )
    except PermissionDenied:
        raise Http404 from None
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
        return redirect("versions:history", pk=pk)
    messages.success(
        request,
        _("The version is the latest draft now. Readers see it when it is published."),
    )
    return redirect(edit_url(page, request.user) or reverse("versions:history", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft that was handed in beside what is published, and what was said of it; take the decision.

    Raises:
        Http404: If there is no page whose drafts the reader may read, or it isn't handed in.
    """
    page = page_with_versions(request.user, pk)
    state = submitting.review_of(page)
    may_decide = state is not None and submitting.may_decide(request.user, state, page)
    is_writer = state is not None and state.requested_by_id == request.user.pk
    if not may_decide and not is_writer and not can(request.user, Action.EDIT, page):
        raise Http404
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _decide(request, page, form.cleaned_data["text"])
        if answer is not None:
            return answer
    if state is None:
        messages.info(
            request, _("This draft isn't handed in: somebody published it or took it back.")
        )
        return redirect("versions:history", pk=pk)
    draft = draft_of(page)
    old = version(page, page.live_revision_id) if page.live and page.live_revision_id else None
    record_reading(page, request, mark=strictest(page, old, draft))
    context = _compared(request, old, draft) | {
        "page": page,
        "draft": draft,
        "state": state,
        "is_waiting": submitting.is_waiting(state),
        "is_live": old is not None,
        "is_changed_since": state.current_task_state.revision_id != page.latest_revision_id,
        "remarks": remarks_on(page),
        "form": form,
        "may_decide": may_decide,
        "door": submitting.step_of(state).door(page),
        "edit_url": edit_url(page, request.user),
        "stamp": stamp_of(page),
    }
    return render(request, "versions/review.html", context)


def _decide(request: HttpRequest, page: Any, text: str) -> HttpResponse | None:
    """Do what was chosen; None if the page has to be shown again, with what was typed."""
    actor, stamp = signed_in(request), request.POST.get("stamp", "")
    try:
        match request.POST.get("deed"):
            case "publish":
                shown = submitting.publish_handed_in(page, actor=actor, stamp=stamp, text=text)
                messages.success(request, _("“%(page)s” is published.") % {"page": shown.title})
                return redirect(shown.url)
            case "return":
                submitting.send_back(page, actor=actor, reason=text, stamp=stamp)
                messages.success(request, _("The draft is returned; its writer has been told why."))
                return redirect("/")
            case "take_back":
                submitting.take_back(page, actor=actor)
                messages.success(request, _("The draft is yours again; nobody has to decide."))
                return redirect(edit_url(page, actor) or "/")
            case _:
                submitting.remark(page, actor=actor, text=text)
                messages.success(request, _("Your remark is there; the others have been told."))
                return redirect("versions:review", pk=page.pk)
    except PermissionDenied:
        raise Http404 from None
    except Stale:
        messages.error(
            request,
            _(
                "The draft was changed since you opened it. Nothing was decided: below is what it says now. Please "
                "read it and decide then."
            ),
        )
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
    return None
