"""What a report says, as plain values that stand by themselves, and their canonical form with its checksum.

Composed from the rows of the report alone, so that it doesn't depend on who composes it: an entry is in it only as
far as its words stand in the text of a section. What is a fact of a measure (state, milestones, needs) is read by all
readers of its page. A paper is named where it is public or lies in the report's own space.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext as _

from access.handling import Classification
from knowledge.annual_reports.models import Part, Report
from knowledge.annual_reports.tables import figures_of, indicator_figure
from knowledge.indicators.models import Indicator, Value
from knowledge.measures.models import (
    Assessment,
    Change,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
    Need,
    State,
    Subject,
)
from web.models import installation

SCHEMA = 1  # of the canonical form
Content = dict[str, Any]


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one way in which the content is written: JSON with sorted names, UTF-8, no spaces."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(written: str) -> str:
    """Return the SHA-256 of a canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(written.encode()).hexdigest()


def strings_of(value: object) -> Iterator[str]:
    """Yield every text in plain values, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_of(one)


def content_of(report: Report) -> Content:
    """Return what a report says: as it was handed in or frozen, else as its sections say now; a query for each sort."""
    if report.content:
        kept: Content = json.loads(report.content)
        return kept
    with translation.override(settings.LANGUAGE_CODE):
        return _composed(report)


# unscoped: what the sections of a draft say is for those who make it; see the head of the file for what goes into it
def _composed(report: Report) -> Content:
    parts = list(report.parts.select_related("measure"))
    facts = _Facts(report, [one.measure for one in parts if one.measure is not None])
    previous = previous_of(report)
    content: Content = {
        "schema": SCHEMA,
        "city": installation().city,
        "space": {"slug": report.space.slug, "title": report.space.title},
        "year": report.year,
        "version": report.version,
        "title": report.title,
        "as_of": report.as_of.isoformat(),
        "is_sample": report.is_sample,
        "corrects": _corrected(report),
        "parts": [_part(one, facts) for one in parts],
        "files": [],
    }
    before = json.loads(previous.content) if previous is not None else None
    digest = previous.digest if previous is not None else ""
    content["figures"] = [*figures_of(content, before), *_indicators(report, parts)]
    content["compared"] = before and {
        "year": before["year"],
        "version": before["version"],
        "digest": digest,
    }
    return content


# unscoped: whoever reads the report reads its space, to whose readers its indicators belong
def _indicators(report: Report, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the indicators of the report's measures, and those that belong to none, up to its year; three queries."""
    measures = [one.measure_id for one in parts if one.measure_id]
    tied = Q(measures__in=measures) | Q(measures__isnull=True)
    found = Indicator.objects.filter(tied, space=report.space_id).distinct()
    years = Value.objects.filter(year__lte=report.year)
    rows = found.prefetch_related(Prefetch("values", queryset=years))
    return [indicator_figure(one) for one in rows if one.values.all()]


def previous_of(report: Report) -> Report | None:
    """Return the newest version of the frozen report of the last year before this one, in the same space."""
    # unscoped: whoever reads this space's report reads its frozen ones, too
    earlier = Report.objects.frozen().filter(space=report.space_id, year__lt=report.year)
    return earlier.order_by("-year", "-version").first()


def _corrected(report: Report) -> dict[str, Any] | None:
    old = report.corrects
    if old is None:
        return None
    return {"version": old.version, "digest": old.digest, "reason": report.correction_reason}


def _part(part: Part, facts: _Facts) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": part.kind, "title": part.title, "text": part.text}
    if part.is_measure:
        said |= {"reason": part.reason, **facts.of(part.measure)}
    return said


@dataclass(frozen=True, slots=True)
class Stood:
    """How a measure stood on a day."""

    state: str = ""
    assessment: str = ""
    reason: str = ""


# unscoped: how measures stand belongs to their pages, whose readers the caller has asked for
def stood_on(measures: Iterable[int], day: dt.date) -> dict[int, Stood]:
    """Return how each measure stood on a day, from its history; one query."""
    both = (Subject.STATE, Subject.ASSESSMENT)
    changes = Change.objects.filter(measure__in=list(measures), subject__in=both)
    rows = changes.filter(changed_on__lte=day).order_by("changed_on", "pk")
    found: dict[int, Stood] = {}
    for measure, subject, after, about in rows.values_list("measure", "subject", "after", "about"):
        last = found.get(measure, Stood())
        found[measure] = (
            Stood(after, last.assessment, last.reason)
            if subject == Subject.STATE
            else Stood(last.state, after, about if after else "")
        )
    return found


# unscoped: for the sections of a report; see the head of the file
class _Facts:
    """The facts of all measures of a report, with a query for each sort."""

    def __init__(self, report: Report, measures: Sequence[MeasurePage]) -> None:
        pks = [one.pk for one in measures]
        self._space = report.space_id
        self._stood = stood_on(pks, report.as_of)
        self._bodies = _by_measure(
            MeasureResponsibility.objects.filter(measure__in=pks)
            .select_related("organisation")
            .order_by("sort_order", "pk")
        )
        self._milestones = _by_measure(Milestone.objects.filter(measure__in=pks))
        self._needs = _by_measure(Need.objects.filter(measure__in=pks).select_related("paper"))

    def of(self, measure: MeasurePage | None) -> dict[str, Any]:
        """Return what is known of a measure; nothing of one that was deleted."""
        if measure is None:
            return {"key": None, "number": None, "horizon": "", "bodies": [], "milestones": [], "needs": [],
                    **_standing(Stood())}  # fmt: skip
        return {
            "key": measure.pk,
            "number": measure.number,
            "horizon": str(measure.get_horizon_display()),
            "bodies": [str(one.organisation) for one in self._bodies.get(measure.pk, ())],
            "milestones": [_milestone(one) for one in self._milestones.get(measure.pk, ())],
            "needs": [self._need(one) for one in self._needs.get(measure.pk, ())],
            **_standing(self._stood.get(measure.pk, Stood())),
        }

    def _need(self, need: Need) -> dict[str, Any]:
        paper = need.paper
        is_named = paper is not None and (
            paper.space_id == self._space or paper.classification == Classification.PUBLIC
        )
        return {
            "kind": need.kind,
            "kind_label": str(need.get_kind_display()),
            "amount": str(need.amount),
            "purpose": need.purpose,
            "from_year": need.from_year,
            "paper": str(getattr(paper, "number", "") or "") if is_named else "",
            "deciding_body": need.deciding_body,
            "decided_on": _iso(need.decided_on),
            "outcome": need.outcome,
            "outcome_label": str(need.get_outcome_display()),
        }


def _by_measure(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.measure_id, []).append(row)
    return found


def _standing(stood: Stood) -> dict[str, Any]:
    state, assessment = stood.state, stood.assessment
    return {
        "state": state,
        "state_label": str(State(state).label) if state else _("not stated"),
        "assessment": assessment,
        "assessment_label": str(Assessment(assessment).label) if assessment else "",
    }


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {
        "title": milestone.title,
        "due_on": _iso(milestone.due_on),
        "done_on": _iso(milestone.done_on),
    }


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
