"""What is shown of reports, within the reader's rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from access.handling import Classification
from access.models import Space
from access.rights import spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.annual_reports.models import Choice, Part, Report
from knowledge.annual_reports.services import entries_of_year, free_among
from knowledge.files.models import KnowledgeDocument
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.selectors import current_measures_for


def report_for(user: User, pk: int) -> Report | None:
    """Return a report that `user` may read; None if there is none."""
    found = Report.objects.visible_to(user).select_related(
        "space", "corrects", "submitted_by", "approved_by", "making"
    )
    return found.filter(pk=pk).first()


def report_made_by(user: User, pk: int) -> Report | None:
    """Return a report that `user` makes or approves; None if there is none."""
    # unscoped: `made_by` asks in which spaces this person publishes
    return Report.objects.made_by(user).select_related("space", "corrects").filter(pk=pk).first()


def part_made_by(user: User, pk: int) -> Part | None:
    """Return a section of a report that `user` makes; None if there is none."""
    makes = spaces_where(user, Action.PUBLISH)
    # unscoped: narrowed to the spaces in which the user makes reports
    found = Part.objects.filter(pk=pk, report__space__in=makes)
    return found.select_related("report__space", "measure").first()


def spaces_to_report_on(user: User) -> list[Space]:
    """Return the spaces in which `user` makes reports and there are measures."""
    with_measures = current_measures_for(user).order_by().values("space")
    makes = Space.objects.filter(pk__in=spaces_where(user, Action.PUBLISH))
    return list(makes.filter(pk__in=with_measures))


def measures_to_report_on(user: User, space: Space) -> Any:
    """Return the measures that may stand in a report: those that `user` reads and that aren't confidential."""
    found = current_measures_for(user).filter(space=space)
    return found.exclude(classification=Classification.CONFIDENTIAL)


def versions_of(user: User, report: Report) -> list[Report]:
    """Return the other versions of a report that `user` may read, newest first."""
    same = Report.objects.visible_to(user).filter(space=report.space_id, year=report.year)
    return list(same.exclude(pk=report.pk).order_by("-version"))


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """Something that may go into a report, as its form shows it."""

    choice: Choice
    measure: MeasurePage
    text: str
    detail: str
    is_free: bool
    reason: str  # as typed, if the form comes back


def choices_for(user: User, report: Report) -> list[ShownChoice]:
    """Return what may go into a report as far as `user` may see it, by measure; five queries."""
    entries = Entry.objects.visible_to(user).filter(measure__space=report.space_id)
    documents = KnowledgeDocument.objects.exportable_by(user)
    # unscoped: narrowed to what this person may see, in the lines above
    rows = Choice.objects.filter(report=report).filter(
        Q(entry__in=entries.values("pk")) | Q(document__in=documents.values("pk"))
    )
    ordered = rows.order_by("measure__number", "measure", "document", "entry__happened_on", "pk")
    found = list(ordered.select_related("entry__body", "document", "measure"))
    free = free_among(found)
    return [_shown(one, one.pk in free) for one in found]


def _shown(choice: Choice, is_free: bool) -> ShownChoice:
    entry = choice.entry
    if entry is None:
        document = choice.document
        title = document.title if document is not None else ""
        return ShownChoice(choice, choice.measure, title, _("File"), is_free, choice.reason)
    said = [f"{entry.happened_on:%d.%m.%Y}", str(entry.body or "")]
    if not is_free:
        said.append(
            _("only for some organisations")
            if entry.handling is Classification.PUBLIC
            else str(entry.handling.label)
        )
    return ShownChoice(
        choice, choice.measure, entry.text, ", ".join(filter(None, said)), is_free, choice.reason
    )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that isn't in a report, and why, for whoever makes it."""

    label: str
    detail: str
    reason: str


def left_out_of(user: User, report: Report) -> list[LeftOut]:
    """Return what isn't in a report of what `user` may see: measures, entries, files."""
    inside = set(report.parts.values_list("measure", flat=True))
    measures = (
        current_measures_for(user).filter(space=report.space_id).exclude(pk__in=inside - {None})
    )
    found = [LeftOut(one.label, _("Measure"), _reason_of(one)) for one in measures]
    for one in choices_for(user, report):
        if not one.choice.is_in:
            reason = one.choice.reason or ("" if one.is_free else _("not public"))
            found.append(LeftOut(one.measure.label, f"{one.detail}: {one.text[:80]}", reason))
    return found


def _reason_of(measure: MeasurePage) -> str:
    is_confidential = measure.classification == Classification.CONFIDENTIAL
    return _("confidential: never in a report") if is_confidential else _("not chosen")


def new_entries_of(user: User, report: Report) -> int:
    """Return how many entries came since and are not offered yet."""
    inside = set(report.parts.values_list("measure", flat=True))
    known = set(report.choices.values_list("entry", flat=True))
    entries: Sequence[Entry] = entries_of_year(report, user)
    return sum(one.measure_id in inside and one.pk not in known for one in entries)
