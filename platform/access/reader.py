"""For whom the current request is answered; asked where text is rendered and no request is at hand.

Rich text, Markdown and choosers turn stored references into titles and addresses deep inside Wagtail, which passes them
no request. They ask here, and outside a request they learn that nobody reads, who may see nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import AnonymousUser

from access.rights import Person

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
