"""Plan meetings, keep the store of topics; call off, answer, and the calendar of a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.rights import can
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.doors import page_to_change, space_where
from knowledge.meetings.minuting.form import address_of_new_item
from knowledge.meetings.models import Feed, Meeting
from knowledge.meetings.planning.calendars import entry_of_meeting, published_ics
from knowledge.meetings.planning.feeds import end_feed, make_feed, meetings_in_feed, owner_of
from knowledge.meetings.planning.forms import PlanForm, TopicForm
from knowledge.meetings.planning.services import (
    answer_invitation,
    cancel,
    drop_topic,
    may_propose,
    plan_meetings,
    propose_topic,
    topics_for,
)


@require_safe
def come(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a mail, which names no title, to the meeting, where a button answers.

    Raises:
        Http404: If there is none, or the reader may not see it.
    """
    page = MinutesPage.objects.visible_to(request.user).filter(pk=pk).first()
    if page is None:
        raise Http404
    return redirect(page.url)


@require_http_methods(["GET", "POST"])
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Make or end the secret address of one's calendar."""
    user = signed_in(request)
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        end_feed(user)
    elif request.method == "POST":
        path = reverse("meetings:feed", args=[make_feed(user)])
        address = settings.WAGTAILADMIN_BASE_URL + path
    has_feed = Feed.objects.filter(person=user).exists()
    return render(request, "meetings/feed.html", {"address": address, "has_feed": has_feed})


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the meetings of whoever owns the secret address, with the rights that this person has now.

    Raises:
        Http404: If the address is nobody's (any more).
    """
    person = owner_of(secret)
    if person is None:
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        entries = published_ics(entry_of_meeting(one.page, one) for one in meetings_in_feed(person))
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(entries, content_type="text/calendar", headers=headers)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a meeting or a series.

    Raises:
        Http404: If the reader may not write there, or nobody keeps minutes there.
    """
    user, space = signed_in(request), space_where(request, slug, Action.ADD)
    index = MinutesIndexPage.objects.visible_to(user).filter(space=space).order_by("path").first()
    if index is None:
        raise Http404
    topics = list(topics_for(user, space).filter(came_from_key=None))
    form = PlanForm(
        request.POST or None, topics=topics, initial={"title": _("Meeting of %(group)s") % {"group": space.title}}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data.get("topics", ()))
        meetings = plan_meetings(
            index, form.plans(), actor=user, topics=[one for one in topics if one.pk in chosen]
        )
        messages.success(request, _("Planned as a draft. Nobody was told yet."))
        return redirect(address_of_new_item(meetings[0].page_id))
    return render(request, "meetings/plan.html", {"space": space, "form": form})


@require_http_methods(["GET", "POST"])
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a group's store of topics; add one, take one out.

    Raises:
        Http404: If the reader doesn't read there, or may not do it.
    """
    user, space = signed_in(request), space_where(request, slug, Action.READ)
    form = TopicForm(request.POST or None)
    if request.method == "POST":
        if not may_propose(user, space):
            raise Http404
        if "drop" in request.POST:
            pk = request.POST["drop"]
            topic = (
                topics_for(user, space).filter(pk=pk).first()
                if pk.isdecimal() and len(pk) < 12
                else None
            )
            if topic is None or (
                topic.proposed_by_id != user.pk and not can(user, Action.ADD, space)
            ):
                raise Http404
            drop_topic(topic, actor=user)
            return redirect("meetings:topics", slug)
        if form.is_valid():
            propose_topic(space, actor=user, **form.cleaned_data)
            messages.success(request, _("The topic is in the store."))
            return redirect("meetings:topics", slug)
    context = {
        "space": space,
        "form": form if may_propose(user, space) else None,
        "topics": topics_for(user, space).select_related("proposed_by", "came_from"),
        "may_drop_all": can(user, Action.ADD, space),
    }
    return render(request, "meetings/topics.html", context)


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a planned meeting off.

    Raises:
        Http404: If the reader may not publish here.
    """
    user = signed_in(request)
    page = page_to_change(user, pk, Action.PUBLISH)
    cancel(page, actor=user)
    messages.success(request, _("The meeting was called off, and whoever was invited is told."))
    return redirect(page.url if page.live else page.get_parent().url)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one comes; by a button, since filters of mail follow links.

    Raises:
        Http404: If the reader wasn't invited, or may not see the meeting.
    """
    user = signed_in(request)
    page = (
        MinutesPage.objects.visible_to(user)
        .filter(pk=pk, meeting__invitations__person=user)
        .first()
    )
    if page is None:
        raise Http404
    try:
        answer_invitation(Meeting.objects.get(page=page), actor=user, comes="comes" in request.POST)
    except PermissionDenied:  # called off or held a moment ago
        raise Http404 from None
    messages.success(request, _("Saved."))
    return redirect(page.url)
