"""Sample measures: two years of a few invented ones, with one request for news that was answered and one that is open.

They are pages of their own, marked as samples, beside those of the council paper: nothing invented stands on a real
one.
No figures, so that none can be taken for a real one.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.utils import timezone

from access.handling import Classification
from accounts.models import User
from knowledge.measures import services
from knowledge.measures.models import (
    Entry,
    MeasureIndexPage,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
)
from knowledge.measures.rules import Standing
from knowledge.reporting.models import Answer, Inquiry, NewsRequest
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.pages import publish_below
from knowledge.seeding.samples.pages import Facts
from knowledge.seeding.samples.people import rows
from knowledge.seeding.samples.texts import working_day

SPACE = "massnahmen"
OPEN_FOR_DAYS = 12


def load_measures(ledger: Ledger, facts: Facts) -> None:
    """Load the sample measures with their milestones and entries."""
    index = MeasureIndexPage.objects.filter(space__slug=SPACE).first()
    for row in rows("measures.csv"):
        ledger.ensure(
            f"sample_measure:{row['number']}",
            MeasurePage.objects.filter(number=row["number"], is_sample=True),
            partial(_measure, index, row, facts),
        )


def _measure(
    index: MeasureIndexPage | None, row: dict[str, str], facts: Facts
) -> MeasurePage | None:
    if index is None:
        return None
    since = working_day(int(row["since_days"]))
    page = MeasurePage(
        title=row["title"],
        number=int(row["number"]),
        horizon=row["horizon"],
        source="Beispiel, frei erfunden",
        is_sample=True,
    )
    page.responsibilities = [
        MeasureResponsibility(organisation=body, sort_order=position)
        for position, body in enumerate(facts.named(row["responsible"].split()))
    ]
    publish_below(index, page, published_on=since)
    _steps(page, row["number"], facts)
    standing = Standing(row["state"], row["assessment"], row["reason"])
    services.assess(
        page,
        Standing("not_started" if row["state"] == "planned" else "planned"),
        actor=None,
        on=since,
    )
    services.assess(page, standing, actor=None, on=working_day(-25))
    return page


def _steps(page: MeasurePage, number: str, facts: Facts) -> None:
    for step in rows("measure_steps.csv"):
        if step["number"] != number:
            continue
        day = working_day(int(step["days"]))
        if step["kind"] == "milestone":
            done = working_day(int(step["done_days"])) if step["done_days"] else None
            services.keep_milestone(
                Milestone(measure=page, title=step["text"], due_on=day, done_on=done), actor=None
            )
            continue
        entry = Entry(
            measure=page,
            happened_on=day,
            text=step["text"],
            next_step=step["next_step"],
            next_step_on=working_day(int(step["next_days"])) if step["next_days"] else None,
            body=facts.organisations.get(step["body"]),
            # Those of last year stand in the sample report as they are; those of this year want a tick each.
            classification=_handling(day),
        )
        services.write_entry(entry, actor=None)
        Entry.objects.filter(pk=entry.pk).update(written_at=_morning(day))


def _handling(day: dt.date) -> Classification:
    is_past = day.year < timezone.localdate().year
    return Classification.PUBLIC if is_past else Classification.INTERNAL


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def load_news(ledger: Ledger, facts: Facts) -> None:
    """Load a request for news of last year, answered, and one that waits for answers."""
    for name, days in (
        ("Beispiel: Sachstand zum letzten Jahresende", -330),
        ("Beispiel: Sachstand jetzt", 0),
    ):
        ledger.ensure(
            f"sample_news:{days}",
            NewsRequest.objects.filter(title=name, is_sample=True),
            partial(_news, name, days),
        )


def _news(name: str, days: int) -> NewsRequest | None:
    measures = list(
        MeasurePage.objects.filter(is_sample=True, space__slug=SPACE).order_by("number")
    )
    if not measures or measures[0].space is None:
        return None
    day = working_day(days)
    request = NewsRequest.objects.create(
        space=measures[0].space,
        title=name,
        as_of=day,
        due_on=day + dt.timedelta(days=OPEN_FOR_DAYS),
        asked_at=_morning(day),
        closed_at=_morning(day + dt.timedelta(days=OPEN_FOR_DAYS)) if days else None,
        is_sample=True,
    )
    for responsible in MeasureResponsibility.objects.filter(measure__in=measures).order_by(
        "measure__number", "sort_order"
    ):
        people = User.objects.filter(organisation=responsible.organisation, is_active=True)
        inquiry = Inquiry.objects.create(
            request=request,
            measure=responsible.measure,
            body=responsible.organisation,
            told=people.count(),
        )
        author = people.filter(is_sample=True).order_by("username").first()
        if days and author is not None:
            _answer(inquiry, author, day)
    return request


def _answer(inquiry: Inquiry, author: User, day: dt.date) -> None:
    last = (
        inquiry.measure.entries.filter(body=inquiry.body, happened_on__lte=day)
        .order_by("-happened_on")
        .first()
    )
    Answer.objects.create(
        inquiry=inquiry,
        author=author,
        state="planned",
        done=last.text if last else "Frei erfundene Antwort: Wir sind im Gespräch.",
        next_step=last.next_step if last else "",
        saved_at=_morning(day),
        sent_at=_morning(day + dt.timedelta(days=4)),
    )
