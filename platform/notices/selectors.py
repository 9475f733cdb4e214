"""Read notices in words, within the recipient's rights of this moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from notices.kinds import Delivery, Rendered, kinds
from notices.models import Notice, NoticeQuerySet, Preference


def in_words(recipient: User, notices: Sequence[Notice]) -> dict[int, Rendered]:
    """Return the words of each notice by its primary key, without what the recipient may no longer see.

    Args:
        recipient: Whose notices they are.
        notices: The recipient's. Notices of a kind that no app registers any more are left out too.
    """
    by_kind: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.recipient_id != recipient.pk:
            raise ValueError("A notice is shown to its recipient only.")
        by_kind.setdefault(notice.kind, []).append(notice)
    words: dict[int, Rendered] = {}
    for name, of_kind in by_kind.items():
        if name not in kinds:
            continue
        rendered = kinds[name].render(recipient, of_kind)
        for notice, one in zip(of_kind, rendered, strict=True):
            if one is not None:
                words[notice.pk] = one
    return words


def notices_of(recipient: User) -> NoticeQuerySet:
    """Return everything that `recipient` was told, newest first."""
    return Notice.objects.filter(recipient=recipient)


def notice_of(recipient: User, pk: int) -> Notice | None:
    """Return one notice of the recipient; None if there is none with that number."""
    return notices_of(recipient).filter(pk=pk).first()


# unscoped: for jobs, which get nothing but whom they told
def told_lately(kind: str, within: dt.timedelta, *, key: str | None = None) -> QuerySet[Any]:
    """Return the numbers of the people who were told of something within a time, by kind, and key if one is given."""
    told = Notice.objects.filter(kind=kind, created_at__gt=timezone.now() - within)
    if key is not None:
        told = told.filter(key=key)
    return told.order_by().values_list("recipient", flat=True)


def count_of_unread(recipient: Any) -> Coalesce:
    """Return the number of unread notices as an expression, for a query that loads their recipient.

    Args:
        recipient: The outer query's column with the recipient.
    """
    unread = Notice.objects.unread().filter(recipient=recipient).order_by().values("recipient")
    return Coalesce(Subquery(unread.annotate(count=Count("pk")).values("count")), 0)


def delivery_of(user: User) -> dict[str, Delivery]:
    """Return how `user` wants to be told, by kind; one query."""
    return deliveries_of([user.pk])[user.pk]


# unscoped: how people are told, asked by delivery, shown to nobody
def deliveries_of(user_ids: Iterable[int]) -> Mapping[int, dict[str, Delivery]]:
    """Return how these people want to be told, by person and kind; one query."""
    ids = list(user_ids)
    defaults = {kind.name: kind.delivery for kind in kinds}
    found = {pk: dict(defaults) for pk in ids}
    for row in Preference.objects.filter(user__in=ids):
        if row.kind in defaults and row.delivery in Delivery.values:
            found[row.user_id][row.kind] = Delivery(row.delivery)
    return found
