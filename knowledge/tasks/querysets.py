"""Tasks by who may see them and by what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from access.audience import open_passages, unnarrowed
from access.querysets import visible_pages
from access.rights import Person, rights_of, scope_for

if TYPE_CHECKING:
    from knowledge.tasks.models import Task  # noqa: F401  the type of the rows


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def still_open(self) -> TaskQuerySet:
        """Keep those with something to do."""
        return self.filter(state__in=("open", "running"))

    def overdue(self) -> TaskQuerySet:
        """Keep open ones whose day is over."""
        return self.still_open().filter(due_on__lt=timezone.localdate())

    def for_all_readers(self) -> TaskQuerySet:
        """Keep those for texts that everybody reads: of no narrowed passage, and of no page that was taken back."""
        return self.filter(unnarrowed("passage"), Q(origin__isnull=True) | Q(origin__live=True))

    def charged_to(self, user: Person) -> TaskQuerySet:
        """Keep those that `user` is charged with, that wait for the answer of `user`, or for anybody of the body."""
        return self.filter(_charged(user))

    def visible_to(self, user: Person) -> TaskQuerySet:
        """Keep those that `user` may see: one's own, and those of pages that one may read.

        Whoever looks with somebody else's eyes sees nothing that is personal. Tasks whose page is gone are left to
        the readers of the space. Tasks of a passage that is narrowed (`access.audience`)
        are for its organisations.
        """
        rights = rights_of(user)
        seen = visible_pages(user, "origin__") & Q(origin__isnull=False)
        seen |= Q(origin__isnull=True, space__in=scope_for(user).spaces)
        seen &= open_passages(user, "passage")
        if not rights.is_view:
            seen |= _charged(user)
        return self.filter(seen)

    def by_urgency(self) -> TaskQuerySet:
        """Sort by the day on which they are due, those without one last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def with_names(self) -> TaskQuerySet:
        """Load what a row shows."""
        return self.select_related("person__organisation", "body", "space", "origin")


def _charged(user: Any) -> Q:
    if not getattr(user, "is_active", False):
        return Q(pk__in=[])
    mine = Q(person=user.pk)
    mine |= Q(pk__in=user.hand_overs.filter(answer="waiting").values("task"))
    if user.organisation_id is not None:
        mine |= Q(body=user.organisation_id, person__isnull=True)
    return mine
