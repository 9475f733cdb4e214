"""Sessions in the database that know their person; `SESSION_ENGINE` names this module."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone

from web.composed import composed


@composed
def _running(*, key: Any, now: Any) -> QuerySet[Any]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(DatabaseStore):
    """Django's store, with the signed-in person in a column of its own."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return our model of a session."""
        from accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        """Return the row if the session hasn't ended; every request asks, so the query is composed once."""
        row = next(_running(key=self.session_key, now=timezone.now()), None)
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row for `data`, with the person who is signed in."""
        row: Any = super().create_model_instance(data)
        person = str(data.get(SESSION_KEY, ""))
        row.user_id = int(person) if person.isdecimal() else None
        return row
