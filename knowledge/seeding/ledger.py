"""Keep account of a run of `seed`: what it created, what it found and left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

from knowledge.seeding.models import SeedRecord

Thing = TypeVar("Thing", bound=Model)


class Ledger:
    """Loads each fact at most once in the life of an installation.

    A fact's key is `<kind>:<name>`. What has a record is left alone, even if people have since renamed or deleted it;
    what has none, but is there already, is adopted as it is.
    """

    def __init__(self) -> None:
        self.created: Counter[str] = Counter()
        self.left_alone: Counter[str] = Counter()
        self._loaded = dict(SeedRecord.objects.values_list("key", "object_id"))

    def ensure(
        self, key: str, existing: QuerySet[Thing], make: Callable[[], Thing | None]
    ) -> Thing | None:
        """Return what the fact `key` became, making it if it was never loaded.

        Args:
            key: `<kind>:<name>`.
            existing: Finds it by its natural key.
            make: Makes it; returns None if the place where it belongs was removed by people.

        Returns:
            The object, or None if people have removed it or its place.
        """
        kind = key.partition(":")[0]
        if key in self._loaded:
            self.left_alone[kind] += 1
            return existing.model._default_manager.filter(pk=self._loaded[key]).first()
        thing = existing.first()
        if thing is not None:
            self.left_alone[kind] += 1
        else:
            thing = make()
            if thing is None:
                self.left_alone[kind] += 1
                return None
            self.created[kind] += 1
        SeedRecord.objects.create(key=key, object_id=thing.pk)
        self._loaded[key] = thing.pk
        return thing

    @property
    def kinds(self) -> list[str]:
        """The kinds of fact in the order in which they were first met."""
        return list(dict.fromkeys([*self.created, *self.left_alone]))
