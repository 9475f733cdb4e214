"""Under which key a row goes out and is found again: its own number, or the key of the system it came from."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from access.models import Space
from knowledge.exchange.models import ExternalKey
from knowledge.tables.reading import NotRead

_OWN = re.compile(r"id-(\d{1,12})")
_LONGEST = 100


class Keys:
    """The keys of one kind of rows in one space; one query."""

    def __init__(self, space: Space, exchange: str) -> None:
        # unscoped: keys are shown with rows that the reader may take out
        known = ExternalKey.objects.filter(space=space, exchange=exchange)
        self._rows = dict(known.values_list("key", "row"))
        self._keys = {row: key for key, row in self._rows.items()}

    def of(self, row: int) -> str:
        """Return the key of a row."""
        return self._keys.get(row, f"id-{row}")

    def row(self, key: str) -> int | None:
        """Return the number of a row by its key; None for a key that is new.

        Raises:
            NotRead: If it is empty or too long.
        """
        if not key or len(key) > _LONGEST:
            raise NotRead(_("The key is empty, or longer than 100 characters."))
        own = _OWN.fullmatch(key)
        return int(own[1]) if own else self._rows.get(key)


def keep_key(space: Space, exchange: str, key: str, row: int) -> None:
    """Remember the key of a row that is new."""
    ExternalKey.objects.create(space=space, exchange=exchange, key=key, row=row)


def not_yours() -> NotRead:
    """Return the answer to a key that leads to nothing the person may change by table; it tells no more than that."""
    return NotRead(_("Under this key there is nothing here that a table may change."))
