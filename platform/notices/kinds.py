"""Kinds of notices: apps register theirs in `AppConfig.ready`, with the function that puts them into words.

A notice holds numbers and plain values, no content. Its kind's `render` makes the words each time it is shown or
mailed, within the recipient's rights at that moment; what they may no longer see is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.models import Notice
from web.registry import Registry

Text = str | Promise


class Delivery(TextChoices):
    """How somebody wants to be told."""

    IN_APP = "in_app", _("Only here")
    AT_ONCE = "at_once", _("Also by mail, at once")
    DAILY = "daily", _("Also by mail, once a day")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words.

    Attributes:
        title: One sentence that says what happened.
        text: More, if there is more to say.
        url: Where it leads, relative to the site; empty if nowhere.
        is_confidential: Whether it is about confidential content; a mail then only says that there is a notice.
    """

    title: str
    text: str = ""
    url: str = ""
    is_confidential: bool = False


Render = Callable[[User, Sequence[Notice]], Sequence[Rendered | None]]
"""Gets notices of one kind and one recipient, returns the words for each in the same order; None withdraws one.

Asks the recipient's rights as they are now; the number of queries doesn't grow with the number of notices.
"""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice.

    Attributes:
        name: Unique and stable, such as `access.share_received`.
        label: What it is called where people choose how to be told.
        render: See `Render`.
        delivery: How people are told who have chosen nothing.
        has_own_mail: Whether its room mails it, in its own form; `notices.delivery` then leaves it alone.
    """

    name: str
    label: Text
    render: Render
    delivery: Delivery = Delivery.IN_APP
    has_own_mail: bool = False


kinds: Registry[NoticeKind] = Registry(
    "kind of notice", cure="register it with notices.kinds.kinds.register"
)


def kinds_by_label() -> list[NoticeKind]:
    """Return all kinds in the order of their labels, as people read them."""
    return sorted(kinds, key=lambda kind: str(kind.label))
