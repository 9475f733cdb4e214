"""Reports by who may see them: drafts by whoever makes reports in the space, frozen ones by its readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from access.rights import Person, scope_for, spaces_where
from access.roles import Action

if TYPE_CHECKING:
    from knowledge.annual_reports.models import Report  # noqa: F401  the type of the rows


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports."""

    def frozen(self) -> ReportQuerySet:
        """Keep those that don't change any more."""
        return self.filter(stage="frozen")

    def made_by(self, user: Person) -> ReportQuerySet:
        """Keep those that `user` makes or approves: of the spaces in which this person publishes."""
        return self.filter(space__in=spaces_where(user, Action.PUBLISH))

    def visible_to(self, user: Person) -> ReportQuerySet:
        """Keep those that `user` may read."""
        is_given_out = Q(stage="frozen", space__in=scope_for(user).spaces)
        return self.filter(is_given_out | Q(space__in=spaces_where(user, Action.PUBLISH)))
