"""A sample report on last year's sample measures, frozen, so that this year's has something to be compared with.

No figures beyond how many sample measures stand how and the points of the sample indicators; each sheet and page says
that it is invented.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.core.exceptions import ValidationError
from django.utils import timezone

from access.models import Space
from knowledge.annual_reports.approving import freeze
from knowledge.annual_reports.models import PartKind, Report
from knowledge.annual_reports.services import begin_report
from knowledge.measures.models import MeasurePage
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.samples.pages import Facts

SPACE = "massnahmen"
INTRODUCTION = (
    "Frei erfundener Bericht: Er zeigt, wie ein Jahresbericht aussieht, und nichts darin ist wahr."
)


def load_reports(ledger: Ledger, facts: Facts) -> None:
    """Load the report, unless there is one on that year."""
    year = timezone.localdate().year - 1
    existing = Report.objects.filter(is_sample=True, space__slug=SPACE)
    ledger.ensure("sample_report:1", existing, partial(_report, year))


def _report(year: int) -> Report | None:
    measures = MeasurePage.objects.filter(is_sample=True, space__slug=SPACE)
    space = Space.objects.filter(slug=SPACE).first()
    if space is None or not measures:
        return None
    report = Report(
        space=space,
        year=year,
        title=f"Beispiel: Bericht über die Maßnahmen {year}",
        as_of=dt.date(year, 12, 31),
        is_sample=True,
    )
    try:
        begin_report(report, list(measures.order_by("number")), actor=None)
    except ValidationError:  # people have made one on that year
        return None
    report.parts.filter(kind=PartKind.INTRODUCTION).update(text=INTRODUCTION)
    return freeze(report, actor=None)
