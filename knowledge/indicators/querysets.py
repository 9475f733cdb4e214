"""Indicators by who may see them: the readers of their space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from access.rights import Person, spaces_where
from access.roles import Action

if TYPE_CHECKING:
    from knowledge.indicators.models import Indicator, Value  # noqa: F401  the types of the rows


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Indicators."""

    def visible_to(self, user: Person) -> IndicatorQuerySet:
        """Keep those of the spaces that `user` reads."""
        return self.filter(space__in=spaces_where(user, Action.READ))


class ValueQuerySet(models.QuerySet["Value"]):
    """Values of indicators."""

    def visible_to(self, user: Person) -> ValueQuerySet:
        """Keep those of the spaces that `user` reads."""
        return self.filter(indicator__space__in=spaces_where(user, Action.READ))
