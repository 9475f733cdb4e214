"""What is known of the measures that the overview counts, in as many queries for three as for three thousand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from access.rights import Person
from knowledge.measures.models import MeasurePage, MeasureResponsibility, Milestone
from knowledge.overview.silence import silent_among
from knowledge.taxonomy.models import FieldOfAction

Named = tuple[str, str]  # as addresses have it, as people read it

_COLUMNS = (
    "pk", "path", "depth", "title", "url_path", "number", "horizon", "state", "assessment", "assessed_on",
    "assessment_reason", "field_of_action", "first_published_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """One measure with what it is counted by."""

    page: MeasurePage
    fields: Sequence[Named]
    bodies: Sequence[Named]
    districts: Sequence[Named]
    milestones: Sequence[Milestone]
    silent_since: dt.date | None

    @property
    def label(self) -> str:
        """Return number and title."""
        return self.page.label


# unscoped: of measures that the caller took by the reader's right
def read(user: Person, measures: Any) -> list[Known]:
    """Return what is known of measures, by number; seven queries, however many they are.

    Args:
        user: Whose view it is.
        measures: A queryset of measures that `user` may read.
    """
    ordered = measures.order_by("number", "title", "pk").prefetch_related(None)
    pages = list(ordered.only(*_COLUMNS))
    numbers = [one.pk for one in pages]
    fields = {one.pk: (one.slug, one.title) for one in FieldOfAction.objects.all()}
    bodies, districts = _bodies(numbers), _districts(numbers)
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for one in Milestone.objects.filter(measure__in=numbers).order_by("due_on", "pk"):
        milestones[one.measure_id].append(one)
    silent = silent_among(user, pages)
    return [
        Known(
            page=page,
            fields=[fields[page.field_of_action_id]] if page.field_of_action_id else [],
            bodies=bodies.get(page.pk, ()),
            districts=districts.get(page.pk, ()),
            milestones=milestones.get(page.pk, ()),
            silent_since=silent.get(page.pk),
        )
        for page in pages
    ]


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
