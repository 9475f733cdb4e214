"""A forgotten password: whoever asks learns nothing, a mail goes to whom the address belongs."""

# unscoped: an address finds its people; the answer to whoever asked never depends on it
from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from people.models import PasswordLink, PasswordRequest, Purpose
from people.passwords.links import mail_links

AGAIN_AFTER = dt.timedelta(minutes=10)  # so that nobody's mailbox is filled by somebody else


def ask_for_password(address: str) -> None:
    """Note that the password of `address` is forgotten: the same statement whether or not anybody has the address."""
    PasswordRequest.objects.bulk_create(
        [PasswordRequest(address=address.casefold())], ignore_conflicts=True
    )


def answer_requests() -> int:
    """Have links mailed for what was asked; return how many requests were looked at. A job does it."""
    looked_at = 0
    for pk in list(PasswordRequest.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            request = PasswordRequest.objects.select_for_update().filter(pk=pk).first()
            if request is not None:
                _answer(request)
                looked_at += 1
    return looked_at


def _answer(request: PasswordRequest) -> None:
    people = User.objects.select_for_update().filter(email__iexact=request.address, is_active=True)
    just_now = PasswordLink.objects.open().filter(made_at__gt=timezone.now() - AGAIN_AFTER)
    waiting = set(just_now.filter(person__in=people).values_list("person", flat=True))
    mail_links(
        [person for person in people if person.pk not in waiting],
        actor=None,
        purpose=Purpose.FORGOTTEN,
    )
    request.delete()
