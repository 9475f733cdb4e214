"""What happens with a measure: its state, milestones, entries and needs, kept current by the publishers of its space.

Each function is one deed in one transaction: it locks the page's row, asks `access.rights.can`, refuses measures that
go on in others, asks `rules`, writes, keeps the value before (`Change`), leaves a line in the log, tells the search.

`actor=None` is the installation itself. `seen` is what a form showed when it was opened (`stamp_of`): if the row has
another one by now, `ChangedMeanwhile` says so, and nothing is written.

Raised everywhere: `PermissionDenied`, and `ValidationError` with a sentence for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audience import hidden_from, keep_audience
from access.consequence.state import fingerprint
from access.handling import Classification, check_classification
from access.rights import can, rights_of
from access.roles import Action
from accounts.models import Organisation, User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.measures import rules
from knowledge.measures.models import (
    STANDING,
    Change,
    Contact,
    Entry,
    GoesOnIn,
    MeasurePage,
    Milestone,
    Need,
    SilentAfter,
    Subject,
)
from knowledge.measures.notices import forget_milestone
from knowledge.measures.rules import Standing
from knowledge.pages.source import SOURCE
from knowledge.writing.amending import amend
from search.outbox import enqueue


class ChangedMeanwhile(ValidationError):
    """Somebody else changed it since the form was opened; what was typed stays in the form."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed this since you opened it, so nothing was saved. Your entries stand below; "
                "compare them with what the page says now, then save again."
            )
        )


def stamp_of(row: Model) -> str:
    """Return what a form carries to notice that somebody else was faster."""
    names = (
        STANDING
        if isinstance(row, MeasurePage)
        else [one.attname for one in row._meta.concrete_fields]
    )
    return fingerprint([[str(getattr(row, name)) for name in names if name != "reminded_on"]])


def may_keep(user: Any, measure: MeasurePage) -> bool:
    """Tell whether `user` keeps the measure current: publishers do, since it counts at once."""
    return can(user, Action.PUBLISH, measure)


def standing_of(measure: MeasurePage) -> Standing:
    """Return how a measure stands."""
    return Standing(measure.state, measure.assessment, measure.assessment_reason)


def take(measure: MeasurePage, actor: User | None) -> MeasurePage:
    """Lock a measure and return it as it is now, for whoever keeps it.

    Raises:
        PermissionDenied: If the actor doesn't.
        ValidationError: If it goes on in another one.
    """
    row = _locked(measure)
    if actor is not None and not may_keep(actor, row):
        raise PermissionDenied
    _refuse_ended(row, actor)
    return row


def _locked(measure: MeasurePage) -> MeasurePage:
    # unscoped: the right is asked for by the caller, and nothing is shown
    KnowledgePage.objects.select_for_update().get(pk=measure.pk)
    row: MeasurePage = MeasurePage.objects.get(pk=measure.pk)
    return row


def _refuse_ended(row: MeasurePage, actor: User | None) -> None:
    """Refuse a measure that goes on in another one, which is named only to whoever may read it."""
    # unscoped: each successor is asked for before it is named
    ties = list(GoesOnIn.objects.filter(ended=row.pk).select_related("next"))
    if not ties:
        return
    for tie in ties:
        if actor is None or can(actor, Action.READ, tie.next):
            raise ValidationError(
                _("This measure has ended: it was %(how)s “%(next)s”. Write there. Nothing was saved.")
                % {"how": tie.get_how_display(), "next": tie.next.label}
            )  # fmt: skip
    raise ValidationError(_("This measure has ended. Nothing was saved."))


def check_seen(row: Model, seen: str | None) -> None:
    """Refuse to write over what the form didn't show.

    Raises:
        ChangedMeanwhile: If the row has another stamp by now.
    """
    if seen is not None and seen != stamp_of(row):
        raise ChangedMeanwhile


# --- state and assessment ---------------------------------------------------------------------------
@transaction.atomic
def assess(
    measure: MeasurePage,
    standing: Standing,
    *,
    actor: User | None,
    seen: str | None = None,
    on: dt.date | None = None,
) -> MeasurePage:
    """Say how far a measure is and whether it comes along as it should.

    Args:
        measure: The measure.
        standing: As it is to be; see `rules.check`.
        actor: Who says so.
        seen: `stamp_of(measure)` when the form was opened.
        on: Since when; today if not said.
    """
    row = take(measure, actor)
    check_seen(row, seen)
    standing = Standing(standing.state, standing.assessment, " ".join(standing.reason.split()))
    rules.check(standing, row.milestones.all())
    before = standing_of(row)
    if standing == before:
        return row
    day = on or timezone.localdate()
    values: dict[str, Any] = {"state": standing.state, "assessment": standing.assessment,
                              "assessment_reason": standing.reason, "assessed_on": day}  # fmt: skip
    if standing.state != before.state:
        values["state_since"] = day
        keep_change(row, Subject.STATE, before.state, standing.state, actor=actor, on=day)
        record("measure.state", actor=actor, obj=row, details={"state": standing.state})
    if (standing.assessment, standing.reason) != (before.assessment, before.reason):
        keep_change(row, Subject.ASSESSMENT, before.assessment, standing.assessment,
                    about=standing.reason, actor=actor, on=day)  # fmt: skip
        record(
            "measure.assessed", actor=actor, obj=row, details={"assessment": standing.assessment}
        )
    amend(MeasurePage.objects.filter(pk=row.pk), values)
    return MeasurePage.objects.get(pk=row.pk)


def keep_change(
    measure: MeasurePage,
    subject: Subject,
    before: Any,
    after: Any,
    *,
    actor: User | None,
    row: Model | None = None,
    about: str = "",
    on: dt.date | None = None,
) -> None:
    """Keep what a value was before."""
    Change.objects.create(
        measure=measure,
        subject=subject,
        row=row.pk if row is not None else None,
        about=about[:300],
        before=str(before or "")[:300],
        after=str(after or "")[:300],
        changed_on=on or timezone.localdate(),
        changed_by=actor,
    )


# --- milestones ---------------------------------------------------------------------------------------
@transaction.atomic
def keep_milestone(
    milestone: Milestone, *, actor: User | None, seen: str | None = None
) -> Milestone:
    """Add a milestone or change one; its days have a history.

    Args:
        milestone: As it is to be; saved or not.
        actor: Who says so.
        seen: Its `stamp_of` when the form was opened.
    """
    measure = take(milestone.measure, actor)
    before = None
    if milestone.pk is not None:
        before = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
        if before is None:
            raise ValidationError(_("This milestone was taken out meanwhile. Nothing was saved."))
        check_seen(before, seen)
    rules.check_milestone(milestone)
    others = measure.milestones.exclude(pk=milestone.pk)
    _check_fits(measure, [*others, milestone])
    milestone.save()
    if milestone.done_on:
        forget_milestone(milestone)
    _keep_milestone_change(measure, before, milestone, actor=actor)
    return milestone


def _check_fits(measure: MeasurePage, milestones: list[Milestone]) -> None:
    """Ask whether the milestones fit the state; the assessment's own sentence is asked for when somebody assesses."""
    try:
        rules.check(Standing(measure.state), milestones)
    except ValidationError as refused:
        sentence = " ".join(refused.message_dict["state"])
        raise ValidationError(
            _("The measure is “%(state)s” at the moment. %(sentence)s")
            % {"state": measure.get_state_display(), "sentence": sentence}
        ) from None


def _keep_milestone_change(
    measure: MeasurePage, before: Milestone | None, after: Milestone, *, actor: User | None
) -> None:
    was, now = said_of(before), said_of(after)
    if was == now:
        return
    keep_change(measure, Subject.MILESTONE, was, now, row=after, about=after.title, actor=actor)
    record("measure.milestone", actor=actor, obj=measure)


def said_of(milestone: Milestone | None) -> str:
    """Return a milestone's days in a line of the history."""
    if milestone is None:
        return ""
    said = _("due on %(day)s") % {"day": f"{milestone.due_on:%d.%m.%Y}"}
    if milestone.done_on:
        said += ", " + _("reached on %(day)s") % {"day": f"{milestone.done_on:%d.%m.%Y}"}
    return said


@transaction.atomic
def drop_milestone(milestone: Milestone, *, actor: User | None) -> None:
    """Take a milestone out; that there was one stays in the history."""
    measure = take(milestone.measure, actor)
    row = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if row is None:
        return
    keep_change(measure, Subject.MILESTONE, said_of(row), _("taken out"), row=row, about=row.title,
                actor=actor)  # fmt: skip
    record("measure.milestone", actor=actor, obj=measure)
    forget_milestone(row)
    row.delete()


# --- entries --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from: minutes or a paper, and there a decision.

    Attributes:
        page: The page, which the writer may read.
        key: Of the decision's line, if it is one.
        reference: The decision's number.
    """

    page: KnowledgePage
    key: UUID | None = None
    reference: str = ""


@transaction.atomic
def write_entry(
    entry: Entry,
    *,
    actor: User | None,
    only_for: Collection[Organisation] = (),
    origin: Origin | None = None,
    seen: str | None = None,
) -> Entry:
    """Add a dated entry, or correct one.

    Args:
        entry: As it is to be; saved or not.
        actor: Who writes.
        only_for: The organisations that may see it; all readers of the page if empty.
        origin: Which minutes or decision it comes from.
        seen: Its `stamp_of` when the form was opened.
    """
    measure = take(entry.measure, actor)
    if entry.pk is not None:
        before = Entry.objects.select_for_update().filter(pk=entry.pk).first()
        if before is None:
            raise ValidationError(_("This entry was deleted meanwhile. Nothing was saved."))
        _check_sees(before, actor)
        check_seen(before, seen)
        entry.changed_at = timezone.now()
    else:
        before = None
        entry.written_by = actor
    _check_entry(entry, before, measure, only_for, actor)
    entry.origin = origin.page if origin else None
    entry.origin_key = origin.key if origin else None
    entry.reference = origin.reference if origin else ""
    entry.save()
    keep_audience(entry.key, tuple(only_for) or None, pages=[measure.pk])
    _tell_search(measure)
    record("measure.entry" if before is None else "measure.entry_changed", actor=actor, obj=measure)
    return entry


def _check_sees(entry: Entry, actor: User | None) -> None:
    """Let nobody change an entry that is narrowed to others."""
    if actor is not None and hidden_from(actor, [entry.key]):
        raise PermissionDenied


def _check_entry(
    entry: Entry,
    before: Entry | None,
    measure: MeasurePage,
    only_for: Collection[Organisation],
    actor: User | None,
) -> None:
    rules.check_day("happened_on", entry.happened_on)
    rules.check_day("next_step_on", entry.next_step_on)
    if entry.happened_on > timezone.localdate():
        raise ValidationError(
            {
                "happened_on": _(
                    "This day is still to come. What is planned belongs under “next step”."
                )
            }
        )
    if entry.next_step_on and not entry.next_step.strip():
        raise ValidationError({"next_step": _("Say what the next step on this day is.")})
    chosen = Classification(entry.classification)
    if chosen is Classification.CONFIDENTIAL and measure.classification != chosen:
        raise ValidationError(
            {"classification": _("The page isn’t confidential, so its entries can’t be. Narrow the entry to some "
                                 "organisations instead, or choose another handling for the page first.")}
        )  # fmt: skip
    if actor is None:
        return
    was = Classification(before.classification) if before else None
    check_classification(actor, measure, chosen, before=was)
    if only_for and actor.organisation_id not in {one.pk for one in only_for}:
        raise ValidationError(
            {"only_for": _("Your own organisation isn’t among those chosen, so you couldn’t see the entry yourself. "
                           "Add it.")}
        )  # fmt: skip


@transaction.atomic
def delete_entry(entry: Entry, *, actor: User | None) -> None:
    """Delete an entry that was written by mistake; that it was deleted, and by whom, stays in the log."""
    measure = take(entry.measure, actor)
    _check_sees(entry, actor)
    Entry.objects.filter(pk=entry.pk).delete()
    _tell_search(measure)
    record("measure.entry_deleted", actor=actor, obj=measure)


def _tell_search(measure: MeasurePage) -> None:
    enqueue(SOURCE, [measure.pk])


# --- who answers ----------------------------------------------------------------------------------------
@transaction.atomic
def name_contact(
    measure: MeasurePage, body: Organisation, person: User | None, *, actor: User | None
) -> None:
    """Say who answers for a responsible body; nobody in particular if `person` is None.

    The body's present contact may name a colleague, too.
    """
    row = _locked(measure)
    present = Contact.objects.filter(measure=row.pk, body=body)
    if actor is not None and not (may_keep(actor, row) or present.filter(person=actor).exists()):
        raise PermissionDenied
    _refuse_ended(row, actor)
    if not measure.responsibilities.filter(organisation=body).exists():
        raise ValidationError(
            _("This organisation isn’t responsible for the measure. Nothing was saved.")
        )
    if person is not None and (person.organisation_id != body.pk or not person.is_active):
        raise ValidationError(_("Choose somebody of this organisation who has an account."))
    present.delete()
    if person is not None:
        Contact.objects.create(measure=measure, body=body, person=person)
    record("measure.contact", actor=actor, obj=measure)


# --- needs ------------------------------------------------------------------------------------------------
@transaction.atomic
def keep_need(need: Need, *, actor: User | None, seen: str | None = None) -> Need:
    """Add what a measure needs, or change it or the decision on it; both have a history."""
    measure = take(need.measure, actor)
    before = None
    if need.pk is not None:
        before = Need.objects.select_for_update().filter(pk=need.pk).first()
        if before is None:
            raise ValidationError(_("This need was taken out meanwhile. Nothing was saved."))
        check_seen(before, seen)
    rules.check_need(need)
    need.save()
    need.refresh_from_db()
    was = amount_of(before) if before else ""
    if was != amount_of(need):
        keep_change(
            measure, Subject.NEED, was, amount_of(need), row=need, about=need.purpose, actor=actor
        )
    if (before.outcome if before else "") != need.outcome:
        keep_change(measure, Subject.OUTCOME, before.outcome if before else "", need.outcome, row=need,
                    about=need.purpose, actor=actor, on=need.decided_on)  # fmt: skip
    record("measure.need", actor=actor, obj=measure)
    return need


def amount_of(need: Need) -> str:
    """Return kind and amount in a line of the history; plain, so that it can be read back."""
    return f"{need.kind} {need.amount}"


@transaction.atomic
def drop_need(need: Need, *, actor: User | None) -> None:
    """Take a need out; that there was one stays in the history."""
    measure = take(need.measure, actor)
    row = Need.objects.filter(pk=need.pk).first()
    if row is None:
        return
    keep_change(measure, Subject.NEED, amount_of(row), "", row=row, about=row.purpose, actor=actor)
    record("measure.need", actor=actor, obj=measure)
    row.delete()


# --- patience ---------------------------------------------------------------------------------------------
@transaction.atomic
def set_patience(days_by_horizon: Mapping[str, int], *, actor: User) -> None:
    """Set after how many days measures of each horizon count as silent; for curators."""
    rights = rights_of(actor)
    if not rights.is_curator or rights.is_view:
        raise PermissionDenied
    for horizon, days in days_by_horizon.items():
        SilentAfter.objects.update_or_create(horizon=horizon, defaults={"days": days})
    record("measure.patience", actor=actor)
