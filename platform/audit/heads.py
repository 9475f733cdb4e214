"""Keep the heads of the chains outside the database; nothing else detects a log wiped or restored as a whole."""

from __future__ import annotations

import logging
import os

from django.conf import settings
from django.utils import timezone

from audit.models import Chain, Entry, Log

logger = logging.getLogger(__name__)


def note_heads() -> int:
    """Append the head of each chain that moved to `AUDIT_HEADS_FILE`, and write it to the process's log.

    Append nothing where the chain no longer holds what was noted: the file is the evidence.

    Returns:
        How many heads were noted.
    """
    noted, lines = noted_heads(), []
    for chain in Chain.objects.filter(sequence__gt=0).order_by("pk"):
        head = (chain.sequence, chain.hash)
        if noted.get(chain.log) == head:
            continue
        if problem := contradiction(chain.log, noted.get(chain.log)):
            logger.error("The audit log was tampered with or put back: %s", problem)
            continue
        lines.append(f"{timezone.now():%Y-%m-%dT%H:%M:%SZ} {chain.log}:{head[0]}:{head[1]}\n")
    if lines:
        _append(lines)
    return len(lines)


def noted_heads() -> dict[str, tuple[int, str]]:
    """Return number and hash of the last head noted for each log; skip lines that can't be read."""
    try:
        lines = settings.AUDIT_HEADS_FILE.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    noted = {}
    for line in lines:
        log, _, rest = line.partition(" ")[2].partition(":")
        number, _, value = rest.partition(":")
        if log in Log.values and number.isdecimal():
            noted[log] = (int(number), value)
    return noted


def contradiction(log: str, noted: tuple[int, str] | None) -> str | None:
    """Return in a sentence what is wrong with `log` now, without following the whole chain.

    Args:
        log: Name of the log.
        noted: Number and hash of a line that once was the last one; None if none was noted.
    """
    chain = Chain.objects.filter(pk=log).first()
    if noted is None or (chain is not None and noted[0] < chain.anchor_sequence):
        return None  # nothing to compare, or its period is over
    ends = {} if chain is None else {chain.anchor_sequence: chain.anchor_hash}
    line = Entry.objects.filter(log=log, sequence=noted[0]).values_list("hash", flat=True).first()
    if (line or ends.get(noted[0])) == noted[1]:
        return None
    return f"{log}: line {noted[0]} is missing or not the one that was noted in {settings.AUDIT_HEADS_FILE}."


def _append(lines: list[str]) -> None:
    settings.AUDIT_HEADS_FILE.parent.mkdir(parents=True, exist_ok=True)
    with settings.AUDIT_HEADS_FILE.open("a", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    for line in lines:
        logger.info("Head of the audit log: %s", line.strip())
