"""Make, check and revoke access keys."""

# unscoped: keys of programs; the pages show one's own, and all of them to administrators (api.views)
from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models.api import DISPLAY_PREFIX_LENGTH

from accounts.models import User
from api.audit_words import CREATED, REFUSED, REVOKED
from api.models import AccessKey
from audit import flood
from audit.context import short_address
from audit.services import record

DEFAULT_DAYS, MAX_DAYS = 90, 365
MAX_KEYS = 20  # usable ones of one person; each program has its own
TOUCH_S = 60  # a program that asks often writes its last use once a minute


class TooManyKeys(Exception):
    """The person has `MAX_KEYS` usable keys already."""


@transaction.atomic
def create_key(*, owner: User, name: str, days: int = DEFAULT_DAYS) -> tuple[AccessKey, str]:
    """Make a key by which programs read what `owner` may read.

    Args:
        owner: Who makes it, and whose rights it carries.
        name: What the owner calls it, 1 to 255 characters.
        days: How long it is valid, 1 to `MAX_DAYS`.

    Returns:
        The key, and the secret, which is stored nowhere and can be shown only now.

    Raises:
        ValueError: If `days` is out of bounds.
        TooManyKeys: If the owner has `MAX_KEYS` usable ones.
    """
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(f"A key is valid for 1 to {MAX_DAYS} days, not for {days}.")
    # The row lock lets two requests at once not both take the last place.
    User.objects.select_for_update().get(pk=owner.pk)
    if count_usable(owner) >= MAX_KEYS:
        raise TooManyKeys
    secret = AccessKey.generate_token()
    key = AccessKey.objects.create(
        user=owner,
        name=name,
        key_hash=AccessKey.hash_token(secret),
        prefix=secret[:DISPLAY_PREFIX_LENGTH],
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    details = {"number": key.pk, "until": key.expires_at}
    record(CREATED, actor=owner, obj=owner, details=details)
    return key, secret


@transaction.atomic
def revoke_key(key: AccessKey, *, actor: User) -> None:
    """End a key at once; leave one that was revoked before as it is."""
    locked = AccessKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if locked.revoked_at is None:
        locked.revoke()
        record(REVOKED, actor=actor, obj=key.user, details={"number": key.pk})


@transaction.atomic
def revoke_every_key(owner: User) -> int:
    """End all usable keys of a person, each with its line in the log; return how many there were."""
    keys = list(AccessKey.objects.of(owner).usable())
    for key in keys:
        revoke_key(key, actor=owner)
    return len(keys)


def count_usable(owner: User) -> int:
    """Return how many usable keys a person has."""
    return AccessKey.objects.of(owner).usable().count()


def key_with_secret(secret: str) -> AccessKey | None:
    """Return the key that `secret` belongs to, with its owner, valid or not; None if there is none.

    The checksum tells what can't be a secret, without asking the database.
    """
    if not AccessKey.validate_token_format(secret):
        return None
    hashes = AccessKey.candidate_key_hashes(secret)
    return (
        AccessKey.objects.select_related("user__organisation").filter(key_hash__in=hashes).first()
    )


def note_use(key: AccessKey) -> None:
    """Remember that the key was used, at most once in `TOUCH_S`."""
    now = timezone.now()
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() >= TOUCH_S:
        AccessKey.objects.filter(pk=key.pk).update(last_used_at=now)


@transaction.atomic
def record_refused_key(key: AccessKey | None, *, request: HttpRequest) -> bool:
    """Record that a request came with an invalid key, but not the key.

    Args:
        key: The key, if there is one that is over, revoked or whose owner's account is closed.
        request: The request.

    Returns:
        Whether it was recorded. If not, its network has had `audit.flood.FAILURES_AN_HOUR` within the hour; the log
        is the counter, so that all processes count together.
    """
    if not flood.failure_is_recorded(REFUSED, address=short_address(request)):
        return False
    owner, number = (key.user, key.pk) if key else (None, None)
    record(REFUSED, actor=None, obj=owner, details={"number": number}, request=request)
    return True


def keys_of(person: User) -> list[AccessKey]:
    """Return a person's keys for their own page: the valid ones, and the last few that were valid."""
    keys = AccessKey.objects.of(person).select_related("user")
    usable = list(keys.usable())
    others = keys.exclude(pk__in=[key.pk for key in usable])[:MAX_KEYS]
    return [*usable, *others]


def every_key() -> QuerySet[AccessKey]:
    """Return everybody's keys, newest first, for those who operate the platform."""
    return AccessKey.objects.select_related("user__organisation").order_by("-created", "-pk")


def key_of_id(pk: int) -> AccessKey | None:
    """Return a key by its number, with its owner; the caller checks whose it is."""
    return AccessKey.objects.select_related("user").filter(pk=pk).first()
