"""Prune and pseudonymise: the only ways in which a line leaves the log or loses a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.hashing import signature
from audit.models import Chain, Log
from audit.sealing import locked_chain, seal_pending, unguarded
from audit.services import record


def period(log: str) -> dt.timedelta:
    """Return how long lines of `log` are kept: `AUDIT_RETENTION_DAYS` or `AUDIT_READS_RETENTION_DAYS`."""
    days = (
        settings.AUDIT_READS_RETENTION_DAYS if log == Log.READS else settings.AUDIT_RETENTION_DAYS
    )
    return dt.timedelta(days=days)


def prune(log: str) -> int:
    """Delete the lines of `log` whose period is over, and record how many there were.

    Only the beginning of the chain goes, up to the first line that must stay. The last deleted hash is kept and
    signed, so that the rest can still be verified.

    Returns:
        How many lines were deleted.
    """
    seal_pending()
    with transaction.atomic(), _opened(log) as chain:
        lines = unguarded().filter(log=log)
        young = lines.filter(at__gte=timezone.now() - period(log)).order_by("sequence")
        first_kept = young.values_list("sequence", flat=True).first()
        last = lines.filter(sequence__isnull=False).order_by("-sequence")
        if first_kept is not None:
            last = last.filter(sequence__lt=first_kept)
        end = last.first()
        if end is None or end.sequence is None:  # the second says so to mypy
            return 0
        chain.anchor_sequence, chain.anchor_hash = end.sequence, end.hash
        chain.anchor_signature = signature("anchor", log, end.sequence, end.hash)
        chain.save(update_fields=["anchor_sequence", "anchor_hash", "anchor_signature"])
        deleted, _by_model = lines.filter(sequence__lte=chain.anchor_sequence).delete()
        record("audit.pruned", actor=None, details={"log": log, "lines": deleted})
    return deleted


def prune_all() -> int:
    """Delete what is older than its log's period; return how many lines went."""
    return sum(prune(log) for log in Log.values)


def pseudonymise(person_id: int, *, actor: User | None) -> int:
    """Take a person's name out of every line; the number stays, and so does what happened.

    Args:
        person_id: Primary key of the person, whose account may be gone already.
        actor: Who asked for it; None for the installation itself.

    Returns:
        How many lines lost a name.
    """
    seal_pending()
    columns = {
        "actor": (Q(actor_id=person_id), ("actor_name", "actor_organisation")),
        "acting_as": (Q(acting_as_id=person_id), ("acting_as_name",)),
        "object": (Q(object_type="accounts.User", object_id=str(person_id)), ("object_title",)),
    }
    changed = set()
    with transaction.atomic():
        for log in sorted(
            Log.values
        ):  # always in this order: two at once must not wait for each other
            with _opened(log):
                for key, (condition, names) in columns.items():
                    lines = unguarded().filter(condition, log=log, salts__has_key=key)
                    for pk, salts in list(lines.values_list("pk", "salts")):
                        kept = {name: salt for name, salt in salts.items() if name != key}
                        blank = dict.fromkeys(names, "")
                        unguarded().filter(pk=pk).update(salts=kept, **blank)
                        changed.add(pk)
        if changed:
            record("person.pseudonymised", actor=actor, details={"lines": len(changed)})
    return len(changed)


@contextmanager
def _opened(log: str) -> Iterator[Chain]:
    """Open the triggers' door until the block ends; nobody outside this transaction ever sees it open."""
    chain = locked_chain(log)
    Chain.objects.filter(pk=log).update(is_open=True)
    yield chain
    Chain.objects.filter(pk=log).update(is_open=False)


def empty_for_tests() -> None:
    """Delete every line and both chains, before a test's database is flushed; `flush` refuses elsewhere."""
    with transaction.atomic():
        for log in sorted(Log.values):
            with _opened(log):
                unguarded().filter(log=log).delete()
        Chain.objects.all().delete()
