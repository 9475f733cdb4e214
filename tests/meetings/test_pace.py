"""How long saving takes while minutes are written."""

from __future__ import annotations

import statistics
import sys
import time

from django.utils import timezone

from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Decision
from knowledge.meetings.planning.services import Plan, plan_meetings
from knowledge.tasks.models import Task
from tests.meetings.conftest import Group, Typing

MOST_MS = 150  # of one save, at the 95th percentile
NOTES = (
    "Es ist dunkel.\nB: Die Laternen werden erneuert.\nA: Paul Partner: Laternen zählen in 2 Wochen"
)


def test_a_save_costs_at_most_150_ms(group: Group) -> None:
    """Processor time of one save, request and answer, of minutes with eight items, whatever else runs."""
    (meeting,) = plan_meetings(
        group.index, [Plan("Sitzung", timezone.localdate())], actor=group.lead
    )
    form = Typing(group.lead, meeting.page)
    for number in range(8):
        form.add(f"Punkt {number}", NOTES, "unanimous")
    # Whatever else runs takes caches away and only ever adds time: the best of three rounds counts.
    p95 = min(_p95_of_saves(form) for _round in range(3))
    assert p95 <= MOST_MS
    assert MinutesPage.objects.count() == 1
    assert not Decision.objects.exists()
    assert not Task.objects.exists()


def _p95_of_saves(form: Typing) -> float:
    """Save twenty times, and return the 95th percentile in ms."""
    taken = []
    for number in range(20):
        form.item(0, notes=f"Die Leitung begrüßt alle zum {number}. Mal.")
        began = time.process_time()
        assert form.save().status_code == 302
        taken.append((time.process_time() - began) * 1000)
        form.read()
    p95 = statistics.quantiles(taken, n=20)[-1]
    sys.stdout.write(
        f"save of minutes: median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms\n"
    )
    return p95
