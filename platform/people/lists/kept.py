"""Keep a list of people from its preview to its confirmation, for whoever reads it in."""

# unscoped: each person's own list
from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import User
from people.models import PeopleList

KEPT = dt.timedelta(days=1)


def keep(text: str, *, actor: User) -> PeopleList:
    """Keep the list; one that the same person read in before is replaced."""
    kept, _is_new = PeopleList.objects.update_or_create(
        made_by=actor, defaults={"text": text, "made_at": timezone.now()}
    )
    return kept


def kept_by(actor: User) -> PeopleList | None:
    """Return the list that the person reads in at the moment."""
    return PeopleList.objects.filter(made_by=actor).first()


def throw_away(actor: User) -> None:
    """Forget the list of the person."""
    PeopleList.objects.filter(made_by=actor).delete()


def forget_old() -> int:
    """Delete lists that nobody confirmed; return how many there were."""
    deleted, _by_model = PeopleList.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
    return deleted
