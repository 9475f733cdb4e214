"""Write minutes: one plain form that needs no script; send them out, approve them, add to them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.consequence.confirmation import Refused, sentence_of
from access.handling import strictest
from access.rights import can
from access.roles import Action
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.articles.models import ArticlePage
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.agenda import hidden_items
from knowledge.meetings.circulating.checks import Finding, findings
from knowledge.meetings.circulating.circulation import NotReady, circulate
from knowledge.meetings.circulating.release import ask_for_release
from knowledge.meetings.doors import page_to_change
from knowledge.meetings.forms import FromArticleForm
from knowledge.meetings.leading import may_release
from knowledge.meetings.minuting.days_said import no_day_yet
from knowledge.meetings.minuting.form import address_of_new_item, form_page
from knowledge.meetings.minuting.from_article import (
    has_other_pictures,
    may_become_minutes,
    minutes_of,
)
from knowledge.meetings.minuting.narrowing import consequence_of, offered_organisations
from knowledge.meetings.minuting.services import correct_minutes, save_minutes
from knowledge.meetings.minuting.sheet import read_sheet, sent_sheet
from knowledge.meetings.minuting.splitting import Kind, seen_parts, split
from knowledge.meetings.minuting.typed import ATTEMPTS, Sent, Typed, understand
from knowledge.meetings.models import Meeting, State, space_of
from knowledge.meetings.notices import RELEASE_ASKED
from knowledge.meetings.planning.drawing import draw_when_opened
from knowledge.meetings.planning.services import invite
from knowledge.meetings.selectors import items_as_seen
from knowledge.pages.audit import record_reading
from knowledge.pages.editors import lists_for
from knowledge.tasks.charging import Names
from knowledge.writing.binning import may_delete
from knowledge.writing.services import draft_of, stamp_of
from knowledge.writing.stamps import Stale
from knowledge.writing.submitting import send_back
from notices.services import withdraw


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the agenda and the minutes, and send them out.

    Raises:
        Http404: If the reader may not edit the page.
    """
    user = signed_in(request)
    page = page_to_change(user, pk)
    # unscoped: of a page that the writer may change
    meeting = Meeting.objects.filter(page=pk).first() or Meeting(page=page, state=State.HELD)
    if request.method == "GET" and meeting.drawn_at is None and meeting.state == State.PLANNED:
        draw_when_opened(page, actor=user)
        page = page_to_change(user, pk)
    if request.method == "POST":
        return _sent(request, page, meeting, user)
    draft: MinutesPage = draft_of(page)
    record_reading(page, request, mark=strictest(page, draft))
    return form_page(request, draft, meeting, stamp=stamp_of(page))


def _sent(request: HttpRequest, page: MinutesPage, meeting: Meeting, user: User) -> HttpResponse:
    sent = Sent(
        base=read_sheet(request.POST.get("base", "")),
        mine=sent_sheet(request.POST),
        stamp=request.POST.get("stamp", ""),
        sends_out="do" in request.POST,
        touched=request.POST.getlist("touched"),
    )
    for _attempt in range(ATTEMPTS):
        try:
            typed = understand(page, sent, writer=user)
        except Stale as stale:
            return _refused(request, page, sent, meeting, user, stale)
        with suppress(Stale):
            return _keep(request, typed, meeting, user)
    raise Stale(page)


def _refused(
    request: HttpRequest, page: MinutesPage, sent: Sent, meeting: Meeting, user: User, stale: Stale
) -> HttpResponse:
    """Show what was typed into a form that can't be put together with the draft."""
    typed = understand(page, replace(sent, stamp=stale.stamp), writer=user)
    said = f"{stale} " + _("What you wrote stands below; copy what is to stay.")
    return form_page(
        request,
        typed.entry.page,
        meeting,
        stamp=sent.stamp,
        found=[Finding(said)],
        entry=typed.entry,
        base={},
    )


def _keep(request: HttpRequest, typed: Typed, meeting: Meeting, user: User) -> HttpResponse:
    entry, changes = typed.entry, typed.changes
    draft, do = entry.page, request.POST.get("do")
    asked = consequence_of(draft, changes)
    if asked is not None and request.POST.get("narrow") != asked.state:
        found = [Finding(one, stops=False) for one in asked.sentences]
        return form_page(
            request,
            draft,
            meeting,
            stamp=typed.stamp,
            found=found,
            entry=entry,
            asked=asked,
            base=typed.shown,
        )
    if meeting.state == State.CIRCULATED:
        return _correct(request, typed, meeting, user)
    saved = save_minutes(
        draft, actor=user, stamp=typed.stamp, narrowings=changes, half_typed=typed.half_typed
    )
    problems = [Finding(one) for one in entry.problems]
    if typed.is_merged:
        together = [_("Others wrote meanwhile; both versions were put together."), *typed.told]
        if do in _OUTWARD:  # nobody sends out what they haven't read
            problems += [Finding(one, stops=False) for one in together]
        else:
            for one in together:
                messages.info(request, one)
    if problems:
        return form_page(request, draft, meeting, stamp=stamp_of(saved), found=problems)
    if do == "circulate":
        return _circulate(request, draft, meeting, user)
    if do in _RELEASE:
        return _RELEASE[do](request, saved, meeting, user)
    if do == "invite":
        if not can(user, Action.PUBLISH, draft):
            raise Http404
        invite(saved, actor=user, stamp=stamp_of(saved))
        messages.success(request, _("The agenda is published, and the members are invited."))
        return redirect(draft.url)
    messages.success(request, _("Saved. Nobody was told."))
    for half in entry.half_typed.values():
        messages.info(request, no_day_yet(half))
    return redirect(address_of_new_item(draft.pk))


def _correct(request: HttpRequest, typed: Typed, meeting: Meeting, user: User) -> HttpResponse:
    draft, entry = typed.entry.page, typed.entry
    if not can(user, Action.PUBLISH, draft):
        raise Http404
    found = [Finding(one) for one in (*entry.problems, *typed.told)]
    found += [one for one in _findings(draft, user, typed.half_typed) if one.stops]
    if found:
        return form_page(
            request, draft, meeting, stamp=typed.stamp, found=found, entry=entry, base=typed.shown
        )
    correct_minutes(draft, actor=user, stamp=typed.stamp, narrowings=typed.changes)
    messages.success(request, _("The correction is published; tasks and decisions follow it."))
    return redirect(draft.url)


def _circulate(
    request: HttpRequest, draft: MinutesPage, meeting: Meeting, user: User
) -> HttpResponse:
    if not can(user, Action.PUBLISH, draft):
        raise Http404
    page = MinutesPage.objects.get(pk=draft.pk)  # unscoped: the right was asked for above
    found = _findings(draft, user)
    if not found or ("anyway" in request.POST and not any(one.stops for one in found)):
        try:
            circulate(page, actor=user, stamp=stamp_of(page))
        except NotReady as missing:
            found = missing.findings
        else:
            messages.success(request, _("The minutes are out, and everybody concerned is told."))
            return redirect(page.url)
    return form_page(request, draft, meeting, stamp=stamp_of(page), found=found)


def _ask_for_release(
    request: HttpRequest, page: MinutesPage, meeting: Meeting, user: User
) -> HttpResponse:
    try:
        ask_for_release(page, actor=user, stamp=stamp_of(page))
    except NotReady as missing:
        stamp = stamp_of(page)
        return form_page(request, draft_of(page), meeting, stamp=stamp, found=missing.findings)
    messages.success(request, _("Whoever leads the group was told and sends the minutes out."))
    return redirect("meetings:edit", page.pk)


def _send_back(
    request: HttpRequest, page: MinutesPage, meeting: Meeting, user: User
) -> HttpResponse:
    if not may_release(user, page):
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        send_back(page, actor=user, reason=reason, stamp=stamp_of(page))
    except (ValidationError, Refused) as error:
        said = sentence_of(error)
        stamp = stamp_of(page)
        return form_page(request, draft_of(page), meeting, stamp=stamp, found=[Finding(said)])
    withdraw(RELEASE_ASKED, key=f"page:{page.pk}")
    messages.success(request, _("The minutes are returned; whoever asked has been told why."))
    return redirect("meetings:edit", page.pk)


_RELEASE = {"ask": _ask_for_release, "return": _send_back}
_OUTWARD = ("circulate", "invite", "ask")


def _findings(
    draft: MinutesPage, user: User, half_typed: Mapping[str, str] | None = None
) -> list[Finding]:
    names = Names.known_to(user, space_of(draft))
    return findings(draft, names, hidden=hidden_items(draft, user), half_typed=half_typed)


@require_http_methods(["GET", "POST"])
def take_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Say line by line what becomes an item, a decision or a task.

    Raises:
        Http404: If the reader may not edit the page, or its minutes are out.
    """
    user = signed_in(request)
    page = page_to_change(user, pk)
    # unscoped: of a page that the writer may change
    if Meeting.objects.filter(page=pk).exclude(state__in=(State.PLANNED, State.HELD)).exists():
        raise Http404
    draft: MinutesPage = draft_of(page)
    hidden = hidden_items(draft, user)
    if request.method == "POST":
        chosen = {
            name.removeprefix("part-"): str(kind)
            for name, kind in request.POST.items()
            if name.startswith("part-")
        }
        stamp = request.POST.get("stamp", "")
        split(draft, chosen, actor=user, stamp=stamp, hidden=hidden)
        messages.success(request, _("Saved. Nobody was told."))
        return redirect("meetings:edit", pk)
    record_reading(page, request, mark=strictest(page, draft))
    context = {
        "page": draft,
        "stamp": stamp_of(page),
        "items": seen_parts(draft, hidden),
        "kinds": Kind.choices,
    }
    return render(request, "meetings/take_apart.html", context)


@require_http_methods(["GET", "POST"])
def from_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Make minutes of an article whose text is minutes, and go on to divide it.

    Raises:
        Http404: If there is none that the reader may copy, or the reader writes no minutes anywhere.
    """
    user = signed_in(request)
    # unscoped: whether the reader may copy it is asked below
    article = ArticlePage.objects.filter(pk=pk).select_related("space").first()
    lists = lists_for(user, MinutesIndexPage)
    if article is None or not may_become_minutes(article, user) or not lists:
        raise Http404
    draft: ArticlePage = draft_of(article)
    stays = has_other_pictures(draft, user)
    form = FromArticleForm(
        request.POST or None,
        lists=lists,
        may_delete=may_delete(user, article) and not stays,
        initial={
            "place": next((one.pk for one in lists if one.space_id == article.space_id), None),
            "held_on": date_format(draft.dated_on, "d.m.Y") if draft.dated_on else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        index = next(one for one in lists if one.pk == form.cleaned_data["place"])
        made = minutes_of(
            draft,
            index,
            actor=user,
            held_on=form.cleaned_data["held_on"],
            keeps_article=form.cleaned_data["article"] == "link",
        )
        messages.success(request, _("The minutes are there, as a draft. Now divide their text."))
        return redirect("meetings:take_apart", made.pk)
    context = {"page": draft, "form": form, "stays": stays}
    return render(request, "meetings/from_article.html", context)


@require_safe
def as_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft as the people of an organisation will see it, as far as the writer sees it.

    Raises:
        Http404: If the reader may not edit the page.
    """
    user = signed_in(request)
    page = page_to_change(user, pk)
    draft: MinutesPage = draft_of(page)
    record_reading(page, request, mark=strictest(page, draft))
    bodies = offered_organisations(draft)
    chosen = next((one for one in bodies if str(one.pk) == request.GET.get("stelle")), None)
    context = {
        "page": draft,
        "bodies": bodies,
        "chosen": chosen,
        "items": items_as_seen(draft, user, chosen) if chosen else [],
    }
    return render(request, "meetings/as_seen.html", context)
