"""Locks between processes; the system releases them when the holder dies, so kill -9 leaves nothing to clean up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from filelock import FileLock, Timeout

from search import conf


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Hold the lock `name` for the block if nobody else does; yield whether it is held.

    On PostgreSQL it is an advisory lock of the session, shared by all machines of the installation; a pool that shares
    sessions between clients (pgbouncer in transaction mode) would break it. Otherwise it is a locked file.
    """
    taken = _try_postgresql if connection.vendor == "postgresql" else _try_file
    with taken(name) as held:
        yield held


@contextmanager
def lock(name: str, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock `name` for the block, waiting for it.

    Raises:
        TimeoutError: If another process held it all that time.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        with try_lock(name) as held:
            if held:
                yield
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"The lock {name!r} was not free within {timeout_s:.0f} s.")
        time.sleep(0.05)


@contextmanager
def _try_postgresql(name: str) -> Iterator[bool]:
    # One database may hold several installations' schemas, or a test's; the index name tells them apart.
    digest = hashlib.blake2b(
        f"search:{settings.SEARCH_INDEX_NAME}:{name}".encode(), digest_size=8
    ).digest()
    number = int.from_bytes(digest, signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::bigint)", [number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s::bigint)", [number])


@contextmanager
def _try_file(name: str) -> Iterator[bool]:
    folder = conf.lock_dir()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        held = FileLock(folder / f"search-{name}.lock", mode=0o600).acquire(blocking=False)
    except Timeout:
        yield False
        return
    with held:
        yield True
