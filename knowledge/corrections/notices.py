"""What people are told of hints; words with the recipient's rights at that moment."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from access.handling import is_confidential
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.corrections.models import Hint
from notices.kinds import Rendered
from notices.models import Notice


def render_hints(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Tell of hints that wait, for whoever may publish the page."""
    return [
        Rendered(
            _("%(person)s has a hint on “%(page)s”.")
            % {"person": hint.reporter or _("Somebody"), "page": hint.page.title},
            url=reverse("corrections:hints"),
            is_confidential=is_confidential(hint.page),
        )
        if hint is not None
        and hint.state == Hint.State.OPEN
        and can(recipient, Action.PUBLISH, hint.page)
        else None
        for hint in _hints(notices)
    ]


def render_settled(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Tell what became of one's own hint, while one may read the page."""
    return [
        Rendered(
            _("Your hint on “%(page)s” is settled.") % {"page": hint.page.title},
            hint.answer,
            url=hint.page.url,
            is_confidential=is_confidential(hint.page),
        )
        if hint is not None and can(recipient, Action.READ, hint.page)
        else None
        for hint in _hints(notices)
    ]


# unscoped: each is asked for rights before it is put into words
def _hints(notices: Sequence[Notice]) -> list[Hint | None]:
    numbers = [one.details.get("hint", 0) for one in notices]
    found = Hint.objects.select_related("page", "reporter").in_bulk(numbers)
    return [found.get(number) for number in numbers]
