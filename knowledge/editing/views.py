"""Pages and answers of the editor. Hidden, missing and "not yours to edit" answer alike: 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from access.consequence.confirmation import Refused, sentence_of
from access.handling import classification_of_new, strictest
from access.rights import can
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.editing import completion, services
from knowledge.editing import presence as sessions
from knowledge.editing.answers import answering, read_json, refusal
from knowledge.editing.entries import written_kinds
from knowledge.editing.forms import NewPageForm
from knowledge.editing.keys import copy_key
from knowledge.editing.selectors import editor_data, page_to_edit, page_to_write
from knowledge.pages.audit import record_reading
from knowledge.pages.editors import other_ways, places_for
from knowledge.writing import services as writing
from knowledge.writing import submitting
from knowledge.writing.reasons import publish_saying_why
from knowledge.writing.stamps import Stale, stamp_of


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the editor of a page.

    Raises:
        Http404: If there is none that the person may edit.
    """
    page = page_to_edit(request.user, pk)
    record_reading(page, request, mark=strictest(page, writing.draft_of(page)))
    data = editor_data(page, request.user)
    review = submitting.review_of(page)
    may_publish = can(request.user, Action.PUBLISH, page)
    finish = "editing:publish" if may_publish else "editing:hand_in"
    context = {
        "page": page,
        "data": data,
        "finish_url": reverse(finish, args=[page.pk]),
        "back": page if page.live else page.get_parent(),
        "may_publish": may_publish,
        "admin_url": _admin_url(request, page),
        "lock_reason": data["locked"],
        "ways": other_ways(page, request.user, besides="texts"),
        "review": review,
        "is_waiting": submitting.is_waiting(review),
        "reason": submitting.last_reason(review) if review is not None else "",
    }
    return render(request, "editing/edit.html", context)


def _admin_url(request: HttpRequest, page: Any) -> str:
    if can(request.user, Action.USE_ADMIN) and can(request.user, Action.PUBLISH, page):
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
    return ""


@require_POST
@answering
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being written; answers 404, 409, 413 or 422 with a sentence where that can't be."""
    page = page_to_edit(request.user, pk)
    sent = services.Sent.read(read_json(request))
    saved = services.save_text(page, sent, actor=signed_in(request))
    return JsonResponse(
        {
            "stamp": saved.stamp,
            "title": saved.title,
            "texts": saved.texts,
            "known": saved.known,
            "merged": saved.is_merged,
            "kept": saved.kept_though_deleted,
            "both": saved.written_by_both,
            "at": timezone.localtime().strftime("%H:%M"),
        }
    )


@require_POST
@answering
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person has the page open; say who else does, and the newest stamp."""
    page = page_to_write(request.user, pk)
    actor = signed_in(request)
    number = sessions.touch_session(
        page,
        actor=actor,
        number=request.POST.get("session", ""),
        is_writing=request.POST.get("writing") == "1",
    )
    others = sessions.others_writing(page, besides=actor)
    said = ""
    if others:
        said = _("Also writing here: %(names)s.") % {"names": ", ".join(others)}
    return JsonResponse(
        {"session": number, "others": said, "stamp": stamp_of(page), "csrf": get_token(request)}
    )


@require_GET
@answering
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the key of the copy in the browser, while the person may edit the page and nothing forbids a copy."""
    page = page_to_write(request.user, pk)
    actor = signed_in(request)
    answer = JsonResponse({"key": copy_key(page, user=actor), "user": actor.pk})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def complete(request: HttpRequest) -> HttpResponse:
    """Propose what can be linked to, within the person's rights."""
    found = completion.proposals(request.user, request.GET.get("art", ""), request.GET.get("q", ""))
    return JsonResponse({"items": [one.as_json() for one in found]})


@require_safe
def titles(request: HttpRequest) -> HttpResponse:
    """Say which pages are called like what is being typed, within the person's rights."""
    same = completion.like_title(request.user, request.GET.get("title", ""))
    same = [one for one in same if one.to != request.GET.get("besides")]  # not the page itself
    return render(request, "editing/_same_titles.html", {"same": same})


@require_POST
@answering
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Store a picture or file that was pasted or dropped, and answer with what stands for it."""
    page = page_to_edit(request.user, pk)
    upload = request.FILES.get("file")
    if upload is None:
        return refusal(422, _("No file arrived. Nothing was saved; please try it again."))
    actor = signed_in(request)
    return JsonResponse(services.add_file(page, upload, actor=actor))


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the latest draft, and show the page.

    Raises:
        Http404: If the person may not.
    """
    page = page_to_edit(request.user, pk)
    actor = signed_in(request)
    try:
        stamp, why = request.POST.get("stamp", ""), request.POST.get("why", "")
        published = publish_saying_why(page, actor=actor, stamp=stamp, why=why)
    except PermissionDenied:
        raise Http404 from None
    except Stale:
        messages.error(
            request,
            _(
                "Somebody else saved in the meantime. Nothing was published: the text below has the changes of both. "
                "Please read it through and publish it then."
            ),
        )
        return redirect("editing:edit", pk=pk)
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
        return redirect("editing:edit", pk=pk)
    messages.success(request, _("“%(page)s” is published.") % {"page": published.title})
    return redirect(published.url)


@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell whoever may publish that the draft is ready.

    Raises:
        Http404: If the person may not edit the page.
    """
    page = page_to_edit(request.user, pk)
    actor = signed_in(request)
    try:
        told = submitting.hand_in(page, actor=actor, stamp=request.POST.get("stamp", ""))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("editing:edit", pk=pk)
    if told:
        text = _("Your draft is handed in. Whoever may publish here has been told.")
        messages.success(request, text)
    else:
        text = _(
            "Your draft is kept, but nobody can publish in this space. Ask who is responsible for it."
        )
        messages.warning(request, text)
    return redirect("editing:edit", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask for the title of a new page, make it as a draft, and go on in the editor.

    Raises:
        Http404: If the person may not write such a page there.
    """
    wanted = next((one for one in written_kinds() if one.name == kind), None)
    place = places_for(request.user, wanted).filter(pk=pk).first() if wanted else None
    if wanted is None or place is None:
        raise Http404
    known = request.GET.get("titel", "").replace("\0", "")[:255]  # from a link to a missing page
    form = NewPageForm(request.POST or None, initial={"title": known})
    same = completion.same_title(request.user, form["title"].value() or "")
    is_valid = form.is_valid()
    # Who was told of the others once, means it.
    if is_valid and (not same or form.cleaned_data["warned_of"] == form.cleaned_data["title"]):
        actor = signed_in(request)
        mark = classification_of_new(place.space)
        page = wanted.model(title=form.cleaned_data["title"], classification=mark)
        made = writing.create_page(page, below=place.specific, actor=actor)
        return redirect("editing:edit", pk=made.pk)
    context = {
        "form": form,
        "kind": wanted.label,
        "place": place,
        "same": same,
        "warned_of": form.cleaned_data.get("title", "") if form.is_bound else known,
    }
    return render(request, "editing/new.html", context)
