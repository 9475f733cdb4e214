"""As whom a steward sees the site at the moment.

`request.user` stays the steward: the log names her, and nothing personal of the other one is reached. What changes is
the answer of `access.rights`, and with it every list, page, file and search. The mark is kept on the person's object,
which travels into lazy querysets and streamed answers, and beside the request, for code that loads her anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Circle, Organisation, User


@dataclass(frozen=True, slots=True)
class Viewing:
    """One steward's look at the site through somebody else's eyes.

    Attributes:
        actor_id: Primary key of who looks.
        target: As whom: a person, or somebody who belongs to an organisation or circle and has no rights of her own.
        until: When it ends by itself.
    """

    actor_id: int
    target: User | Organisation | Circle
    until: dt.datetime

    @property
    def label(self) -> str:
        """Return the name of the target, a person's with her organisation."""
        if isinstance(self.target, User) and self.target.organisation is not None:
            return f"{self.target} ({self.target.organisation})"
        return str(self.target)

    @property
    def minutes_left(self) -> int:
        """Return the minutes until it ends by itself, the one that has begun included."""
        return max(0, -((timezone.now() - self.until) // dt.timedelta(minutes=1)))


_viewing: ContextVar[Viewing | None] = ContextVar("access_viewing", default=None)


@contextmanager
def seeing(user: Any, viewing: Viewing) -> Iterator[None]:
    """Let `user`, who is `viewing.actor_id`, see the site as the target does until the block ends.

    Her object keeps the mark after the block: a streamed answer asks for rights when the view is long done.
    """
    user.viewing = viewing
    token = _viewing.set(viewing)
    try:
        yield
    finally:
        _viewing.reset(token)


def viewing_of(user: User | AnonymousUser) -> Viewing | None:
    """Return through whose eyes `user` sees the site at the moment; None if through her own."""
    marked: Viewing | None = getattr(user, "viewing", None)
    viewing = marked or _viewing.get()
    return viewing if viewing is not None and viewing.actor_id == user.pk else None
