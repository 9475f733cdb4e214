"""Look at a table that was sent, then write it: at once where it is short, in the background where it is long."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.exchange.kinds import Exchange, exchanges
from knowledge.exchange.models import Run
from knowledge.exchange.planning import Plan, checked_columns, planned
from knowledge.tables.reading import Sheet, sheet_of

logger = logging.getLogger(__name__)
AT_ONCE = 200  # lines that somebody waits for; more are written in the background
KEPT = dt.timedelta(days=30)
_TOLD_EVERY = 50  # lines between two notes of how far it is


class ChangedMeanwhile(Exception):
    """What the table would change is not what was shown any more."""


def may_exchange(user: Any, space: Space) -> bool:
    """Tell whether `user` may send tables to a space: whoever publishes there, since it counts at once."""
    return can(user, Action.PUBLISH, space)


def receive(exchange: Exchange, space: Space, name: str, data: bytes, *, actor: User) -> Run:
    """Keep a table that was sent, to be looked at; nothing of it is written yet.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
        knowledge.tables.reading.NotRead: If it is no table, or has other columns than the export's.
    """
    if not may_exchange(actor, space):
        raise PermissionDenied
    sheet = sheet_of(data)
    checked_columns(exchange, sheet)
    return Run.objects.create(
        space=space, exchange=exchange.name, file_name=name[-120:], columns=list(sheet.columns),
        rows=[[number, list(cells)] for number, cells in sheet.rows], asked_by=actor,
    )  # fmt: skip


def plan_of(run: Run, *, actor: User) -> Plan:
    """Say what a table would change by now."""
    sheet = Sheet(run.columns, [(number, cells) for number, cells in run.rows])
    return planned(exchanges[run.exchange], actor, run.space, sheet)


def start(run: Run, seen: str, *, actor: User) -> Run:
    """Write what was shown; a run that has begun is left alone.

    Args:
        run: That was looked at.
        seen: Fingerprint of the plan that was shown.
        actor: Who does it.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space any more.
        ChangedMeanwhile: If it would change something else by now.
    """
    if not may_exchange(actor, run.space):
        raise PermissionDenied
    plan = plan_of(run, actor=actor)
    if plan.fingerprint != seen:
        raise ChangedMeanwhile
    with transaction.atomic():
        row = Run.objects.select_for_update().get(pk=run.pk)  # unscoped: the right was asked for
        if row.state != Run.State.PREVIEWED:
            return row
        row.state, row.total = Run.State.WAITING, len(plan.to_write)
        row.save(update_fields=["state", "total"])
        record("exchange.written", actor=actor, space=run.space,
               details={"what": run.exchange, "lines": row.total})  # fmt: skip
        if row.total > AT_ONCE:
            transaction.on_commit(lambda: write_run.enqueue(row.pk))
    if row.total <= AT_ONCE:
        carry_out(row)
    return row


@task()
def write_run(pk: int) -> None:
    """Write a long table in the background."""
    carry_out(
        Run.objects.select_related("space", "asked_by").get(pk=pk)
    )  # unscoped: for whoever started it


def carry_out(run: Run) -> None:
    """Write a table line by line, each in a transaction of its own; what is refused is listed with its sentence.

    The plan is made anew, so that a run that was broken off goes on where it was: what stands there already is equal.
    """
    exchange, actor = exchanges[run.exchange], run.asked_by
    if not may_exchange(actor, run.space):
        _note(
            run,
            state=Run.State.DONE,
            refused=[[0, _("You may not write in this space any more. Nothing was written.")]],
        )
        return
    _note(run, state=Run.State.RUNNING)
    refused: list[list[Any]] = []
    for done, line in enumerate(plan_of(run, actor=actor).to_write, start=1):
        try:
            with transaction.atomic():
                exchange.write(actor, run.space, line.values)
        except ValidationError as wrong:
            refused.append([line.number, " ".join(wrong.messages)])
        except PermissionDenied:
            refused.append([line.number, _("You may not change this. It was left as it is.")])
        if done % _TOLD_EVERY == 0:
            _note(run, done=done)
    _note(run, state=Run.State.DONE, done=run.total, refused=refused, finished_at=timezone.now())


# unscoped: progress of a run, shown to whoever asked for it
def _note(run: Run, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    Run.objects.filter(pk=run.pk).update(**values)


# unscoped: removes, shows nothing
def forget_old() -> int:
    """Delete tables that were sent long ago, written or not; return how many there were. A scheduled job."""
    _rows, by_model = Run.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
    return by_model.get(Run._meta.label, 0)
