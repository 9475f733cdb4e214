"""What is known of the measures that the overview counts, in as many queries for three as for three thousand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from access.rights import Person
from knowledge.basepage.addresses import address_of
from knowledge.measures.models import ENDED, MeasurePage, MeasureResponsibility, Milestone
from knowledge.measures.models.pages import label_of
from knowledge.overview.silence import silent_among
from knowledge.plots.timeline import How
from knowledge.taxonomy.models import FieldOfAction

# As addresses have it, and as people read it: a text, or a lazy translation.
Named = tuple[str, Any]

_COLUMNS = (
    "pk", "title", "url_path", "number", "horizon", "state", "assessment", "assessed_on", "field_of_action",
    "first_published_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone with the day that it stands for."""

    pk: int
    title: str
    day: dt.date
    how: How


@dataclass(frozen=True, slots=True)
class Known:
    """One measure with what it is counted by.

    Attributes:
        steps: Milestones that say something: what is open in a measure that has ended doesn't.
    """

    pk: int
    label: str
    url: str
    state: str
    assessment: str
    horizon: str
    fields: Sequence[Named]
    bodies: Sequence[Named]
    districts: Sequence[Named]
    steps: Sequence[Step]
    silent_since: dt.date | None

    @property
    def is_late(self) -> bool:
        """Whether a milestone is overdue."""
        return any(one.how is How.LATE for one in self.steps)


# unscoped: of measures that the caller took by the reader's right
def read(user: Person, measures: Any) -> list[Known]:
    """Return what is known of measures, by number; seven queries, however many they are.

    Rows, not models: a Wagtail page takes longer to be made than everything that is counted of it.

    Args:
        user: Whose view it is.
        measures: A queryset of measures that `user` may read.
    """
    ordered = measures.order_by("number", "title", "pk").prefetch_related(None)
    rows = list(ordered.values_list(*_COLUMNS, named=True))
    numbers = [one.pk for one in rows]
    fields = {one.pk: [(one.slug, one.title)] for one in FieldOfAction.objects.all()}
    bodies, districts = _bodies(numbers), _districts(numbers)
    steps = _steps(numbers, ended={one.pk for one in rows if one.state in ENDED})
    silent = silent_among(user, rows)
    return [
        Known(
            pk=row.pk,
            label=label_of(row.number, row.title),
            url=address_of(row.url_path),
            state=row.state,
            assessment=row.assessment,
            horizon=row.horizon,
            fields=fields.get(row.field_of_action, ()),
            bodies=bodies.get(row.pk, ()),
            districts=districts.get(row.pk, ()),
            steps=steps.get(row.pk, ()),
            silent_since=silent.get(row.pk),
        )
        for row in rows
    ]


def _steps(numbers: Sequence[int], *, ended: Container[int]) -> Mapping[int, Sequence[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    # unscoped: see `read`
    rows = Milestone.objects.filter(measure__in=numbers).order_by("due_on", "pk")
    today = timezone.localdate()
    for row in rows.values_list("measure", "pk", "title", "due_on", "done_on", named=True):
        if row.done_on:
            found[row.measure].append(Step(row.pk, row.title, row.done_on, How.REACHED))
        elif row.measure not in ended:
            how = How.LATE if row.due_on < today else How.DUE
            found[row.measure].append(Step(row.pk, row.title, row.due_on, how))
    return found


def _bodies(numbers: Sequence[int]) -> Mapping[int, Sequence[Named]]:
    # unscoped: see `read`
    rows = MeasureResponsibility.objects.filter(measure__in=numbers).order_by("sort_order")
    return _grouped(rows.values_list("measure", "organisation__slug", "organisation__short_name"))


def _districts(numbers: Sequence[int]) -> Mapping[int, Sequence[Named]]:
    through: Any = MeasurePage.districts.through
    rows = through.objects.filter(measurepage__in=numbers).order_by("district__name")
    return _grouped(rows.values_list("measurepage", "district__slug", "district__name"))


def _grouped(rows: Any) -> Mapping[int, Sequence[Named]]:
    """Return the named things of each measure, each of them once."""
    found: dict[int, dict[Named, None]] = defaultdict(dict)
    for measure, slug, name in rows:
        found[measure][slug, name] = None
    return {measure: list(named) for measure, named in found.items()}
