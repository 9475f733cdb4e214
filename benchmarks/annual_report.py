"""An annual report of 300 measures as Word and as PDF: seconds, memory, size. The limits are those of docs/report.md.

Each measure has 20 entries, four of them public with a paragraph each, three milestones, every third one a need; there
are six indicators with ten years each. The report is frozen in one process and written in another, so that what the
first one held isn't counted. `s` is what somebody waits, `cpu_s` the processor time of it, which other work on the
machine doesn't lengthen. `mb` is the greatest memory of the process that writes the file; that of the one that
starts it is the least it can be (`started_from_mb`).

    uv run python -m benchmarks.annual_report [--measures 300]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import time
from typing import Any

from django.db import transaction

from benchmarks import overview, stacks

# What is made depends on no database and no search engine.
STACK = "embedded"
PUBLIC, INDICATORS, YEARS = 4, 6, 10
TEXT = (
    "Die zuständigen Stellen haben die Wege gemeinsam begangen und dreißig Hinweise aus der Nachbarschaft geprüft. "
    "Zwölf Leuchten wurden ersetzt, zwei Durchgänge gereinigt und der Platz am Abend begleitet. Die Wirkung wird nach "
    "einem halben Jahr mit denselben Zählungen wie im Vorjahr geprüft und in der Arbeitsgruppe vorgestellt."
)


def main() -> None:
    """Freeze a report in one process, write its files in another; prints one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--measures", type=int, default=300)
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=["freeze", "write"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stack:
        import django

        django.setup()
        print(json.dumps(_frozen(options.measures) if options.step == "freeze" else _written()))
        return
    name = f"_annual_report_{options.measures}"
    stacks.prepare(STACK, name=name)
    figures: dict[str, object] = {"benchmark": "annual_report", "measures": options.measures}
    for step in ("freeze", "write"):
        arguments = ("--measures", str(options.measures), "--step", step)
        figures |= stacks.measure(STACK, "benchmarks.annual_report", *arguments, name=name)
    print(json.dumps(figures))


@transaction.atomic  # a run that is broken off leaves nothing half told
def _frozen(number: int) -> dict[str, object]:
    """Freeze the report, unless an earlier run has; return how long it took to compose it."""
    from django.utils import timezone

    from access.models import Space
    from knowledge.annual_reports.approving import freeze
    from knowledge.annual_reports.content import content_of
    from knowledge.annual_reports.models import Report
    from knowledge.annual_reports.services import begin_report
    from knowledge.measures.models import MeasurePage

    space = Space.objects.get(slug=stacks.SPACE)
    report = Report.objects.frozen().first()
    if report is not None:
        return {}
    overview.fill(number)
    today = timezone.localdate()
    _tell_more(space, today)
    report = Report(space=space, year=today.year, title=f"Jahresbericht {today.year}", as_of=today)
    began = time.perf_counter()
    begin_report(report, list(MeasurePage.objects.order_by("number")), actor=None)
    begun = time.perf_counter()
    content_of(report)
    composed = time.perf_counter()
    freeze(report, actor=None)
    return {"begun_s": round(begun - began, 2), "composed_s": round(composed - begun, 2)}


def _tell_more(space: Any, on: dt.date) -> None:
    """Add what the overview doesn't need and a report says."""
    from knowledge.indicators.models import Indicator, Value
    from knowledge.measures.models import Change, Entry, MeasurePage, Need, Subject

    for page in MeasurePage.objects.all():
        told = page.entries.order_by("pk").values_list("pk", flat=True)[:PUBLIC]
        Entry.objects.filter(pk__in=list(told)).update(classification="public", text=TEXT)
        for subject, value in ((Subject.STATE, page.state), (Subject.ASSESSMENT, page.assessment)):
            if value:
                Change.objects.create(measure=page, subject=subject, after=value, changed_on=on)
        if page.pk % 3 == 0:
            Need.objects.create(measure=page, kind="money_once", amount=25000, purpose="Leuchten")
    for number in range(INDICATORS):
        one = Indicator.objects.create(
            space=space, key=f"k{number}", name=f"Kennzahl {number}", nature="objective", level="effect",
            unit="Anzahl", direction="down",
        )  # fmt: skip
        Value.objects.bulk_create(
            Value(indicator=one, year=2016 + year, value=900 - 10 * year * number)
            for year in range(YEARS)
        )


def _written() -> dict[str, object]:
    """Write Word and PDF of the frozen report; the smaller one first, since the greatest memory is of all so far."""
    import pypdfium2

    from knowledge.annual_reports.content import content_of, strings_of
    from knowledge.annual_reports.models import Report
    from knowledge.annual_reports.outputs import forms
    from knowledge.export.composing import in_language_of_files

    report = Report.objects.frozen().select_related("space").get()
    content = content_of(report)
    texts = [one for part in content["parts"] for one in strings_of(part)]
    figures: dict[str, object] = {"words": sum(len(one.split()) for one in texts)}
    by_ending = {one.ending: one for one in forms()}
    for ending in ("docx", "pdf"):
        began, busy = time.perf_counter(), _busy_s()
        with in_language_of_files():
            written = by_ending[ending].write(report, content)
        figures[ending] = {
            "s": round(time.perf_counter() - began, 1),
            "cpu_s": round(_busy_s() - busy, 1),
            "mb": _megabytes(resource.RUSAGE_CHILDREN),
            "bytes": len(written),
        }
    with pypdfium2.PdfDocument(written) as document:
        figures["sheets"] = len(document)
    return figures | {"started_from_mb": _megabytes(resource.RUSAGE_SELF)}


def _busy_s() -> float:
    """Return the processor time of this process and of those that it has ended."""
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _megabytes(whose: int) -> int:
    return round(resource.getrusage(whose).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
