"""Detect lines of the log that were removed, altered, added or moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from audit.hashing import HASHED, NAMES, commitment, is_signed, line_hash
from audit.models import Chain, Entry, Log

BATCH = 2000  # lines read at once


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found in one log.

    Attributes:
        log: Name of the log.
        lines: Number of lines found in order.
        pseudonymised: In how many of them a name was taken out.
        head: Number and hash of the last sealed line as `number:hash`; worth noting outside the database.
        problem: The first thing that is wrong, in a sentence; None if all is well.
    """

    log: str
    lines: int
    pseudonymised: int
    head: str
    problem: str | None


class Broken(Exception):
    """The chain doesn't hold at some line."""


@dataclass(slots=True)
class _Walk:
    """How far a chain has been followed."""

    log: str
    sequence: int
    hash: str
    lines: int = 0
    pseudonymised: int = 0


def verify_all(expected: dict[str, tuple[int, str]] | None = None) -> list[Verdict]:
    """Verify both logs.

    Args:
        expected: For each log, number and hash of a line noted earlier; it must still be there or have been pruned.
    """
    return [verify(log, (expected or {}).get(log)) for log in Log.values]


def verify(log: str, expected: tuple[int, str] | None = None) -> Verdict:
    """Follow the chain of `log` from its anchor to its head.

    Lines may be added and pruned meanwhile: it stops at the head found at the start, and starts again if the
    beginning is pruned during the walk.

    Args:
        log: Name of the log.
        expected: Number and hash of a line noted earlier.
    """
    while True:
        chain = Chain.objects.filter(pk=log).first()
        walk = _Walk(log, chain.anchor_sequence, chain.anchor_hash) if chain else _Walk(log, 0, "")
        problem = None
        try:
            _check(chain, walk, expected)
        except Broken as error:
            problem = str(error)
        if problem is None or not _was_pruned_meanwhile(chain):
            head = f"{chain.sequence}:{chain.hash}" if chain else ""
            return Verdict(log, walk.lines, walk.pseudonymised, head, problem)


def is_wiped(log: str) -> bool:
    """Tell whether a log has no line, sealed or pending, although there are people: each should have left one."""
    has_none = not Entry.objects.filter(log=log).exists()
    return log == Log.CHANGES and has_none and User.objects.exists()


def _was_pruned_meanwhile(chain: Chain | None) -> bool:
    if chain is None:
        return False
    now = Chain.objects.filter(pk=chain.pk).values_list("anchor_sequence", flat=True).first()
    return now is not None and now > chain.anchor_sequence


def _check(chain: Chain | None, walk: _Walk, expected: tuple[int, str] | None) -> None:
    if (chain is None or chain.sequence == 0) and is_wiped(walk.log):
        raise Broken("There are people, but no line tells of them: the log was wiped.")
    if chain is None:
        if Entry.objects.filter(log=walk.log, sequence__isnull=False).exists() or expected:
            raise Broken("The record of the chain's ends is missing.")
        return
    _check_ends(chain)
    _check_start(chain, expected)
    for values in _lines(walk.log, chain):
        _check_line(values, walk)
        if expected and values["sequence"] == expected[0] and values["hash"] != expected[1]:
            raise Broken(f"Line {expected[0]} is not the one that was noted earlier.")
    if walk.sequence != chain.sequence:
        raise Broken(_missing(walk.sequence + 1, chain.sequence))
    if walk.hash != chain.hash:
        raise Broken(f"Line {walk.sequence} is not the last one that was sealed.")
    _check_nothing_beyond(walk.log)


def _check_ends(chain: Chain) -> None:
    """Check the signatures of the ends; a chain without lines has none yet."""
    ends = (
        ("head", chain.sequence, chain.hash, chain.signature),
        ("anchor", chain.anchor_sequence, chain.anchor_hash, chain.anchor_signature),
    )
    for kind, sequence, line, signed in ends:
        is_new = sequence == 0 and not line
        if not is_new and not is_signed(kind, chain.log, sequence, line, signed):
            raise Broken(
                f"The {'end' if kind == 'head' else 'beginning'} of the chain (line {sequence}) is not "
                "signed with this installation's key. After a change of the key: manage.py audit sign."
            )


def _check_start(chain: Chain, expected: tuple[int, str] | None) -> None:
    if expected and expected[0] > chain.sequence:
        raise Broken(_missing(chain.sequence + 1, expected[0]))
    unexpected = Entry.objects.filter(log=chain.log, sequence__lte=chain.anchor_sequence)
    first = unexpected.order_by("sequence").values_list("sequence", flat=True).first()
    if first is not None:
        raise Broken(f"Line {first} stands before the beginning of the chain.")


def _lines(log: str, chain: Chain) -> Iterator[dict[str, Any]]:
    """Yield the lines up to the chain's end, by number; in parts, so that no long transaction blocks writers."""
    columns = (*HASHED, "previous_hash", "hash", "salts")
    names = [column for group in NAMES.values() for column in group]
    after = chain.anchor_sequence
    while True:
        lines = Entry.objects.filter(log=log, sequence__gt=after, sequence__lte=chain.sequence)
        part = list(lines.order_by("sequence").values(*columns, *names)[:BATCH])
        yield from part
        if len(part) < BATCH:
            return
        after = part[-1]["sequence"]


def _check_line(values: dict[str, Any], walk: _Walk) -> None:
    number = values["sequence"]
    if number != walk.sequence + 1:
        raise Broken(_missing(walk.sequence + 1, number - 1))
    if values["previous_hash"] != walk.hash:
        raise Broken(f"Line {number} does not follow line {walk.sequence}.")
    if line_hash(walk.hash, values) != values["hash"]:
        raise Broken(f"Line {number} was altered.")
    is_pseudonymised = False
    for key, columns in NAMES.items():
        names = [values[column] for column in columns]
        digest, salt = values["commitments"].get(key), values["salts"].get(key)
        if salt is None and not any(names):
            is_pseudonymised = is_pseudonymised or digest is not None
        elif salt is None or digest != commitment(salt, names):
            raise Broken(f"A name in line {number} was altered.")
    walk.sequence, walk.hash = number, values["hash"]
    walk.lines += 1
    walk.pseudonymised += is_pseudonymised


def _check_nothing_beyond(log: str) -> None:
    # One statement, so that a line that is sealed meanwhile and the end that moves with it are seen together.
    head = Chain.objects.filter(pk=log).values("sequence")
    beyond = Entry.objects.filter(log=log, sequence__gt=head).order_by("sequence")
    first = beyond.values_list("sequence", flat=True).first()
    if first is not None:
        raise Broken(f"Line {first} was added after the end of the chain.")


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"Line {first} is missing."
    return f"Lines {first} to {last} are missing."
