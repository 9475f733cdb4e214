"""One's own sessions: where they were begun, and ending the others."""

# unscoped: the reader's own sessions
from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Session, User
from audit.context import short_address
from audit.services import record

BEGUN = "sign_in"  # what a session carries of its beginning
AGENT_LENGTH = 300  # characters

# The first that is found counts: Edge calls itself Chrome, and Chrome Safari.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session as its person recognises it.

    Attributes:
        browser: Browser and system; empty if they did not say.
        network: Where it was begun, without the last part of the address.
        begun_at: When; None for sessions from before this was kept.
        ends_at: When it ends by itself.
        is_current: Whether the person looks at it with this one.
    """

    browser: str
    network: str
    begun_at: dt.datetime | None
    ends_at: dt.datetime
    is_current: bool


def note_beginning(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keep in the session what its person recognises it by; it goes with the session."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH]
    request.session[BEGUN] = {
        "browser": _named(agent),
        "network": short_address(request),
        "at": timezone.now().isoformat(),
    }


def sessions_of(person: User, *, current_key: str | None) -> Sequence[OwnSession]:
    """Return the open sessions of a person, the current one first, then the latest."""
    rows = Session.objects.filter(user=person, expire_date__gt=timezone.now())
    found = [_seen(row, current_key) for row in rows.order_by("-expire_date")]
    return sorted(found, key=lambda one: not one.is_current)


@transaction.atomic
def end_other_sessions(request: HttpRequest, person: User) -> int:
    """End all sessions of the person but that of the request; return how many there were.

    What a browser that is asking at this moment writes back no longer matches, either (`sign_in_epoch`).
    """
    others = Session.objects.filter(user=person).exclude(session_key=request.session.session_key)
    ended, _by_model = others.delete()
    person = User.objects.select_for_update().get(pk=person.pk)
    person.sign_in_epoch += 1
    person.save(update_fields=["sign_in_epoch"])
    update_session_auth_hash(request, person)
    record("sign_in.others_ended", actor=person, obj=person, details={"sessions": ended})
    return ended


def _seen(row: Any, current_key: str | None) -> OwnSession:
    begun = row.get_decoded().get(BEGUN, {})
    at = begun.get("at")
    return OwnSession(
        browser=begun.get("browser", ""),
        network=begun.get("network", ""),
        begun_at=dt.datetime.fromisoformat(at) if at else None,
        ends_at=row.expire_date,
        is_current=row.session_key == current_key,
    )


def _named(agent: str) -> str:
    named = [
        next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in named if name)
