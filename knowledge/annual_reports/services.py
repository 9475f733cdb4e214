"""Making a report: begin it, choose what goes in, edit its sections. Approval and freezing are in `approving`.

Whoever publishes in the measures' space makes reports (`may_make`). Only a draft changes. Words are copied: what is
edited here changes no entry, and what is changed there later changes no report.

Raised everywhere: `PermissionDenied`, and `ValidationError` with a sentence for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.consequence.state import fingerprint
from access.handling import Classification, is_confidential
from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.annual_reports.content import stood_on
from knowledge.annual_reports.models import Choice, Part, PartKind, Report, Stage
from knowledge.files.models import KnowledgeDocument
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.rules import FIRST_YEAR, LAST_YEAR, check_day, odd_year
from knowledge.measures.services import ChangedMeanwhile
from web.days import day_in_words

FIRST_MEASURE, LAST = 100, 30000  # positions of the measures' sections, and of those behind them


def may_make(user: Any, space: Space | None) -> bool:
    """Tell whether `user` makes and approves reports of a space."""
    return space is not None and can(user, Action.PUBLISH, space)


def take_draft(report: Report, actor: User | None) -> Report:
    """Lock a report that is still written, for whoever makes it.

    Raises:
        PermissionDenied: If the actor doesn't.
        ValidationError: If it isn't a draft any more.
    """
    row = lock(report, actor)
    if row.frozen_at is not None:
        raise ValidationError(
            _("This report was frozen on %(day)s, and nothing in it changes any more. Nothing was saved; make a "
              "correction, which becomes a new version.")
            % {"day": day_in_words(row.frozen_at)}
        )  # fmt: skip
    if row.stage == Stage.WAITING:
        raise ValidationError(
            _(
                "This report waits for approval. Nothing was saved; take it back first, then change it."
            )
        )
    return row


def lock(report: Report, actor: User | None) -> Report:
    """Lock a report for whoever makes or approves it."""
    # unscoped: the right is asked for below, and nothing is shown
    row = Report.objects.select_for_update(of=("self",)).select_related("space").get(pk=report.pk)
    if actor is not None and not may_make(actor, row.space):
        raise PermissionDenied
    return row


# --- beginning ----------------------------------------------------------------------------------------
@transaction.atomic
def begin_report(report: Report, measures: Sequence[MeasurePage], *, actor: User | None) -> Report:
    """Begin a report: a section for each measure, with the public entries of the year copied into it.

    Args:
        report: With space, year, title and day; not saved yet.
        measures: That the actor may read, of the same space.
        actor: Who makes it.
    """
    if actor is not None and not may_make(actor, report.space):
        raise PermissionDenied
    if not FIRST_YEAR <= report.year <= LAST_YEAR:
        raise ValidationError({"year": odd_year(report.year)})
    check_day("as_of", report.as_of)
    # unscoped: of the space in which the actor makes reports
    there = Report.objects.filter(space=report.space, year=report.year).order_by("-version").first()
    if there is not None:
        raise ValidationError(
            {"year": _("There is a report on %(year)s already: “%(title)s”. Nothing was made. Go on writing it, or "
                       "correct it if it is frozen.") % {"year": report.year, "title": there.title}}
        )  # fmt: skip
    report.made_by = actor
    report.save()
    for position, (kind, title, text) in enumerate(_beginnings(report)):
        place = position if kind != PartKind.OUTLOOK else LAST
        Part.objects.create(report=report, kind=kind, title=title, text=text, position=place)
    add_measures(report, measures, actor=actor)
    record("report.made", actor=actor, obj=report, space=report.space,
           details={"year": report.year, "version": report.version})  # fmt: skip
    return report


def _beginnings(report: Report) -> list[tuple[str, str, str]]:
    said = {"title": report.title, "year": report.year}
    return [
        (PartKind.RESOLUTION, str(PartKind.RESOLUTION.label),
         _("The council takes note of the report “%(title)s”.") % said),
        (PartKind.INTRODUCTION, str(PartKind.INTRODUCTION.label), ""),
        (PartKind.COSTS, str(PartKind.COSTS.label),
         _("None by this report. Money and staff are decided on one by one; see the table.")),
        (PartKind.OUTLOOK, str(PartKind.OUTLOOK.label), ""),
    ]  # fmt: skip


@transaction.atomic
def add_measures(report: Report, measures: Iterable[MeasurePage], *, actor: User | None) -> Report:
    """Give measures a section of their own; confidential ones have none, whoever asks."""
    row = take_draft(report, actor)
    wanted = [one for one in measures if one.space_id == row.space_id and not is_confidential(one)]
    there = set(row.parts.values_list("measure", flat=True))
    stood = stood_on([one.pk for one in wanted], row.as_of)
    for one in wanted:
        if one.pk not in there:
            reason = stood[one.pk].reason if one.pk in stood else ""
            position = FIRST_MEASURE + (one.number or LAST - FIRST_MEASURE - 1)
            Part.objects.create(report=row, kind=PartKind.MEASURE, measure=one, title=one.title,
                                position=position, reason=reason, changed_by=actor)  # fmt: skip
    take_over(row, actor=actor)
    return row


@transaction.atomic
def change_measures(
    report: Report, wanted: Iterable[MeasurePage], gone: Collection[int], *, actor: User
) -> None:
    """Give measures a section, and take it from others, with what was chosen and edited there."""
    row = take_draft(report, actor)
    row.parts.filter(measure__in=gone).delete()
    row.choices.filter(measure__in=gone).delete()
    add_measures(row, wanted, actor=actor)


@transaction.atomic
def take_over(report: Report, *, actor: User | None) -> int:
    """Offer entries and files that came since; public entries go in at once. Return how many there are."""
    row = take_draft(report, actor)
    measures = [pk for pk in row.parts.values_list("measure", flat=True) if pk]
    known = set(row.choices.values_list("entry", flat=True))
    files = set(row.choices.values_list("measure", "document"))
    new = [
        Choice(report=row, entry=one, measure_id=one.measure_id)
        for one in entries_of_year(row, actor)
        if one.measure_id in measures and one.pk not in known
    ]
    new += [
        Choice(report=row, document=document, measure_id=measure)
        for measure, document in _files(measures, actor)
        if (measure, document.pk) not in files
    ]
    Choice.objects.bulk_create(new)
    free = free_among(new)
    _copy(row, [one for one in new if one.pk in free], actor)
    return len(new)


# unscoped: by the actor's rights; None is the installation itself
def entries_of_year(report: Report, actor: User | None) -> list[Entry]:
    """Return the entries of a report's year that the actor may see, oldest first, by measure."""
    entries = Entry.objects.visible_to(actor) if actor is not None else Entry.objects.all()
    first = dt.date(report.year, 1, 1)
    found = entries.filter(
        measure__space=report.space_id, happened_on__range=(first, report.as_of)
    ).exclude(measure__classification=Classification.CONFIDENTIAL)
    chosen = found.exclude(classification=Classification.CONFIDENTIAL).select_related(
        "measure", "body"
    )
    return list(chosen.order_by("measure__number", "measure", "happened_on", "pk"))


# unscoped: files that the actor may take out; None is the installation itself
def _files(measures: Collection[int], actor: User | None) -> list[tuple[int, KnowledgeDocument]]:
    if actor is None:
        return []
    given = KnowledgeDocument.objects.exportable_by(actor).filter(attached_to__page__in=measures)
    rows = given.distinct().prefetch_related("attached_to")
    return [
        (tie.page_id, document)
        for document in rows
        for tie in document.attached_to.all()
        if tie.page_id in measures
    ]


# --- choosing -----------------------------------------------------------------------------------------
def stamp_of_choices(choices: Iterable[Choice]) -> str:
    """Return what the form of choices carries to notice that somebody else was faster."""
    return fingerprint((one.pk, one.is_in, one.reason) for one in choices)


@transaction.atomic
def choose(
    report: Report,
    shown: Sequence[Choice],
    ticked: Collection[int],
    *,
    actor: User,
    reasons: Mapping[int, str] | None = None,
    for_all: str = "",
    seen: str | None = None,
) -> None:
    """Say what goes into the report and what doesn't.

    Args:
        report: The draft.
        shown: What the form showed, within the actor's rights; nothing else changes.
        ticked: Numbers of the choices that go in.
        actor: Who chooses.
        reasons: By number of the choice: why something that isn't public goes in, or why something is left out.
        for_all: The reason of those newly ticked that have none of their own.
        seen: `stamp_of_choices` when the form was opened.

    Raises:
        ValidationError: With `choices`, if something that isn't public is ticked without a reason.
    """
    row = take_draft(report, actor)
    pks = [one.pk for one in shown]
    rows = list(row.choices.filter(pk__in=pks).select_related("entry__measure", "document"))
    if seen is not None and seen != stamp_of_choices(rows):
        raise ChangedMeanwhile
    free = free_among(rows)
    going: list[Choice] = []
    leaving: list[Choice] = []
    without = 0
    for one in rows:
        is_in = one.pk in ticked
        reason = " ".join((reasons or {}).get(one.pk, "").split())[:300]
        if is_in and one.pk not in free:
            reason = reason or (one.reason if one.is_in else "") or " ".join(for_all.split())[:300]
            without += not reason
        if (is_in, reason) == (one.is_in, one.reason):
            continue
        if is_in != one.is_in:
            (going if is_in else leaving).append(one)
        one.is_in, one.reason = is_in, reason
        one.decided_by, one.decided_at = actor, timezone.now()
        one.save()
    if without:
        raise ValidationError(
            {"choices": _("%(count)s of the texts and files ticked aren’t public and have no reason. Say why each may "
                          "stand in the report, or untick it. Nothing was saved.") % {"count": without}}
        )  # fmt: skip
    _copy(row, [one for one in going if one.entry is not None], actor)
    _take_out(leaving)
    released = [one for one in going if one.pk not in free]
    if released:
        record("report.released", actor=actor, obj=row, space=row.space,
               details={"year": row.year, "count": len(released)})  # fmt: skip


def free_among(choices: Iterable[Choice]) -> set[int]:
    """Return the numbers of those that may go in without a word, being public and for all readers; one query.

    No file is among them: nobody has marked it, only the page it is attached to.
    """
    by_entry = {one.entry_id: one.pk for one in choices if one.entry_id}
    free = Entry.objects.free_to_leave().filter(pk__in=by_entry).values_list("pk", flat=True)
    return {by_entry[pk] for pk in free}


def words_of(entry: Entry) -> str:
    """Return the words of an entry as they are copied."""
    if not entry.next_step:
        return entry.text.strip()
    step = {"step": entry.next_step.strip()}
    if entry.next_step_on is None:
        return entry.text.strip() + "\n\n" + _("Next step: %(step)s") % step
    step["day"] = date_format(entry.next_step_on, "d.m.Y")
    return entry.text.strip() + "\n\n" + _("Next step (%(day)s): %(step)s") % step


def _copy(report: Report, choices: Sequence[Choice], actor: User | None) -> None:
    """Copy the words of entries into the sections of their measures, behind what stands there."""
    parts = {one.measure_id: one for one in report.parts.filter(kind=PartKind.MEASURE)}
    copied: list[Choice] = []
    touched: dict[int, Part] = {}
    for choice in choices:
        part = parts.get(choice.measure_id)
        if part is None or choice.entry is None:
            continue
        choice.is_in, choice.copied = True, words_of(choice.entry)
        copied.append(choice)
        part.text = "\n\n".join(filter(None, (part.text.rstrip(), choice.copied)))
        part.changed_at, part.changed_by = timezone.now(), actor
        touched[part.pk] = part
    Choice.objects.bulk_update(copied, ["is_in", "copied"])
    Part.objects.bulk_update(touched.values(), ["text", "changed_at", "changed_by"])


def _take_out(choices: Sequence[Choice]) -> None:
    """Take copied words out of the sections where they still stand as they were copied."""
    for choice in choices:
        if not choice.copied:
            continue
        for part in Part.objects.filter(report=choice.report_id, measure=choice.measure_id):
            kept = part.text.replace(choice.copied, "", 1)
            part.text = "\n\n".join(one for one in kept.split("\n\n") if one.strip())
            part.save()
        choice.copied = ""
        choice.save()


# --- editing ------------------------------------------------------------------------------------------
def stamp_of_part(part: Part) -> str:
    """Return what the form of a section carries to notice that somebody else was faster."""
    return fingerprint([(part.title, part.reason, part.text)])


@transaction.atomic
def save_part(
    part: Part, *, title: str, reason: str, text: str, actor: User, seen: str | None = None
) -> Part:
    """Edit a section; the entries that its words come from stay as they are."""
    take_draft(part.report, actor)
    row = Part.objects.get(pk=part.pk)
    if seen is not None and seen != stamp_of_part(row):
        raise ChangedMeanwhile
    row.title, row.reason, row.text = title.strip(), " ".join(reason.split()), text.strip()
    row.changed_at, row.changed_by = timezone.now(), actor
    row.save()
    return row


@transaction.atomic
def delete_draft(report: Report, *, actor: User) -> None:
    """Delete a draft with all that was chosen and written in it."""
    row = take_draft(report, actor)
    record("report.deleted", actor=actor, obj=row, space=row.space, details={"year": row.year})
    row.delete()
