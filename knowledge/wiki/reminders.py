"""Remind people of pages that are to be looked at, and put it into words within their rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.handling import is_confidential
from access.reader import same_request
from access.rights import can
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.corrections.models import Hint
from knowledge.wiki.due import overdue_pages, waiting_for
from notices.kinds import Rendered
from notices.models import Notice
from notices.selectors import told_lately
from notices.services import notify

DUE = "wiki.review_due"
REPEATED_AFTER = dt.timedelta(days=7)
"""Between two reminders of one person, however many pages became due meanwhile; five days at the least."""


@same_request()
def remind() -> int:
    """Remind whoever keeps pages whose day has come, and the publishers of a space of those that nobody keeps.

    Returns:
        How many people were reminded.
    """
    waiting: dict[int, User] = {}
    publishers: dict[int, list[User]] = {}
    keepers = User.objects.in_bulk(overdue_pages().order_by().values_list("keeper", flat=True))
    for page in overdue_pages():
        keeper = keepers.get(page.keeper)
        if keeper is not None and can(keeper, Action.READ_DRAFT, page):
            people = [keeper]
        else:
            found = publishers.get(page.space_id)
            people = (
                found if found is not None else list(responsible_for(page.space, Action.PUBLISH))
            )
            publishers[page.space_id] = people
        waiting.update({person.pk: person for person in people})
    return _tell(waiting)


@transaction.atomic
def _tell(waiting: dict[int, User]) -> int:
    told = set(told_lately(DUE, REPEATED_AFTER))
    return notify([one for pk, one in waiting.items() if pk not in told], DUE)


def render_due(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say how many pages wait for the recipient now; nothing if none do."""
    count = waiting_for(recipient).filter(review_by__lte=timezone.localdate()).count()
    if not count:
        return [None for _one in notices]
    said = ngettext(
        "%(count)d page is to be checked by you.",
        "%(count)d pages are to be checked by you.",
        count,
    ) % {"count": count}
    text = _("Read whether they are still right, and confirm or change them.")
    return [Rendered(said, text, url=reverse("wiki:due")) for _one in notices]


def render_outdated(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say to the keeper of a page that somebody thinks it is out of date, while the keeper may read it."""
    numbers = [one.details.get("hint", 0) for one in notices]
    # unscoped: each is asked for rights before it is put into words
    hints: Any = Hint.objects.select_related("page", "reporter").in_bulk(numbers)
    return [_doubt_in_words(recipient, hints.get(number)) for number in numbers]


def _doubt_in_words(recipient: User, hint: Hint | None) -> Rendered | None:
    if hint is None or hint.state != Hint.State.OPEN or not can(recipient, Action.READ, hint.page):
        return None
    person = hint.reporter or _("Somebody")
    return Rendered(
        _("%(person)s thinks that “%(page)s” may be out of date.")
        % {"person": person, "page": hint.page.title},
        hint.text,
        url=reverse("wiki:upkeep", args=[hint.page_id]),
        is_confidential=is_confidential(hint.page),
    )
