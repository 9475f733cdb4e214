"""Ask the publishers of a space, once in a while, to confirm its contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import Space
from access.roles import Role
from access.selectors import holdings_on_space, people_of
from accounts.models import User
from knowledge.contacts.selectors import contacts_due_for, due_contacts
from notices.kinds import Rendered
from notices.models import Notice
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
    told = Notice.objects.filter(
        kind=DUE, key=key, created_at__gt=timezone.now() - REPEATED_AFTER
    ).values_list("recipient", flat=True)
    untold = [person for person in _publishers(space) if person.pk not in set(told)]
    return notify(untold, DUE, key=key, details={"space": space.pk})


def _publishers(space: Space) -> list[User]:
    """Return those who publish in the space by a grant; the curators only where there is nobody else."""
    people: dict[int, User] = {}
    curators: dict[int, User] = {}
    for holding in holdings_on_space(space):
        if holding.principal is None:
            named = User.objects.filter(platform_role="curator", is_active=True)
            curators = {person.pk: person for person in named}
        elif holding.role >= Role.PUBLISHER:
            people.update({person.pk: person for person in people_of(holding.principal)})
    return list((people or curators).values())


def render_due(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say how many contacts are due in the space now; nothing if none are, or she doesn't publish there any more."""
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
