"""A year's report with two measures: one entry public, one not, one for another organisation alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from access.granting.services import grant_role
from access.handling import Classification
from access.roles import Role
from accounts.models import User
from knowledge.annual_reports import approving, comparison, services
from knowledge.annual_reports.models import Report
from knowledge.annual_reports.selectors import choices_for
from knowledge.measures import services as measures
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.rules import Standing
from tests.conftest import Cast
from tests.factories import UserFactory, make_measure

YEAR = 2025
PUBLIC = "Drei Lampen wurden am Platz erneuert und seither leuchten alle Wege dort durchgehend."
INTERNAL = (
    "Die Wache hat intern einen Plan mit neun Streifen für den Herbst ausgearbeitet und verteilt."
)
NARROWED = "Verdeckte Kräfte standen an vier Abenden im Mai vor dem alten Kiosk am Bahnhof bereit."


def write(
    measure: MeasurePage,
    text: str,
    *,
    classification: Classification = Classification.INTERNAL,
    only_for: Any = (),
    on: dt.date = dt.date(YEAR, 5, 2),
) -> Entry:
    entry = Entry(measure=measure, happened_on=on, text=text, classification=classification)
    return measures.write_entry(entry, actor=None, only_for=only_for)


def begin(cast: Cast, *about: MeasurePage, year: int = YEAR) -> Report:
    report = Report(
        space=cast.space_a, year=year, title=f"Bericht {year}", as_of=dt.date(year, 12, 31)
    )
    return services.begin_report(report, list(about), actor=cast.publisher_a)


def choose(report: Report, actor: User, *entries: Entry, reason: str = "Freigegeben.") -> None:
    """Tick entries beside what is ticked already."""
    shown = [one.choice for one in choices_for(actor, report)]
    ticked = {one.pk for one in shown if one.is_in or one.entry in entries}
    services.choose(report, shown, ticked, actor=actor, for_all=reason)


def settle_all(report: Report, actor: User, reason: str = "Steht so in der Zeitung.") -> None:
    """Compare, and let everything stand."""
    comparison.compare(report, actor=actor)
    marks = {one.mark.pk for one in comparison.marks_for(actor, report) if not one.mark.settled_at}
    comparison.settle(report, marks, reason, actor=actor)


def freeze(report: Report, cast: Cast) -> Report:
    """Take a report from the draft to the end."""
    settle_all(report, cast.publisher_a)
    approving.submit(report, actor=cast.publisher_a)
    approving.approve(report, actor=cast.steward_a)
    return Report.objects.get(pk=report.pk)


@dataclass
class Year:
    """The cast with two measures and three entries."""

    cast: Cast
    lamps: MeasurePage
    watch: MeasurePage
    public: Entry
    internal: Entry
    narrowed: Entry
    officer: User  # of the organisation that the narrowed entry is for; publishes in A, too


@pytest.fixture
def year(cast: Cast) -> Year:
    lamps = make_measure(cast.space_a, 22, "Beleuchtung")
    watch = make_measure(cast.space_a, 19, "Präsenz")
    measures.assess(
        lamps, Standing("running", "delayed", "Ein Teil fehlt."), actor=None, on=dt.date(YEAR, 3, 1)
    )
    measures.assess(watch, Standing("planned"), actor=None, on=dt.date(YEAR, 4, 1))
    officer = UserFactory(username="officer", organisation=cast.organisation_b)
    grant_role(cast.space_a, officer, Role.PUBLISHER, actor=None)
    return Year(
        cast, lamps, watch,
        write(lamps, PUBLIC, classification=Classification.PUBLIC),
        write(watch, INTERNAL),
        write(watch, NARROWED, only_for=[cast.organisation_b]),
        officer,
    )  # fmt: skip
