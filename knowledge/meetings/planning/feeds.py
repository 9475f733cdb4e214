"""The calendar feed of a person, under a secret address that can be revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.services import record
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Feed, Meeting, State

KEPT = dt.timedelta(days=90)
"""So long meetings that are over stay in the feed."""


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(person: User) -> str:
    """Give `person` a new secret; the former one ends. It is returned once and kept as a hash."""
    secret = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(
        person=person,
        defaults={
            "hashed": _hashed(secret),
            "made_at": timezone.now(),
            "epoch": person.sign_in_epoch,
        },
    )
    record("meeting.feed_made", actor=person, obj=person)
    return secret


@transaction.atomic
def end_feed(person: User) -> None:
    """Let nobody fetch the meetings of `person` any more."""
    if Feed.objects.filter(person=person).delete()[0]:
        record("meeting.feed_ended", actor=person, obj=person)


def owner_of(secret: str) -> User | None:
    """Return whose feed a secret opens; None if it is nobody's, was ended, or the account is closed."""
    feed = Feed.objects.filter(
        hashed=_hashed(secret), person__is_active=True, person__sign_in_epoch=F("epoch")
    )
    found = feed.select_related("person__organisation").first()
    return found.person if found else None


def meetings_in_feed(person: User) -> list[Meeting]:
    """Return the meetings to which `person` is invited and whose pages this person may read now."""
    pages = MinutesPage.objects.visible_to(person).filter(
        held_on__gte=timezone.localdate() - KEPT, meeting__invitations__person=person
    )
    # unscoped: of visible pages
    meetings = Meeting.objects.filter(page__in=pages).exclude(state=State.CANCELLED)
    return list(meetings.select_related("page").order_by("page__held_on", "pk"))
