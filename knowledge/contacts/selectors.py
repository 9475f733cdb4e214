"""Contacts whose data nobody has confirmed for a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from access.rights import Person, spaces_where
from access.roles import Action
from knowledge.contacts.models import ContactPage


def is_due(contact: ContactPage) -> bool:
    """Tell whether the data were never confirmed, or longer ago than `CONTACT_CONFIRMATION_DAYS`."""
    return contact.confirmed_on is None or contact.confirmed_on < _oldest_good_day()


# unscoped: for the job that reminds each space's own publishers; pages ask contacts_due_for
def due_contacts() -> Any:
    """Return all published contacts that are due, the longest unconfirmed first, as a queryset."""
    due = Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=_oldest_good_day())
    return ContactPage.objects.filter(due, live=True).order_by("confirmed_on", "title", "pk")


def contacts_due_for(user: Person) -> Any:
    """Return the contacts that are due in the spaces in which `user` publishes, as a queryset."""
    spaces = spaces_where(user, Action.PUBLISH)
    return due_contacts().filter(space__in=spaces).select_related("organisation", "space")


def _oldest_good_day() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=settings.CONTACT_CONFIRMATION_DAYS)
