"""Pages that are to be looked at, and for whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from access.rights import Person, spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.wiki.models import Upkeep

AHEAD = dt.timedelta(days=14)  # so early a page stands in the list, before it is overdue


def pages_due(user: Person) -> QuerySet[Any]:
    """Return the pages that `user` looks at in the next days, the longest overdue first.

    Those that the person keeps, and those of the spaces in which the person publishes. Each has `keeper`, a number or
    None.
    """
    publishes = spaces_where(user, Action.PUBLISH)
    visible: Any = KnowledgePage.objects.visible_to(user)
    due = visible.filter(live=True, review_by__lte=timezone.localdate() + AHEAD)
    due = due.annotate(keeper=_keeper()).filter(Q(keeper=user.pk) | Q(space__in=publishes))
    return due.select_related("space").order_by("review_by", "path")


def waiting_for(user: Person) -> QuerySet[Any]:
    """Return those of `pages_due` that wait for `user`: kept by the person, or by nobody in particular."""
    return pages_due(user).filter(Q(keeper=user.pk) | Q(keeper__isnull=True))


# unscoped: for the job that reminds; each person is asked for rights before she is told
def overdue_pages() -> QuerySet[Any]:
    """Return all published pages whose day has come, with their `keeper`."""
    due = KnowledgePage.objects.filter(live=True, review_by__lte=timezone.localdate())
    return due.annotate(keeper=_keeper()).select_related("space").order_by("pk")


def names_of_keepers(pages: QuerySet[Any]) -> dict[int, User]:
    """Return the keepers of pages, by number; one query."""
    keepers = User.objects.filter(pk__in=pages.order_by().values("keeper"))
    return keepers.in_bulk()


def _keeper() -> Any:
    upkeep = Upkeep.objects.filter(page=OuterRef("pk"), keeper__is_active=True)
    return Subquery(upkeep.annotate(person=F("keeper")).values("person")[:1])
