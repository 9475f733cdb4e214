"""What a best practice's page shows beside its own fields."""

from __future__ import annotations

from access.rights import Person
from knowledge.measures.models import MeasurePage
from knowledge.practices.models import PracticePage


def visible_measures_of(practice: PracticePage, user: Person) -> list[MeasurePage]:
    """Return the linked measures that `user` may see, by number."""
    measures = MeasurePage.objects.visible_to(user).filter(practice_links__practice=practice.pk)
    return list(measures.order_by("number", "title").distinct())
