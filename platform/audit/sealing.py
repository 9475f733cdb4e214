"""Give each committed line its number and hash.

A line is written without them in the transaction of the change, and sealed in a transaction of its own right after the
commit. So the only lock that orders writers, the row of the chain, is taken when every other lock is gone: nobody
can wait for it while holding what its holder needs. A change that is rolled back leaves no line and uses no number.
What a crash leaves unsealed between the two transactions is sealed with the next line, or by `manage.py audit seal`.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from audit.hashing import HASHED, line_hash, signature
from audit.models import Chain, Entry, Log

BATCH = 500  # lines in one transaction


def seal_after_commit(log: str) -> None:
    """Seal what is pending in `log` when the current transaction is committed, at once outside of one."""
    # A failure is logged and the lines wait: what they tell is done and must not look as if it had failed.
    transaction.on_commit(lambda: _seal_if_pending(log), robust=True)


def seal_pending() -> int:
    """Seal every pending line of both logs; return how many there were."""
    return sum(_seal_all(log) for log in Log.values)


def _seal_if_pending(log: str) -> None:
    # Several lines of one transaction come here once each; the first call seals them all.
    if _pending(log).exists():
        _seal_all(log)


def _seal_all(log: str) -> int:
    total = 0
    while sealed := _seal_batch(log):
        total += sealed
    return total


@transaction.atomic
def _seal_batch(log: str) -> int:
    chain = locked_chain(log)
    lines = list(_pending(log).order_by("id").values("id", *HASHED)[:BATCH])
    for values in lines:
        previous = chain.hash
        chain.sequence += 1
        values["sequence"] = chain.sequence
        chain.hash = line_hash(previous, values)
        unguarded().filter(pk=values["id"]).update(
            sequence=chain.sequence, previous_hash=previous, hash=chain.hash
        )
    if lines:
        chain.signature = signature("head", log, chain.sequence, chain.hash)
        chain.save(update_fields=["sequence", "hash", "signature"])
    return len(lines)


def locked_chain(log: str) -> Chain:
    """Return the chain of `log`, locked until the transaction ends; it is made at the first line ever."""
    chain = Chain.objects.select_for_update().filter(pk=log).first()
    if chain is None:
        Chain.objects.get_or_create(pk=log)
        chain = Chain.objects.select_for_update().get(pk=log)
    return chain


def unguarded() -> QuerySet[Entry]:
    """Return the lines without Python's guard; the database's own triggers still hold."""
    return QuerySet(Entry)


def _pending(log: str) -> QuerySet[Entry]:
    return unguarded().filter(log=log, sequence__isnull=True)
