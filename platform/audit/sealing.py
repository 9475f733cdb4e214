"""Give each committed line its number and hash.

A line is written without them in the transaction of the change, and sealed in a transaction of its own right after the
commit. So the one lock that orders writers, the row of the chain, is taken after all other locks are released: nobody
can wait for it while holding what its holder needs. A change that is rolled back leaves no line and uses no number.
What a crash leaves unsealed between the two transactions is sealed with the next line, or by `manage.py audit seal`.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from audit.hashing import HASHED, line_hash, signature
from audit.models import Chain, Entry, Log

BATCH = 500  # lines in one transaction

_waiting = (
    threading.local()
)  # .logs: the logs in which this thread has written since it last sealed


def seal_after_commit(log: str) -> None:
    """Seal what is pending in `log` when the current transaction commits; at once outside of one."""
    _logs_of_this_thread().add(log)
    # A failure is logged and the lines wait: what they tell is done and must not look as if it had failed.
    transaction.on_commit(lambda: _seal_once(log), robust=True)


def seal_pending() -> int:
    """Seal every pending line of both logs; return how many there were."""
    return sum(_seal_all(log) for log in Log.values)


def _seal_once(log: str) -> None:
    # Several lines of one transaction come here once each; the first call seals them all.
    logs = _logs_of_this_thread()
    if log in logs:
        logs.discard(log)
        _seal_all(log)


def _logs_of_this_thread() -> set[str]:
    logs: set[str] = vars(_waiting).setdefault("logs", set())
    return logs


def _seal_all(log: str) -> int:
    total = 0
    while True:
        sealed = _seal_batch(log)
        total += sealed
        if sealed < BATCH:
            return total


@transaction.atomic
def _seal_batch(log: str) -> int:
    """Seal up to `BATCH` lines.

    Hand-written SQL, because it runs after every change: Django takes milliseconds to compose what the database does
    in 0.1 ms.
    """
    sql = _statements(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql["chain"], [log])
        ends = cursor.fetchone()
        if ends is None:
            made = locked_chain(log)  # another writer may have made it, and sealed, meanwhile
            ends = made.sequence, made.hash
        sequence, previous = ends
        cursor.execute(sql["pending"], [log, BATCH])
        lines = cursor.fetchall()
        for pk, *values in lines:
            sequence += 1
            line = line_hash(previous, _as_hashed(values, sequence))
            cursor.execute(sql["seal"], [sequence, previous, line, pk])
            previous = line
        if lines:
            signed = signature("head", log, sequence, previous)
            cursor.execute(sql["end"], [sequence, previous, signed, log])
    return len(lines)


@cache
def _statements(vendor: str) -> dict[str, str]:
    column_of = {field.attname: field.column for field in Entry._meta.concrete_fields}
    columns = ", ".join(f'"{column_of[name]}"' for name in HASHED)
    chain = "SELECT sequence, hash FROM audit_chain WHERE log = %s"
    pending = "FROM audit_entry WHERE log = %s AND sequence IS NULL ORDER BY id LIMIT %s"
    return {
        # SQLite has one writer at a time and knows no row locks.
        "chain": f"{chain} FOR UPDATE" if vendor == "postgresql" else chain,
        "pending": f"SELECT id, {columns} {pending}",
        "seal": "UPDATE audit_entry SET sequence = %s, previous_hash = %s, hash = %s WHERE id = %s",
        "end": "UPDATE audit_chain SET sequence = %s, hash = %s, signature = %s WHERE log = %s",
    }


def _as_hashed(values: list[Any], sequence: int) -> dict[str, Any]:
    """Return a line as Django reads it: SQLite gives times in UTC without a zone, both databases give JSON as text."""
    line = dict(zip(HASHED, values, strict=True))
    line["sequence"] = sequence
    line["at"] = line["at"].replace(tzinfo=line["at"].tzinfo or dt.UTC)
    for name in ("details", "commitments"):
        line[name] = json.loads(line[name])
    return line


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
