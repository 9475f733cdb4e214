"""Sessions in the database that know their person; `SESSION_ENGINE` names this module."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Django's store, with the signed-in person in a column of its own."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return our model of a session."""
        from accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row for `data`, with the person who is signed in."""
        row: Any = super().create_model_instance(data)
        person = str(data.get(SESSION_KEY, ""))
        row.user_id = int(person) if person.isdecimal() else None
        return row
