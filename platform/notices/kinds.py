"""Kinds of notices: apps register theirs in `AppConfig.ready`, with how they read for whoever gets one.

A notice holds numbers and plain values, no content. Its words are made each time it is shown or mailed, by its kind's
`render`, with the recipient's rights at that moment: what she may no longer see is withdrawn instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.models import Notice

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
        is_confidential: Whether it speaks of confidential content: a mail then only says that there is a notice.
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
class Kind:
    """One kind of notice.

    Attributes:
        name: Unique and stable, such as `access.share_received`.
        label: What it is called where people choose how to be told.
        render: See `Render`.
        delivery: How people are told who have chosen nothing.
    """

    name: str
    label: Text
    render: Render
    delivery: Delivery = Delivery.IN_APP


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str, label: Text, render: Render, *, delivery: Delivery = Delivery.IN_APP
) -> None:
    """Let notices of this kind be sent.

    Raises:
        ValueError: If the name is taken by another kind.
    """
    kind = Kind(name, label, render, delivery)
    if _kinds.get(name, kind) != kind:
        raise ValueError(f"The kind of notice {name!r} is registered twice.")
    _kinds[name] = kind


def unregister_kind(name: str) -> None:
    """Forget a kind; for tests that bring one of their own."""
    _kinds.pop(name, None)


def kind_named(name: str) -> Kind:
    """Return the kind called `name`.

    Raises:
        LookupError: If no app registers it.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"The kind of notice {name!r} is unknown; register it with notices.kinds.register_kind."
        ) from None


def is_known(name: str) -> bool:
    """Tell whether an app registers the kind (still)."""
    return name in _kinds


def kinds() -> tuple[Kind, ...]:
    """Return all kinds, by label."""
    return tuple(sorted(_kinds.values(), key=lambda kind: str(kind.label)))
