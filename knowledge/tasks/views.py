"""My tasks, a group's tasks, and one task with what can be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.selectors import space_read_by
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.groups.selectors import people_known_to
from knowledge.tasks.forms import HandOverForm, ProgressForm
from knowledge.tasks.links import task_links
from knowledge.tasks.models import State
from knowledge.tasks.selectors import TaskCard, card_of, my_tasks, tasks_of_space
from knowledge.tasks.services import answer_offer, change_task, offer_task, take_task
from knowledge.tasks.steps import keep_steps
from web.linked import link_row, link_rows

PAGE_SIZE = 50  # tasks on one page


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the reader's own open tasks, over all groups."""
    user = signed_in(request)
    page = Paginator(my_tasks(user), PAGE_SIZE).get_page(request.GET.get("page"))
    link_rows(page, task_links, user)
    return render(request, "tasks/list.html", {"page_obj": page})


@require_safe
def of_space(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tasks agreed in one space; `?alle=1` those that are closed, too.

    Raises:
        Http404: If there is no such space, or the reader doesn't read there.
    """
    user = signed_in(request)
    space = space_read_by(user, slug)
    if space is None:
        raise Http404
    tasks = tasks_of_space(user, space)
    show_all = "alle" in request.GET
    pages = Paginator(tasks if show_all else tasks.still_open(), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    link_rows(page, task_links, user)
    context = {
        "page_obj": page,
        "space": space,
        "show_all": show_all,
    }
    return render(request, "tasks/list.html", context)


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task.

    Raises:
        Http404: If there is no such task, or the reader may not see it.
    """
    return _show(request, _card(request, pk))


def _card(request: HttpRequest, pk: int) -> TaskCard:
    card = card_of(signed_in(request), pk)
    if card is None:
        raise Http404
    return card


def _show(
    request: HttpRequest,
    card: TaskCard,
    *,
    progress: ProgressForm | None = None,
    hand_over: HandOverForm | None = None,
) -> HttpResponse:
    steps = list(card.task.steps.all())
    link_row(card.task, task_links, signed_in(request))
    context: dict[str, Any] = {
        "card": card,
        "steps": steps,
        "task": card.task,
        "notes": list(card.task.notes.select_related("author")),
    }
    if card.may_work:
        context["progress"] = progress or ProgressForm(
            initial={"state": card.task.state}, steps=steps
        )
    if card.receivers:
        context["hand_over"] = hand_over or HandOverForm(receivers=card.receivers)
    status = 400 if progress is not None or hand_over is not None else 200
    return render(request, "tasks/task.html", context, status=status)


@require_POST
@transaction.atomic
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far a task is.

    Raises:
        Http404: If the reader may not.
    """
    card = _card(request, pk)
    if not card.may_work:
        raise Http404
    form = ProgressForm(request.POST, steps=list(card.task.steps.all()))
    if not form.is_valid():
        return _show(request, card, progress=form)
    keep_steps(
        card.task,
        actor=signed_in(request),
        done=form.cleaned_data.get("done", ()),
        new=form.cleaned_data["new_steps"].splitlines(),
    )
    change_task(
        card.task,
        actor=signed_in(request),
        state=State(form.cleaned_data["state"]),
        note=form.cleaned_data["note"],
    )
    messages.success(request, _("Saved."))
    return _after(signed_in(request), pk)


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody to take a task over.

    Raises:
        Http404: If the reader may not hand it on.
    """
    user, card = signed_in(request), _card(request, pk)
    if not card.may_work:
        raise Http404
    form = HandOverForm(request.POST, receivers=card.receivers)
    if form.is_valid():
        receiver = people_known_to(user).get(pk=form.cleaned_data["receiver"])
        try:
            offer_task(card.task, actor=user, receiver=receiver)
        except ValidationError as refused:
            form.add_error("receiver", refused)
        else:
            asked = _("%(person)s was asked. Until then the task stays where it is.")
            messages.success(request, asked % {"person": receiver})
            return _after(user, pk)
    return _show(request, card, hand_over=form)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task: one that somebody hands on, or one of one's organisation; or decline it.

    Raises:
        Http404: If nobody asked the reader.
    """
    user, card = signed_in(request), _card(request, pk)
    try:
        if card.offer is not None:
            answer_offer(card.offer, actor=user, accepts="accept" in request.POST)
        elif card.may_take:
            take_task(card.task, actor=user)
        else:
            raise Http404
    except PermissionDenied:  # withdrawn, or taken by a colleague, a moment ago
        raise Http404 from None
    messages.success(request, _("Saved."))
    return _after(user, pk)


def _after(user: User, pk: int) -> HttpResponse:
    """Go back to the task, or to the list if it is no longer the reader's to see."""
    return redirect("tasks:task", pk) if card_of(user, pk) else redirect("tasks:mine")
