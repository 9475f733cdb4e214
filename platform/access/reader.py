"""Who reads what the current request answers: the person, through whose eyes, and the rights, loaded once.

- Rich text, Markdown and choosers turn stored references into titles and addresses deep inside Wagtail, which passes
  them no request. They ask for `current_reader`; outside a request nobody reads, who may see nothing.
- While a steward sees the site as somebody else (`Viewing`), `request.user` stays the steward: the log names them, and
  nothing personal of the other one is reached. What changes is the answer of `access.rights`, and with it every list,
  page, file and search. It is kept on the person's object, which travels into lazy querysets and streamed answers, and
  beside the request, for code that loads the person anew.
- A person's rights are kept for the length of one request (`remembered`), and never longer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from access.principals import Principal, label_of
from accounts.models import User

Value = TypeVar("Value")

_reader: ContextVar[User | AnonymousUser | None] = ContextVar("access_reader", default=None)
_viewing: ContextVar[Viewing | None] = ContextVar("access_viewing", default=None)
_cache: ContextVar[dict[Hashable, Any] | None] = ContextVar("access_request_cache", default=None)


@contextmanager
def reading_as(person: User | AnonymousUser) -> Iterator[None]:
    """Render for `person` until the block ends."""
    token = _reader.set(person)
    try:
        yield
    finally:
        _reader.reset(token)


def current_reader() -> User | AnonymousUser:
    """Return the person for whom is being rendered; somebody without rights if nobody was named."""
    return _reader.get() or AnonymousUser()


@dataclass(frozen=True, slots=True)
class Viewing:
    """One steward's look at the site through somebody else's eyes.

    Attributes:
        actor_id: Primary key of who looks.
        target: As whom: a person, or somebody who belongs to an organisation or circle and has no other rights.
        until: When it ends by itself.
    """

    actor_id: int
    target: Principal
    until: dt.datetime

    @property
    def label(self) -> str:
        """Return the name of the target, a person's with the organisation."""
        return label_of(self.target)

    @property
    def minutes_left(self) -> int:
        """Return the minutes until it ends by itself, the one that has begun included."""
        return max(0, -((timezone.now() - self.until) // dt.timedelta(minutes=1)))


@contextmanager
def seeing(user: Any, viewing: Viewing) -> Iterator[None]:
    """Let `user`, who is `viewing.actor_id`, see the site as the target does until the block ends.

    The object of `user` keeps it after the block: a streamed answer asks for rights when the view is long done.
    """
    user.viewing = viewing
    token = _viewing.set(viewing)
    try:
        yield
    finally:
        _viewing.reset(token)


def viewing_of(user: User | AnonymousUser) -> Viewing | None:
    """Return through whose eyes `user` sees the site at the moment; None if through their own."""
    marked: Viewing | None = getattr(user, "viewing", None)
    viewing = marked or _viewing.get()
    return viewing if viewing is not None and viewing.actor_id == user.pk else None


@contextmanager
def one_request() -> Iterator[None]:
    """Remember what `remembered` computes until the block ends."""
    token = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(token)


@contextmanager
def same_request() -> Iterator[None]:
    """Remember until the request ends that is going on; if there is none, until the block ends.

    For what asks for a person's rights several times in one go and is also called outside requests.
    """
    if _cache.get() is not None:
        yield
        return
    with one_request():
        yield


def remembered(key: Hashable, compute: Callable[[], Value]) -> Value:
    """Return the value computed before under `key` in this request; outside a request compute it anew."""
    cache = _cache.get()
    if cache is None:
        return compute()
    if key not in cache:
        cache[key] = compute()
    value: Value = cache[key]
    return value


def forget() -> None:
    """Drop what was remembered; every write to rights calls this."""
    cache = _cache.get()
    if cache is not None:
        cache.clear()
