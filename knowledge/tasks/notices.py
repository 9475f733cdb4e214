"""What people are told about tasks; put into words with the rights that the recipient has at that moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import mail_excerpt_allowed
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import Membership, User
from knowledge.tasks.models import HandOver, Task
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.rhythm import QUIET_DAYS, Rhythm
from notices.services import notify, withdraw

CHARGED, DUE, OFFERED, ANSWERED, RETURNED = (
    "tasks.charged", "tasks.due", "tasks.offered", "tasks.answered", "tasks.returned",
)  # fmt: skip
RHYTHM = Rhythm(before=(7, 1), after=(1, 7), every=30)


def _key(task: Task) -> str:
    return f"task:{task.pk}"


def forget(task: Task) -> None:
    """Take back what is unread about a task that is over or somebody else's."""
    for kind in (CHARGED, DUE, RETURNED):
        withdraw(kind, key=_key(task))


def people_charged(task: Task) -> list[User]:
    """Return whom a task concerns: the person; else the body's people, those of the group if there are any.

    Where nobody is left, whoever publishes in the space.
    """
    if task.person is not None and task.person.is_active:
        return [task.person]
    # unscoped: people of the body that is charged
    people = User.objects.filter(is_active=True, organisation=task.body_id or 0)
    # unscoped: see above
    members = Membership.objects.current().filter(group__circle__space=task.space_id)
    found = list(people.filter(pk__in=members.values("user"))) or list(people)
    return found or list(responsible_for(task.space, Action.PUBLISH))


def tell_of_charge(task: Task) -> None:
    """Tell whoever is charged that there is a task."""
    notify(people_charged(task), CHARGED, key=_key(task), details={"task": task.pk})


def tell_of_return(task: Task, *, left: User) -> None:
    """Tell the body, and whoever leads the space, that the person with the task has left."""
    people = {*people_charged(task), *responsible_for(task.space, Action.PUBLISH)} - {left}
    notify(people, RETURNED, key=_key(task), details={"task": task.pk})


def tell_of_offer(offer: HandOver) -> None:
    """Ask somebody to take a task over."""
    notify([offer.receiver], OFFERED, key=f"offer:{offer.pk}", details={"task": offer.task_id})


def tell_of_answer(offer: HandOver) -> None:
    """Tell whoever handed a task on what came of it."""
    withdraw(OFFERED, key=f"offer:{offer.pk}")
    details = {"task": offer.task_id, "accepted": offer.answer == HandOver.Answer.ACCEPTED}
    notify([offer.giver], ANSWERED, key=f"offer:{offer.pk}", details=details)


def withdraw_offers(offers: Iterable[HandOver]) -> None:
    """Take back questions that are over."""
    for offer in offers:
        withdraw(OFFERED, key=f"offer:{offer.pk}")


# --- reminders ------------------------------------------------------------------------------------
def is_reminder_due(task: Task, today: dt.date) -> bool:
    """Tell whether a reminder of the task is due."""
    return task.due_on is not None and RHYTHM.is_due(
        task.due_on,
        today,
        known_since=timezone.localdate(task.created_at),
        reminded_on=task.reminded_on,
    )


def remind() -> int:
    """Remind of open tasks whose day comes near or is over; return of how many."""
    today = timezone.localdate()
    # unscoped: for a job; it tells those who are charged
    near = Task.objects.still_open().filter(due_on__lte=today + RHYTHM.first_before)
    near = near.exclude(reminded_on__gt=today - dt.timedelta(days=QUIET_DAYS))
    pks = [task.pk for task in near.order_by("pk") if is_reminder_due(task, today)]
    return sum(_remind_of(pk, today) for pk in pks)


@transaction.atomic
def _remind_of(pk: int, today: dt.date) -> int:
    # unscoped: see above
    task = Task.objects.select_for_update(of=("self",)).select_related("person", "space").get(pk=pk)
    if not task.is_open or not is_reminder_due(task, today):
        return 0  # done, or reminded of by another worker a moment ago
    task.reminded_on = today
    task.save(update_fields=["reminded_on"])
    notify(people_charged(task), DUE, key=_key(task), details={"task": pk})
    return 1


# --- in words ---------------------------------------------------------------------------------------
def _tasks_of(recipient: User, notices: Sequence[Notice]) -> dict[int, Task]:
    pks = {notice.details.get("task", 0) for notice in notices}
    seen = Task.objects.visible_to(recipient).filter(pk__in=pks)
    return {task.pk: task for task in seen.with_names()}


def _words(task: Task | None, title: str, *, open_only: bool = True) -> Rendered | None:
    if task is None or (open_only and not task.is_open):
        return None
    return Rendered(
        title=title % {"task": task.what, "day": _day(task)},
        text=_("%(group)s, agreed on %(day)s.")
        % {"group": task.space.title, "day": date_format(task.agreed_on, "j. F Y")}
        if task.agreed_on
        else task.space.title,
        url=task.url,
        is_confidential=task.origin is not None and not mail_excerpt_allowed(task.origin),
    )


def _day(task: Task) -> str:
    return date_format(task.due_on, "j. F Y") if task.due_on else "–"


def _render_with(sentence: Any) -> Any:
    def render(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
        tasks = _tasks_of(recipient, notices)
        return [_words(tasks.get(one.details.get("task", 0)), str(sentence)) for one in notices]

    return render


def render_due(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that a task is due, or was."""
    tasks = _tasks_of(recipient, notices)
    return [_due_words(tasks.get(one.details.get("task", 0))) for one in notices]


def _due_words(task: Task | None) -> Rendered | None:
    if task is not None and task.is_overdue:
        return _words(task, _("Overdue since %(day)s: %(task)s"))
    return _words(task, _("Due on %(day)s: %(task)s"))


def render_answered(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say whether somebody took a task over."""
    tasks = _tasks_of(recipient, notices)
    return [
        _words(
            tasks.get(one.details.get("task", 0)),
            _("Taken over: %(task)s")
            if one.details.get("accepted")
            else _("Not taken over, it stays where it was: %(task)s"),
            open_only=False,
        )
        for one in notices
    ]


def register_kinds() -> None:
    """Register the kinds of notices; called once, when the app is ready."""
    kinds.register(
        NoticeKind(CHARGED, gettext_lazy("A task for me"),
             _render_with(gettext_lazy("A task for you, due on %(day)s: %(task)s")), Delivery.AT_ONCE),
        NoticeKind(DUE, gettext_lazy("A task of mine is due"), render_due, Delivery.DAILY),
        NoticeKind(OFFERED, gettext_lazy("Somebody wants to hand me a task"),
             _render_with(gettext_lazy("Do you take over? %(task)s")), Delivery.AT_ONCE),
        NoticeKind(ANSWERED, gettext_lazy("Answer to a task that I handed on"), render_answered, Delivery.DAILY),
        NoticeKind(RETURNED, gettext_lazy("A task is without a person"),
             _render_with(gettext_lazy("The person in charge has left. Who takes it? %(task)s")), Delivery.DAILY),
    )  # fmt: skip
