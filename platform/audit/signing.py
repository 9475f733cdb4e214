"""Sign the ends of the chains anew, after the installation's key has changed."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from audit.hashing import signature
from audit.models import Log
from audit.sealing import locked_chain, seal_pending
from audit.services import record


def sign_anew(*, actor: User | None = None) -> None:
    """Sign both ends of both chains with today's key, and record it.

    It signs what it finds: if the old key still exists, run `verify` with it in `SECRET_KEY_FALLBACKS` first.
    """
    seal_pending()
    with transaction.atomic():
        for log in sorted(Log.values):
            chain = locked_chain(log)
            chain.signature = signature("head", log, chain.sequence, chain.hash)
            chain.anchor_signature = signature(
                "anchor", log, chain.anchor_sequence, chain.anchor_hash
            )
            chain.save(update_fields=["signature", "anchor_signature"])
        record("audit.signed", actor=actor)
