"""Since when nothing was heard of measures, as far as the reader hears of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from access.rights import Person
from knowledge.measures.models import AT_REST
from knowledge.measures.notices import (
    PATIENCE_DAYS,
    news_by_measure,
    patience,
    silent_since,
)

_READ = ("horizon", "state", "first_published_at", "assessed_on")  # what `silent_since` asks for


def silent_since_by_measure(user: Person, measures: Any) -> Mapping[int, dt.date]:
    """Return since when measures are silent, by number; those that are not are left out. Three queries.

    Args:
        user: Whose view it is: entries that they may not see don't count.
        measures: A queryset of measures that `user` may read.
    """
    going = measures.exclude(state__in=AT_REST).order_by().prefetch_related(None)
    return silent_among(user, going.only("pk", *_READ))


def silent_among(user: Person, measures: Iterable[Any]) -> Mapping[int, dt.date]:
    """Return the same of measures that are loaded already; two queries."""
    rows = list(measures)
    news, allowed = news_by_measure(user, [one.pk for one in rows]), patience()
    today = timezone.localdate()
    since = (
        (
            one.pk,
            silent_since(one, news.get(one.pk), allowed.get(one.horizon, PATIENCE_DAYS), today),
        )
        for one in rows
    )
    return {pk: day for pk, day in since if day is not None}
