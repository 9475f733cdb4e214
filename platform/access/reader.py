"""For whom the current request is answered; asked where text is rendered and no request is at hand.

Rich text, Markdown and choosers turn stored references into titles and addresses deep inside Wagtail, which passes them
no request. They ask here, and outside a request they learn that nobody reads, who may see nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from access.rights import Person, can
from access.roles import Action

Target = TypeVar("Target", bound=Model)

_reader: ContextVar[Person | None] = ContextVar("access_reader", default=None)


@contextmanager
def reading_as(person: Person) -> Iterator[None]:
    """Render for `person` until the block ends."""
    token = _reader.set(person)
    try:
        yield
    finally:
        _reader.reset(token)


def current_reader() -> Person:
    """Return the person for whom is being rendered; somebody without rights if nobody was named."""
    return _reader.get() or AnonymousUser()


def visible_or_none(target: Target | None) -> Target | None:
    """Return a page or file if the current reader may see it, else None, as if it were deleted."""
    if target is None or not can(current_reader(), Action.READ, target):
        return None
    return target
