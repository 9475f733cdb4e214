"""The state from which a consequence was worked out: what is confirmed counts only while it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


class Outdated(Exception):
    """Somebody else has changed the rights since the consequence was shown; nothing was saved."""


def fingerprint(said: Iterable[object]) -> str:
    """Return a short text that changes with everything that a consequence was worked out from."""
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:16]
