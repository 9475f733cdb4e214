"""Tell people something, and keep what they have read and how they want to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notices.kinds import Delivery, kinds
from notices.models import Notice, Preference

KEPT_READ = dt.timedelta(days=90)
"""How long a notice is kept after it was read; unread ones are kept four times as long."""

_BATCH = 500


@transaction.atomic
def notify(
    recipients: Iterable[User],
    kind: str,
    *,
    key: str = "",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Tell people something, in the transaction of what happened; leave out closed accounts.

    Args:
        recipients: People who may see now what it is about; that is asked again whenever it is shown.
        kind: A registered kind.
        key: What it is about, such as `page:42`. It replaces an unread notice with the same kind and key.
        details: Numbers and plain values for the kind's `render`; no titles, no texts.

    Returns:
        How many people were told.

    Raises:
        LookupError: If nobody registered the kind.
    """
    name = kinds[kind].name
    people = {person.pk for person in recipients if person.is_active}
    told = Notice.objects.unread().filter(kind=name, key=key)
    for start in range(0, len(people), _BATCH):
        batch = sorted(people)[start : start + _BATCH]
        told.filter(recipient__in=batch).delete()
        Notice.objects.bulk_create(
            [
                Notice(recipient_id=pk, kind=name, key=key, details=dict(details or {}))
                for pk in batch
            ],
            ignore_conflicts=True,  # told the same at the same moment by somebody else
        )
    return len(people)


def withdraw(kind: str, *, key: str) -> None:
    """Withdraw unread notices about something that is over, such as a request that was answered."""
    Notice.objects.unread().filter(kind=kind, key=key).delete()


def mark_read(recipient: User, *, pks: Iterable[int]) -> None:
    """Remember that `recipient` has seen these notices; other people's stay as they are."""
    mine = Notice.objects.unread().filter(recipient=recipient, pk__in=list(pks))
    mine.update(read_at=timezone.now())


def mark_all_read(recipient: User) -> None:
    """Remember that `recipient` has seen everything."""
    Notice.objects.unread().filter(recipient=recipient).update(read_at=timezone.now())


@transaction.atomic
def choose_delivery(user: User, chosen: Mapping[str, Delivery]) -> None:
    """Keep how `user` wants to be told, by kind.

    Raises:
        LookupError: If a kind is unknown.
    """
    for name, delivery in chosen.items():
        Preference.objects.update_or_create(
            user=user, kind=kinds[name].name, defaults={"delivery": delivery.value}
        )


def forget_old() -> int:
    """Delete notices read long ago, and unread ones that are much older; return how many."""
    now = timezone.now()
    read, _by_model = Notice.objects.filter(read_at__lt=now - KEPT_READ).delete()
    unread, _by_model = Notice.objects.unread().filter(created_at__lt=now - 4 * KEPT_READ).delete()
    return read + unread
