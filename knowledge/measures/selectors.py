"""What a measure's page shows beside its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q

from access.rights import Person
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models import MeasurePage, MeasureResponsibility
from knowledge.taxonomy.models import District


@dataclass(frozen=True, slots=True)
class MeasureDetails:
    """Organisations in printed order, districts, practices that the reader may see, and the neighbours by number."""

    responsibilities: Sequence[MeasureResponsibility]
    districts: Sequence[District]
    practices: Sequence[KnowledgePage]
    previous: MeasurePage | None
    following: MeasurePage | None


def measure_details(measure: MeasurePage, user: Person) -> MeasureDetails:
    """Collect what the page shows; at most four queries."""
    practice_model: Any = apps.get_model("practices.PracticePage")
    practices = practice_model.objects.visible_to(user).filter(measure_links__measure=measure.pk)
    previous, following = _neighbours(measure, user)
    return MeasureDetails(
        responsibilities=list(measure.responsibilities.select_related("organisation")),
        districts=list(measure.districts.all()),
        practices=list(practices.order_by("title")),
        previous=previous,
        following=following,
    )


def _neighbours(
    measure: MeasurePage, user: Person
) -> tuple[MeasurePage | None, MeasurePage | None]:
    """Return the visible measures with the nearest lower and higher number, in one query."""
    if measure.number is None:
        return None, None
    visible = MeasurePage.objects.visible_to(user).filter(number__isnull=False)
    lower = visible.filter(number__lt=measure.number).order_by("-number")[:1]
    higher = visible.filter(number__gt=measure.number).order_by("number")[:1]
    nearest = Q(pk__in=lower.values("pk")) | Q(pk__in=higher.values("pk"))
    found = list(MeasurePage.objects.filter(nearest).order_by("number"))
    before = next((one for one in found if one.number < measure.number), None)
    after = next((one for one in found if one.number > measure.number), None)
    return before, after
