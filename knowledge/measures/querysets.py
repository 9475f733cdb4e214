"""Entries and milestones by who may see them and by what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from access.audience import open_passages, unnarrowed
from access.querysets import visible_pages
from access.rights import Person

if TYPE_CHECKING:
    from knowledge.measures.models import Entry, Milestone  # noqa: F401  the types of the rows


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of measures."""

    def visible_to(self, user: Person) -> EntryQuerySet:
        """Keep those of measures that `user` may read, and among narrowed ones those for the own organisation."""
        return self.filter(visible_pages(user, "measure__"), open_passages(user, "key"))

    def for_all_readers(self) -> EntryQuerySet:
        """Keep those that aren't narrowed."""
        return self.filter(unnarrowed("key"))

    def free_to_leave(self) -> EntryQuerySet:
        """Keep those that may stand in a public report as they are: public, for all, on no confidential page."""
        public = self.for_all_readers().filter(classification="public")
        return public.exclude(measure__classification="confidential")

    def newest_first(self) -> EntryQuerySet:
        """Sort by the day on which it happened."""
        return self.order_by("-happened_on", "-pk")


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Milestones of measures."""

    def visible_to(self, user: Person) -> MilestoneQuerySet:
        """Keep those of measures that `user` may read."""
        return self.filter(visible_pages(user, "measure__"))

    def still_open(self) -> MilestoneQuerySet:
        """Keep those that were not reached yet."""
        return self.filter(done_on__isnull=True)

    def overdue(self) -> MilestoneQuerySet:
        """Keep those that should have been reached by now."""
        return self.still_open().filter(due_on__lt=timezone.localdate())
