"""What happens with tasks: they are born from minutes, changed, handed on and taken along by nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from audit.services import record
from knowledge.groups.selectors import people_known_to
from knowledge.tasks import notices
from knowledge.tasks.charging import Charged
from knowledge.tasks.models import HandOver, State, Task, TaskNote


@dataclass(frozen=True, slots=True)
class Agreed:
    """A task as a page states it.

    Attributes:
        key: Of the line in the page; it makes the row stay the same when the line is corrected.
        what: The task.
        charged: Whom it was given to.
        charged_as: The name that stands in the page.
        due_on: Until when.
        reference: Number of the decision that it comes from.
        passage: Key of the passage of the page in which it stands, which may be narrowed.
        agreed_on: When it was agreed, if not with the rest of the page.
        is_done: Whether the page says that it is done.
    """

    key: UUID
    what: str
    charged: Charged
    charged_as: str
    due_on: dt.date
    reference: str = ""
    passage: UUID | None = None
    agreed_on: dt.date | None = None
    is_done: bool = False


@transaction.atomic
def keep_agreed(
    origin: Any, agreed: Sequence[Agreed], *, agreed_on: dt.date, actor: User | None
) -> list[Task]:
    """Make the rows equal to what `origin` states: new lines become tasks, corrected ones keep their row.

    A line that is gone drops its task, unless that is done. Whoever the task was handed to meanwhile keeps it, as long
    as the line names the same one.

    Returns:
        The new tasks.
    """
    rows = {
        row.origin_key: row for row in Task.objects.select_for_update().filter(origin=origin.pk)
    }
    new = []
    for one in agreed:
        row = rows.pop(one.key, None)
        if row is not None:
            _corrected(row, one, agreed_on=agreed_on, actor=actor)
        elif not one.is_done:
            new.append(_born(origin, one, agreed_on=agreed_on, actor=actor))
    for row in rows.values():
        if row.is_open:
            _set_state(row, State.DROPPED, actor=actor)
    return new


def _born(origin: Any, one: Agreed, *, agreed_on: dt.date, actor: User | None) -> Task:
    task = Task(origin_id=origin.pk, origin_key=one.key, space_id=origin.space_id, created_by=actor)
    _take_over(task, one, agreed_on=agreed_on)
    _charge(task, one.charged)
    task.save()
    record("task.made", actor=actor, obj=task)
    return task


def _corrected(row: Task, one: Agreed, *, agreed_on: dt.date, actor: User | None) -> None:
    before = _stated(row)
    if row.charged_as != one.charged_as:
        _withdraw_offers(row)
        _charge(row, one.charged)
    _take_over(row, one, agreed_on=agreed_on)
    if row.state == State.DROPPED:  # the line was gone for a while
        row.state, row.closed_at = State.OPEN, None
    if before != _stated(row):
        row.save()
        record("task.corrected", actor=actor, obj=row)
    if one.is_done and row.is_open:
        _set_state(row, State.DONE, actor=actor)


def _stated(row: Task) -> tuple[Any, ...]:
    return (row.what, row.due_on, row.charged_as, row.reference, row.passage, row.state)


def _take_over(task: Task, one: Agreed, *, agreed_on: dt.date) -> None:
    task.what, task.due_on, task.reference = one.what, one.due_on, one.reference
    task.charged_as, task.passage = one.charged_as, one.passage
    task.agreed_on = one.agreed_on or agreed_on


def _charge(task: Task, charged: Charged) -> None:
    task.person = charged if isinstance(charged, User) else None
    task.body = charged if isinstance(charged, Organisation) else None


def may_work_on(user: User, task: Task) -> bool:
    """Tell whether `user` may say how far the task is and hand it on: whoever is charged, and who leads the space."""
    if task.person_id is not None and task.person_id == user.pk:
        return True
    if task.person_id is None and task.body_id is not None and task.body_id == user.organisation_id:
        return True
    return leads(user, task)


def leads(user: User, task: Task) -> bool:
    """Tell whether `user` publishes in the space in which the task was agreed."""
    return can(user, Action.PUBLISH, task.space)


def locked(task: Task) -> Task:
    """Return a task as it is now, locked until the transaction ends."""
    return Task.objects.select_for_update(of=("self",)).select_related("space").get(pk=task.pk)


@transaction.atomic
def change_task(task: Task, *, actor: User, state: State, note: str = "") -> None:
    """Say how far a task is.

    Raises:
        PermissionDenied: If the actor may not.
    """
    task = locked(task)
    if not may_work_on(actor, task):
        raise PermissionDenied
    if note.strip():
        TaskNote.objects.create(task=task, author=actor, text=note.strip())
        record("task.noted", actor=actor, obj=task)
    if state != task.state:
        _set_state(task, state, actor=actor)


def _set_state(task: Task, state: State, *, actor: User | None) -> None:
    task.state = state
    task.closed_at = None if task.is_open else timezone.now()
    task.save(update_fields=["state", "closed_at"])
    if not task.is_open:
        _withdraw_offers(task)
        notices.forget(task)
    record("task.state", actor=actor, obj=task, details={"state": state.value})


@transaction.atomic
def take_task(task: Task, *, actor: User) -> None:
    """Take a task that is the body's, for oneself.

    Raises:
        PermissionDenied: If the actor doesn't belong to the body, or somebody has taken it.
    """
    task = locked(task)
    is_theirs = task.person_id is None and task.body_id == actor.organisation_id
    if not is_theirs or task.body_id is None:
        raise PermissionDenied
    task.person = actor
    task.save(update_fields=["person"])
    notices.forget(task)
    record("task.taken", actor=actor, obj=task)


@transaction.atomic
def offer_task(task: Task, *, actor: User, receiver: User) -> HandOver:
    """Ask somebody to take a task over; it stays where it is until that person accepts.

    Raises:
        PermissionDenied: If the actor may not hand it on.
        ValidationError: If it is closed, the receiver is unknown to the actor, has it already or had it before.
    """
    task = locked(task)
    if not may_work_on(actor, task):
        raise PermissionDenied
    if not task.is_open:
        raise ValidationError(_("This task is closed; nobody needs to take it over."))
    if receiver.pk == task.person_id:
        raise ValidationError(_("This person has the task already."))
    if not people_known_to(actor).filter(pk=receiver.pk).exists():
        raise ValidationError(_("Choose somebody from the list."))
    if not leads(actor, task) and _had_it(task, receiver):
        raise ValidationError(
            _(
                "This person has handed on the task before, so that it would go round in a circle. It stays with "
                "you; ask whoever leads the group to decide."
            )
        )
    _withdraw_offers(task)
    offer = HandOver.objects.create(task=task, giver=actor, receiver=receiver)
    notices.tell_of_offer(offer)
    record("task.offered", actor=actor, obj=task)
    return offer


def _had_it(task: Task, person: User) -> bool:
    accepted = task.hand_overs.filter(answer=HandOver.Answer.ACCEPTED)
    return accepted.filter(giver=person).exists()


@transaction.atomic
def answer_offer(offer: HandOver, *, actor: User, accepts: bool) -> None:
    """Accept a task, or leave it where it is.

    Raises:
        PermissionDenied: If somebody else was asked, or the offer is over.
    """
    task = locked(offer.task)
    offer = HandOver.objects.select_for_update().get(pk=offer.pk)
    if offer.receiver_id != actor.pk or offer.answer != HandOver.Answer.WAITING:
        raise PermissionDenied
    offer.answer = HandOver.Answer.ACCEPTED if accepts else HandOver.Answer.DECLINED
    offer.answered_at = timezone.now()
    offer.save(update_fields=["answer", "answered_at"])
    if accepts:
        task.person, task.reminded_on = actor, None
        task.save(update_fields=["person", "reminded_on"])
    notices.tell_of_answer(offer)
    record("task.accepted" if accepts else "task.declined", actor=actor, obj=task)


def _withdraw_offers(task: Task) -> None:
    waiting = task.hand_overs.filter(answer=HandOver.Answer.WAITING)
    notices.withdraw_offers(waiting)
    waiting.update(answer=HandOver.Answer.WITHDRAWN, answered_at=timezone.now())


@transaction.atomic
def give_back(person: User, *, actor: User | None) -> int:
    """Leave the open tasks of somebody who goes to this person's organisation; return how many."""
    HandOver.objects.filter(receiver=person, answer=HandOver.Answer.WAITING).update(
        answer=HandOver.Answer.DECLINED, answered_at=timezone.now()
    )
    tasks = list(Task.objects.still_open().select_for_update().filter(person=person))
    for task in tasks:
        _withdraw_offers(task)
        task.person = None
        task.body = task.body or person.organisation
        task.reminded_on = None
        task.save(update_fields=["person", "body", "reminded_on"])
        notices.tell_of_return(task, left=person)
        record("task.left", actor=actor, obj=task)
    return len(tasks)
