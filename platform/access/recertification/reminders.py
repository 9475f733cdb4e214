"""Tell stewards that the rights in their spaces have to be confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from access.consequence.space_grants import grants_in
from access.due import DueSpace, due_spaces, spaces_due
from access.models import Space
from access.rights import spaces_where
from access.roles import Action
from accounts.models import User
from notices.kinds import Rendered
from notices.models import Notice
from notices.selectors import told_lately
from notices.services import notify

DUE = "access.confirmation_due"
REMIND_EVERY = dt.timedelta(days=14)
REMIND_AT = dt.time(5, 40)


def key_of_space(space: Space) -> str:
    """Return what a notice about `space` is kept by."""
    return f"space:{space.pk}"


def remind_stewards() -> int:
    """Tell everybody responsible for a space that is due, at most every `REMIND_EVERY`; return how many were told."""
    return sum(_remind(one) for one in spaces_due())


def _remind(due: DueSpace) -> int:
    """Tell the stewards by a grant, or the curators if there are none."""
    standing = grants_in(due.space)
    people = standing.stewards() - standing.curators or standing.stewards()
    key = key_of_space(due.space)
    told = set(told_lately(DUE, REMIND_EVERY, key=key))
    return notify(User.objects.filter(pk__in=people - told), DUE, key=key)


def render_due(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say which space is due, to whoever is still responsible for it while it still is."""
    numbers = {int(notice.key.partition(":")[2]) for notice in notices}
    mine = spaces_where(recipient, Action.GRANT) & numbers
    due = {one.space.pk: one for one in due_spaces(Space.objects.filter(pk__in=mine))}
    found = (due.get(int(notice.key.partition(":")[2])) for notice in notices)
    return [_in_words(one) if one is not None else None for one in found]


def _in_words(due: DueSpace) -> Rendered:
    title = _("The rights in the space “%(space)s” have to be confirmed.")
    if due.is_overdue:
        title = _("The rights in the space “%(space)s” should have been confirmed long ago.")
    return Rendered(
        title=title % {"space": due.space.title},
        text=_("Please look at who may do what there. Until then all rights stay in force."),
        url=reverse("access:confirm_rights", args=[due.space.slug]),
    )
