"""Ask the publishers of a space now and then to confirm its contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import Space
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.contacts.selectors import contacts_due_for, due_contacts
from notices.kinds import Rendered
from notices.models import Notice
from notices.selectors import told_lately
from notices.services import notify

DUE = "contacts.confirmation_due"
REPEATED_AFTER = dt.timedelta(days=30)  # a contact that stays due is no news each day


def remind() -> int:
    """Tell the publishers of each space with due contacts, each person at most once in `REPEATED_AFTER`.

    Returns:
        How many people were told.
    """
    spaces = Space.objects.filter(pk__in=due_contacts().order_by().values("space"))
    return sum(_remind_of(space) for space in spaces.order_by("pk"))


@transaction.atomic
def _remind_of(space: Space) -> int:
    key = f"space:{space.pk}"
    told = told_lately(DUE, REPEATED_AFTER, key=key)
    untold = responsible_for(space, Action.PUBLISH).exclude(pk__in=told)
    return notify(untold, DUE, key=key, details={"space": space.pk})


def render_due(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say how many contacts are due in the space now; nothing if none are, or the recipient can't publish there."""
    rows = contacts_due_for(recipient).order_by().values_list("space", "space__title")
    due = {space: (title, count) for space, title, count in rows.annotate(count=Count("pk"))}
    return [_words(due.get(notice.details.get("space"))) for notice in notices]


def _words(due: tuple[str, int] | None) -> Rendered | None:
    if due is None:
        return None
    title, count = due
    said = ngettext(
        "%(count)d contact in the space “%(space)s” is to be confirmed.",
        "%(count)d contacts in the space “%(space)s” are to be confirmed.",
        count,
    ) % {"count": count, "space": title}
    return Rendered(
        title=said,
        text=_("Ask whether the data are still right, then confirm them."),
        url=reverse("contacts:due"),
    )
