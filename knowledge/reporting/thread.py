"""The thread from a measure to the decisions that moved it, and to the tasks that came of them; and back.

An entry says from which minutes and decision it comes, an item of minutes which measures it is about; a task says
which decision it was agreed with. Each end shows to whoever may see it by its own rule, and what lies behind a hidden
one is found by nothing here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.rights import Person
from knowledge.measures.models import Entry, MeasurePage
from knowledge.measures.origins import OriginReader
from knowledge.measures.services import Origin
from knowledge.meetings.models import Decision
from knowledge.tasks.models import Task
from web.linked import Linked, LinkSource
from web.menu import Link

SHOWN = 50  # decisions, the newest

_ADDRESS = re.compile(r"^/beschluss/([\w-]+)/(\d{4})/(\d{1,9})/?$")


def _read(typed: str, user: Person) -> Origin | None:
    """Return the decision with this number or address, if `user` may see it."""
    seen = Decision.objects.visible_to(user).filter(withdrawn_at=None).select_related("page")
    address = _ADDRESS.match(urlsplit(typed).path)
    if address:
        slug, year, running = address.groups()
        found = seen.filter(space__slug=slug, year=int(year), running=int(running)).first()
    else:
        found = seen.filter(number__iexact=typed).newest_first().first()
    return Origin(found.page, found.key, found.number) if found is not None else None


def _seen_lines(keys: Set[UUID], user: Person) -> Set[UUID]:
    return set(Decision.objects.visible_to(user).filter(key__in=keys).values_list("key", flat=True))


DECISIONS = OriginReader(
    "decision", _read, typed=lambda origin: origin.reference, seen_lines=_seen_lines
)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that moved a measure, with the tasks that came of it."""

    decision: Decision
    tasks: Sequence[Task]


def steps_of(measures: Collection[int], user: Person) -> list[Step]:
    """Return the decisions that moved measures, the newest first, and the tasks that came of them; two queries at most.

    A decision moved a measure if its item was about it, or if an entry that `user` sees comes from it.

    Args:
        measures: Their numbers; the caller took them by the reader's rights.
        user: The reader.
    """
    entries = Entry.objects.visible_to(user).filter(
        measure__in=measures, origin=OuterRef("page"), origin_key=OuterRef("key")
    )
    # unscoped: of measures that the reader sees; which decisions are seen is asked below
    about = Decision.about.through.objects.filter(knowledgepage__in=measures)
    seen = Decision.objects.visible_to(user).filter(withdrawn_at=None)
    moved = seen.filter(Q(pk__in=about.values("decision")) | Exists(entries))
    decisions = list(moved.select_related("space", "page").newest_first()[:SHOWN])
    if not decisions:
        return []
    tasks = Task.objects.visible_to(user).filter(_agreed_with(decisions)).by_urgency().with_names()
    found = list(tasks)
    return [Step(one, [task for task in found if _came_of(task, one)]) for one in decisions]


def _agreed_with(decisions: Sequence[Decision]) -> Q:
    condition = Q(pk__in=[])
    for one in decisions:
        condition |= Q(origin=one.page_id, reference=one.number)
    return condition


def _came_of(task: Task, decision: Decision) -> bool:
    return task.origin_id == decision.page_id and task.reference == decision.number


# --- back to the measures -----------------------------------------------------------------------------
def measures_of_decisions(
    decisions: Sequence[Decision], user: Person
) -> dict[int, list[MeasurePage]]:
    """Return by decision the measures that it moved, as far as `user` may see them; three queries at most.

    Args:
        decisions: Those that the reader sees; what was taken out of its minutes moved nothing.
        user: The reader.
    """
    lines = {(one.page_id, one.key): one.pk for one in decisions if one.withdrawn_at is None}
    if not lines:
        return {}
    # unscoped: the decisions are seen, and which measures are is asked below
    about = Decision.about.through.objects.filter(decision__in=lines.values())
    pairs = set(about.values_list("decision", "knowledgepage"))
    entries = Entry.objects.visible_to(user).filter(origin_key__in={key for _page, key in lines})
    for page, key, measure in entries.values_list("origin", "origin_key", "measure"):
        if key is not None and (page, key) in lines:
            pairs.add((lines[page, key], measure))
    numbers = {measure for _decision, measure in pairs}
    seen = MeasurePage.objects.visible_to(user).filter(pk__in=numbers) if numbers else ()
    found: dict[int, list[MeasurePage]] = defaultdict(list)
    for measure in sorted(seen, key=lambda one: (one.number or 0, one.title)):
        for decision in lines.values():
            if (decision, measure.pk) in pairs:
                found[decision].append(measure)
    return found


def decisions_of_tasks(tasks: Sequence[Task], user: Person) -> dict[int, Decision]:
    """Return by task the decision with which it was agreed, as far as `user` may see it; one query."""
    lines = {one.pk: (one.origin_id, one.reference) for one in tasks if one.reference}
    if not lines:
        return {}
    seen = Decision.objects.visible_to(user).filter(
        page__in={page for page, _number in lines.values()},
        number__in={number for _page, number in lines.values()},
        withdrawn_at=None,
    )
    found = {(one.page_id, one.number): one for one in seen.select_related("space")}
    return {pk: found[line] for pk, line in lines.items() if line in found}


def measures_of_tasks(tasks: Sequence[Task], user: Person) -> dict[int, list[MeasurePage]]:
    """Return by task the measures that its decision moved; what lies behind a hidden decision isn't found."""
    return _measures_by_task(decisions_of_tasks(tasks, user), user)


def _measures_by_task(
    decisions: Mapping[int, Decision], user: Person
) -> dict[int, list[MeasurePage]]:
    measures = measures_of_decisions(list(decisions.values()), user)
    return {pk: measures[one.pk] for pk, one in decisions.items() if one.pk in measures}


# --- as links -----------------------------------------------------------------------------------------
def _as_linked(measures: Sequence[MeasurePage]) -> Linked:
    return Linked(_("Measures"), [Link(one.label, one.url or "") for one in measures])


def _of_decisions(decisions: Sequence[Decision], user: Person) -> Mapping[int, Sequence[Linked]]:
    measures = measures_of_decisions(decisions, user)
    return {pk: [_as_linked(found)] for pk, found in measures.items()}


def _of_tasks(tasks: Sequence[Task], user: Person) -> Mapping[int, Sequence[Linked]]:
    decisions = decisions_of_tasks(tasks, user)
    label = pgettext_lazy("minutes", "Decision")
    linked = {pk: [Linked(label, [Link(one.number, one.url)])] for pk, one in decisions.items()}
    for pk, measures in _measures_by_task(decisions, user).items():
        linked[pk].append(_as_linked(measures))
    return linked


OF_DECISIONS = LinkSource(name="reporting.measures", linked=_of_decisions)
OF_TASKS = LinkSource(name="reporting.of_task", linked=_of_tasks)
