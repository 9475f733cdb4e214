"""What is shown of tasks, within the reader's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from access.models import Space
from access.rights import can, rights_of
from access.roles import Action
from accounts.models import User
from knowledge.groups.models import GroupPage
from knowledge.groups.selectors import people_known_to
from knowledge.tasks.charging import OFFERED
from knowledge.tasks.models import HandOver, Task
from knowledge.tasks.querysets import TaskQuerySet
from knowledge.tasks.services import leads, may_work_on
from web.panels import Panel, Place

SHOWN = 8  # tasks in a panel


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task with what the reader may do with it and may know of where it comes from."""

    task: Task
    may_work: bool
    may_take: bool
    offer: HandOver | None  # that waits for the reader's answer
    sent: HandOver | None  # that waits for somebody else's
    receivers: list[User]
    origin_url: str  # empty where the reader may not see the page
    space: Space | None  # None for whoever was only given the page in which it was agreed


# unscoped: one's own
def my_tasks(user: User) -> TaskQuerySet:
    """Return the open tasks of `user`, those that wait for an answer or for anybody of the organisation among them."""
    return Task.objects.charged_to(user).still_open().by_urgency().with_names()


def tasks_of_space(user: User, space: Space) -> TaskQuerySet:
    """Return the tasks agreed in a space, as far as `user` sees them."""
    return Task.objects.visible_to(user).filter(space=space).by_urgency().with_names()


def card_of(user: User, pk: int) -> TaskCard | None:
    """Return one task as `user` may see it; None if it is hidden or missing."""
    task = Task.objects.visible_to(user).with_names().filter(pk=pk).first()
    if task is None:
        return None
    waiting = task.hand_overs.filter(answer=HandOver.Answer.WAITING)
    offer = waiting.select_related("giver", "receiver").first()
    may_work = may_work_on(user, task)
    is_mine = offer is not None and offer.receiver_id == user.pk
    may_know_space = may_work or is_mine or can(user, Action.READ, task.space)
    return TaskCard(
        task=task,
        may_work=may_work,
        may_take=task.person_id is None and task.body_id == user.organisation_id is not None,
        offer=offer if is_mine else None,
        sent=offer if may_work and not is_mine else None,
        receivers=_receivers(user, task) if may_work and task.is_open else [],
        origin_url=origin_url(user, task),
        space=task.space if may_know_space else None,
    )


def _receivers(user: User, task: Task) -> list[User]:
    people = people_known_to(user).exclude(pk=task.person_id or 0).select_related("organisation")
    if not leads(user, task):
        people = people.exclude(pk=user.pk)
    return list(people[:OFFERED])


def origin_url(user: User, task: Task) -> str:
    """Return where the task was agreed, with the line; empty if `user` may not see the page."""
    if task.origin is None:
        return ""
    model: Any = type(task.origin)
    if not model.objects.visible_to(user).filter(pk=task.origin_id).exists():
        return ""
    return f"{task.origin.url}#{task.origin_key}" if task.origin_key else str(task.origin.url)


# --- panels ---------------------------------------------------------------------------------------
def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    user = request.user
    if not isinstance(user, User) or rights_of(user).is_view:
        return None
    found = list(my_tasks(user)[: SHOWN + 1])
    return {"tasks": found[:SHOWN], "are_more": len(found) > SHOWN} if found else None


def _on_group(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not isinstance(page, GroupPage) or page.space is None or not isinstance(request.user, User):
        return None
    found = list(tasks_of_space(request.user, page.space).still_open()[: SHOWN + 1])
    if not found:
        return None
    return {"tasks": found[:SHOWN], "are_more": len(found) > SHOWN, "space": page.space}


ON_START = Panel(
    name="tasks.mine", template="tasks/_mine.html", place=Place.MAIN, order=10, context=_on_start
)
ON_GROUP = Panel(
    name="tasks.of_group",
    template="tasks/_of_group.html",
    place=Place.MAIN,
    order=20,
    context=_on_group,
)
