"""Record a run of `seed`: what it created, and what it found and left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

from knowledge.seeding.models import SeedRecord

Thing = TypeVar("Thing", bound=Model)


class Ledger:
    """Load each fact at most once in the life of an installation.

    A fact's key is `<kind>:<name>`. A fact with a record is left alone, even if people have since renamed or deleted
    it; one without a record that exists already is adopted as it is.
    """

    def __init__(self) -> None:
        self.created: Counter[str] = Counter()
        self.left_alone: Counter[str] = Counter()
        self._loaded = dict(SeedRecord.objects.values_list("key", "object_id"))

    def ensure(
        self, key: str, existing: QuerySet[Thing], make: Callable[[], Thing | None]
    ) -> Thing | None:
        """Return the object of the fact `key`, making it if it was never loaded.

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
        """Return the kinds of fact in order of appearance."""
        return list(dict.fromkeys([*self.created, *self.left_alone]))

    def lines(self) -> Iterator[str]:
        """Say of each kind how many were created and left alone."""
        for kind in self.kinds:
            created, left_alone = self.created[kind], self.left_alone[kind]
            yield f"{kind.replace('_', ' ')}: {created} created, {left_alone} left alone"
