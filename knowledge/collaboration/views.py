"""Comments on a page: all of them, a new one, an answer, settling.

Hidden, missing and "not yours" answer alike: 404.
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
from django.views.decorators.http import require_http_methods, require_POST

from access.consequence.confirmation import Refused, sentence_of
from accounts.signed_in import signed_in
from knowledge.collaboration import services
from knowledge.collaboration.forms import AnswerForm, CommentForm
from knowledge.collaboration.models import Comment
from knowledge.collaboration.passages import passages_of
from knowledge.collaboration.selectors import (
    comment_for,
    commented_page,
    comments_on,
    may_comment,
    threads_of,
)
from knowledge.pages.audit import record_reading

PAGE_SIZE = 20  # comments on one page


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """List the comments on a page, and take a new one.

    Raises:
        Http404: If there is no such page on which the person may comment.
    """
    page = commented_page(request.user, pk)
    if page is None:
        raise Http404
    passages = passages_of(page, request.user)
    form = CommentForm(request.POST or None, passages=passages)
    if request.method == "POST" and form.is_valid():
        try:
            said = services.comment_on(page, actor=signed_in(request), **form.cleaned_data)
        except PermissionDenied:
            raise Http404 from None
        except (ValidationError, Refused) as error:
            messages.error(request, sentence_of(error))
        else:
            _say(request, _("Your comment stands on the page."), said)
            return redirect(f"{page.url}#{said.comment.anchor}")
    record_reading(page, request)
    shown = comments_on(request.user, page)
    show_all = bool(request.GET.get("alle"))
    if not show_all:
        shown = shown.still_open()
    part = Paginator(shown.with_words(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "threads": threads_of(part.object_list, page, request.user, passages),
        "page_obj": part,
        "show_all": show_all,
    }
    return render(request, "collaboration/talk.html", context)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment, settle it, open it again or remove it.

    Raises:
        Http404: If there is none that the person may see, or it isn't theirs to remove.
    """
    found = comment_for(request.user, pk)
    if found is None or not may_comment(request.user, found.page):
        raise Http404
    actor, deed = signed_in(request), request.POST.get("deed", "")
    try:
        if deed == "resolve":
            services.resolve(found, actor=actor)
            messages.success(request, _("The comment is settled. You find it among all comments."))
        elif deed == "reopen":
            services.reopen(found, actor=actor)
            messages.success(request, _("The comment is open again."))
        elif deed == "remove":
            services.remove(found, actor=actor)
            messages.success(request, _("The comment is removed."))
        else:
            return _answer(request, found)
    except PermissionDenied:
        raise Http404 from None
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
    return redirect(_way_back(request, found))


def _answer(request: HttpRequest, found: Comment) -> HttpResponse:
    """Answer, or show the answer again with what is wrong with it."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            said = services.answer(found, actor=signed_in(request), **form.cleaned_data)
        except (ValidationError, Refused) as error:
            form.add_error(None, sentence_of(error))
        else:
            _say(request, _("Your answer stands below the comment."), said)
            return redirect(f"{_way_back(request, found)}#{found.anchor}")
    page: Any = found.page.specific
    record_reading(page, request)
    of_one = comments_on(request.user, page).filter(pk=found.pk).with_words()
    context = {"page": page, "form": form, "thread": threads_of(of_one, page, request.user)[0]}
    return render(request, "collaboration/answer.html", context)


def _way_back(request: HttpRequest, found: Comment) -> str:
    if request.POST.get("from") == "talk":
        return reverse("collaboration:talk", args=[found.page_id])
    return str(found.page.url)


def _say(request: HttpRequest, text: str, said: services.Said) -> None:
    if said.told:
        text += " " + _("Told: %(names)s.") % {"names": ", ".join(map(str, said.told))}
    messages.success(request, text)
    if said.untold:
        names = ", ".join(map(str, said.untold))
        messages.warning(
            request,
            _("Not told, since they may not see this comment: %(names)s.") % {"names": names},
        )
    if said.unclear:
        names = ", ".join(f"@{one}" for one in said.unclear)
        messages.warning(
            request,
            _(
                "Nobody was told by %(names)s: nobody whom you may know is called so, or several are. Write the full "
                "name, with the organisation in brackets if need be."
            )
            % {"names": names},
        )
