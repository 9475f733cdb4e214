"""An indicator in the thread: from measures and tasks to it, and on to the evidence of its measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.handling import is_confidential
from access.rights import Person
from knowledge.indicators.models import Indicator
from knowledge.measures.models import Entry, MeasurePage
from knowledge.reporting.thread import measures_of_tasks
from knowledge.tasks.models import Task
from web.linked import Linked, LinkSource
from web.menu import Link
from web.panels import Panel, Place

SHOWN = 20  # entries with evidence, the newest


def evidence_for(measures: Sequence[MeasurePage], user: Person) -> list[Entry]:
    """Return the newest entries of visible measures that give evidence and that `user` may see; one query.

    Confidential measures show theirs on their own page, which records the reading.
    """
    shown = [one.pk for one in measures if not is_confidential(one)]
    if not shown:
        return []
    entries = Entry.objects.visible_to(user).filter(measure__in=shown)
    return list(entries.exclude(evidence="").select_related("measure").newest_first()[:SHOWN])


def indicators_of(measures: Sequence[int], user: Person) -> dict[int, list[Indicator]]:
    """Return by measure the indicators that `user` may see; two queries."""
    # unscoped: which of them are seen is asked in the next line
    pairs = Indicator.measures.through.objects.filter(measurepage__in=measures)
    tied = list(pairs.values_list("measurepage", "indicator"))
    seen = Indicator.objects.visible_to(user).filter(pk__in={pk for _measure, pk in tied})
    indicators = {one.pk: one for one in seen} if tied else {}
    found: dict[int, list[Indicator]] = defaultdict(list)
    for measure, pk in tied:
        if pk in indicators:
            found[measure].append(indicators[pk])
    return found


def _on_measure(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not isinstance(page, MeasurePage) or page.pk is None:
        return None
    found = list(Indicator.objects.visible_to(request.user).filter(measures=page.pk))
    return {"indicators": found} if found else None


def _of_tasks(tasks: Sequence[Task], user: Person) -> Mapping[int, Sequence[Linked]]:
    measures = measures_of_tasks(tasks, user)
    if not measures:
        return {}
    by_measure = indicators_of(sorted({one.pk for of in measures.values() for one in of}), user)
    found = {}
    for pk, of_task in measures.items():
        indicators = {one.pk: one for measure in of_task for one in by_measure.get(measure.pk, ())}
        if indicators:
            links = [Link(str(one), one.url) for one in indicators.values()]
            found[pk] = [Linked(_("Indicators"), links)]
    return found


ON_MEASURE = Panel(
    name="indicators.of_measure",
    template="indicators/_of_measure.html",
    place=Place.ASIDE,
    order=22,
    context=_on_measure,
)
OF_TASKS = LinkSource(name="indicators.of_task", linked=_of_tasks, is_in_lists=False)
