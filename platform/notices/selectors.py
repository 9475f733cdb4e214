"""Read notices: in words, for their recipient, under her rights as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from notices.kinds import Delivery, Rendered, is_known, kind_named, kinds
from notices.models import Notice, NoticeQuerySet, Preference


def in_words(recipient: User, notices: Sequence[Notice]) -> dict[int, Rendered]:
    """Return the words of each notice by its primary key; what she may no longer see is missing.

    Args:
        recipient: Whose notices they are.
        notices: All of them hers. Notices of a kind that no app registers any more are missing too.
    """
    by_kind: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.recipient_id != recipient.pk:
            raise ValueError("A notice is shown to its recipient only.")
        by_kind.setdefault(notice.kind, []).append(notice)
    words: dict[int, Rendered] = {}
    for name, of_kind in by_kind.items():
        if not is_known(name):
            continue
        rendered = kind_named(name).render(recipient, of_kind)
        for notice, one in zip(of_kind, rendered, strict=True):
            if one is not None:
                words[notice.pk] = one
    return words


def notices_of(recipient: User) -> NoticeQuerySet:
    """Return everything that `recipient` was told, newest first."""
    return Notice.objects.filter(recipient=recipient)


def notice_of(recipient: User, pk: int) -> Notice | None:
    """Return one notice of hers; None if there is none of that number."""
    return notices_of(recipient).filter(pk=pk).first()


def count_of_unread(recipient: Any) -> Coalesce:
    """Return the number of unread notices as an expression, for a query that loads their recipient.

    Args:
        recipient: Whose: an outer query's column.
    """
    unread = Notice.objects.unread().filter(recipient=recipient).order_by().values("recipient")
    return Coalesce(Subquery(unread.annotate(count=Count("pk")).values("count")), 0)


def unread_count(user: User) -> int:
    """Return how many unread notices `user` has; one query."""
    return Notice.objects.unread().filter(recipient=user).count()


def delivery_of(user: User) -> dict[str, Delivery]:
    """Return how `user` is told, by kind; one query."""
    return deliveries_of([user.pk])[user.pk]


def deliveries_of(user_ids: Iterable[int]) -> Mapping[int, dict[str, Delivery]]:
    """Return how these people are told, by person and kind; one query."""
    ids = list(user_ids)
    defaults = {kind.name: kind.delivery for kind in kinds()}
    found = {pk: dict(defaults) for pk in ids}
    for row in Preference.objects.filter(user__in=ids):
        if row.kind in defaults and row.delivery in Delivery.values:
            found[row.user_id][row.kind] = Delivery(row.delivery)
    return found
