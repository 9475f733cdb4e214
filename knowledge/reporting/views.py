"""Asking for news, answering, accepting: each page does one thing, and none needs the admin."""

# unscoped: every query begins with `for_body_of` or `asked_by`, which ask for the reader's rights

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.models import Space
from access.rights import spaces_where
from access.roles import Action
from access.selectors import space_read_by
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.measures import services as measures
from knowledge.measures.models import Entry
from knowledge.measures.rules import Standing
from knowledge.measures.selectors import current_measures_for
from knowledge.pages.audit import record_reading
from knowledge.reporting import services
from knowledge.reporting.forms import AcceptForm, AnswerForm, AskForm, HandOnForm, joined, proposed
from knowledge.reporting.models import SAID, Answer, Inquiry, NewsRequest
from knowledge.reporting.selectors import (
    Overview,
    accepted_entry,
    colleagues_of,
    inquiries_to,
    inquiry_asked_by,
    inquiry_to,
    overview_of,
    requests_of,
)
from web.forms import refused_to

DAYS_TO_ANSWER = 14  # proposed


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader's body is asked, and the requests that the reader asks."""
    user = signed_in(request)
    spaces = Space.objects.filter(pk__in=spaces_where(user, Action.PUBLISH))
    context = {
        "rows": inquiries_to(user),
        "requests": list(requests_of(user)[:50]),
        "spaces": list(spaces.filter(pk__in=current_measures_for(user).order_by().values("space"))),
    }
    return render(request, "reporting/mine.html", context)


@require_safe
def to_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the form if the reader's body is asked one thing in a request, else to the list.

    Raises:
        Http404: If it is asked nothing there.
    """
    rows = [row for row in inquiries_to(signed_in(request)) if row.inquiry.request_id == pk]
    if not rows:
        raise Http404
    return redirect(rows[0].inquiry.url if len(rows) == 1 else "reporting:mine")


# --- asking -------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the bodies that answer for a space's measures.

    Raises:
        Http404: If there is no such space, or the reader doesn't publish there.
    """
    user = signed_in(request)
    space = space_read_by(user, slug)
    if space is None or not services.may_ask(user, space):
        raise Http404
    choices = list(current_measures_for(user).filter(space=space))
    today = timezone.localdate()
    initial = {"as_of": today, "due_on": today + dt.timedelta(days=DAYS_TO_ANSWER)}
    new = NewsRequest(space=space)
    form = AskForm(request.POST or None, instance=new, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask(form.instance, list(form.cleaned_data["measures"]), actor=user)
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("The bodies are asked, and their people are told."))
            return redirect(asked.url)
    context = {"form": form, "space": space}
    return render(request, "reporting/ask.html", context, status=400 if form.errors else 200)


def _overview(request: HttpRequest, pk: int) -> Overview:
    found = overview_of(signed_in(request), pk)
    if found is None:
        raise Http404
    return found


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has answered and who is missing, to whoever asks.

    Raises:
        Http404: If there is no such request, or the reader doesn't publish in its space.
    """
    found = _overview(request, pk)
    return render(request, "reporting/request.html", {"overview": found, "news": found.request})


@require_POST
def change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever is missing, close a request, or open it again for two weeks.

    Raises:
        Http404: If there is no such request, or the reader doesn't publish in its space.
    """
    news, user = _overview(request, pk).request, signed_in(request)
    try:
        if "remind" in request.POST:
            _say_reminded(request, services.remind_missing(news, actor=user))
        elif "close" in request.POST:
            services.close_request(news, actor=user)
            messages.success(
                request, _("The request is closed. Drafts are kept, and you can open it again.")
            )
        elif "reopen" in request.POST:
            until = timezone.localdate() + dt.timedelta(days=DAYS_TO_ANSWER)
            services.reopen_request(news, actor=user, due_on=until)
            messages.success(request, _("The request is open again, for two weeks."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(news.url)


def _say_reminded(request: HttpRequest, done: services.Reminded) -> None:
    said = ngettext(
        "%(count)d inquiry was reminded of.", "%(count)d inquiries were reminded of.", done.told
    )
    text = said % {"count": done.told}
    if done.quiet:
        more = ngettext(
            "%(count)d was reminded of less than five days ago and is left in peace.",
            "%(count)d were reminded of less than five days ago and are left in peace.",
            done.quiet,
        )
        text += " " + more % {"count": done.quiet}
    messages.success(request, text)


# --- answering ----------------------------------------------------------------------------------------
def _inquiry(request: HttpRequest, pk: int) -> tuple[Inquiry, User]:
    user = signed_in(request)
    found = inquiry_to(user, pk)
    if found is None:
        raise Http404
    return found, user


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the short form of a body, and take what is sent from it.

    Raises:
        Http404: If there is no such inquiry to the reader's body.
    """
    inquiry, user = _inquiry(request, pk)
    if request.method != "POST":
        return _answer_page(request, inquiry, user)
    if "unchanged" in request.POST:
        return _unchanged(request, inquiry, user)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            _save(request, inquiry, form.cleaned_data, user)
        except services.KeptAsDraft as late:
            form.add_error(None, late)
            inquiry, user = _inquiry(request, pk)
        except ValidationError as refused:
            refused_to(form, refused)
        except PermissionDenied:  # the body's contact merges
            raise Http404 from None
        else:
            return redirect(inquiry.url if "draft" in request.POST else "reporting:mine")
    return _answer_page(request, inquiry, user, form=form)


def _save(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any], user: User) -> None:
    seen = request.POST.get("seen", "")
    if "draft" in request.POST:
        services.save_draft(inquiry, said, actor=user, seen=seen)
        messages.success(request, _("Your draft is kept. Nobody else sees it."))
    elif "merge" in request.POST:
        services.merge_answers(inquiry, said, actor=user, seen=seen)
        messages.success(request, _("The answers are one now. Thank you."))
    else:
        services.send_answer(inquiry, said, actor=user, seen=seen)
        messages.success(request, _("Your answer was sent. Thank you."))


def _unchanged(request: HttpRequest, inquiry: Inquiry, user: User) -> HttpResponse:
    try:
        services.answer_unchanged(inquiry, actor=user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(inquiry.url)
    messages.success(request, _("Your answer was sent: unchanged. Thank you."))
    return redirect("reporting:mine")


@require_POST
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a colleague answer.

    Raises:
        Http404: If there is no such inquiry to the reader's body.
    """
    inquiry, user = _inquiry(request, pk)
    form = HandOnForm(request.POST, colleagues=colleagues_of(user))
    if form.is_valid():
        colleague = form.cleaned_data["colleague"]
        try:
            services.hand_on(inquiry, colleague, actor=user)
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("%(person)s was asked to answer.") % {"person": colleague})
            return redirect("reporting:mine")
    return _answer_page(request, inquiry, user, hand_on=form)


def _answer_page(
    request: HttpRequest,
    inquiry: Inquiry,
    user: User,
    *,
    form: AnswerForm | None = None,
    hand_on: HandOnForm | None = None,
) -> HttpResponse:
    record_reading(inquiry.measure, request)
    sent = services.sent_answers(inquiry)
    own = next((one for one in inquiry.answers.all() if one.author_id == user.pk), None)
    is_merging = len(sent) > 1 and services.merges(user, inquiry)
    context = {
        "inquiry": inquiry,
        "news": inquiry.request,
        "measure": inquiry.measure,
        "own": own,
        "sent": [one for one in inquiry.answers.all() if one.sent_at is not None],
        "is_double": len(sent) > 1,
        "is_merging": is_merging,
        "last": services.last_answer(inquiry),
        "accepted": accepted_entry(user, inquiry),
        "form": form or AnswerForm(initial=_begin(inquiry, own, sent if is_merging else [])),
        "seen": request.POST.get("seen")
        or (services.stamp_of_all(sent) if is_merging else services.stamp_of(own)),
        "hand_on": hand_on or HandOnForm(colleagues=colleagues_of(user)),
    }
    refused = bool(form is not None or hand_on is not None)
    return render(request, "reporting/answer.html", context, status=400 if refused else 200)


def _begin(inquiry: Inquiry, own: Answer | None, merging: list[Answer]) -> dict[str, Any]:
    """Return what the form begins with: the answers to be merged, the own draft, or how the measure stands."""
    measure = inquiry.measure
    if merging:
        first = {name: getattr(merging[-1], name) for name in ("state", "assessment", "reason")}
        return first | {name: joined(merging, name) for name in SAID[3:]}
    if own is not None:
        return {name: getattr(own, name) for name in SAID}
    return {
        "state": measure.state,
        "assessment": measure.assessment,
        "reason": measure.assessment_reason,
    }


# --- accepting ----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what a body said beside its own words, and accept it.

    Raises:
        Http404: If there is no such inquiry, or the reader doesn't publish in its space.
    """
    user = signed_in(request)
    inquiry = inquiry_asked_by(user, pk)
    if inquiry is None:
        raise Http404
    sent = services.sent_answers(inquiry)
    form = AcceptForm(
        request.POST or None, inquiry=inquiry, user=user, initial=proposed(inquiry, sent)
    )
    if request.method == "POST" and form.is_valid():
        try:
            _accept(inquiry, form.cleaned_data, user, request.POST.get("seen"))
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("Accepted: the measure’s page has the entry now."))
            return redirect(_next_to_accept(inquiry, user) or inquiry.request.url)
    record_reading(inquiry.measure, request)
    context = {
        "inquiry": inquiry,
        "news": inquiry.request,
        "measure": inquiry.measure,
        "sent": [one for one in inquiry.answers.all() if one.sent_at is not None],
        "is_double": len(sent) > 1,
        "last": services.last_answer(inquiry),
        "accepted": accepted_entry(user, inquiry),
        "form": form,
        "seen": request.POST.get("seen") or measures.stamp_of(inquiry.measure),
    }
    return render(request, "reporting/accept.html", context, status=400 if form.errors else 200)


def _accept(inquiry: Inquiry, data: dict[str, Any], user: User, seen: str | None) -> None:
    entry = Entry(
        measure=inquiry.measure,
        happened_on=min(inquiry.request.as_of, timezone.localdate()),
        **{
            name: data[name]
            for name in ("text", "next_step", "next_step_on", "evidence", "classification")
        },
    )
    standing = Standing(data["state"], data["assessment"], data["reason"])
    services.accept(
        inquiry, entry, standing, actor=user, only_for=list(data["only_for"]), seen=seen
    )


def _next_to_accept(inquiry: Inquiry, user: User) -> str:
    """Return where the next answer of the same request waits; empty if none does."""
    waiting = Inquiry.objects.asked_by(user).filter(
        request=inquiry.request_id,
        accepted_at=None,
        answers__sent_at__isnull=False,
        answers__merged_at=None,
    )
    following = waiting.order_by("measure__number", "pk").values_list("pk", flat=True).first()
    return reverse("reporting:accept", args=[following]) if following else ""
