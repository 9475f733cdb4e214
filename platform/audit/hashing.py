"""The parts of the chain: salted digests of names, hashes of lines, signatures of its ends."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature, Signer

from audit.models import Entry

# The columns under each hash. Names stand in it by their digests (`commitments`), so that they can be taken out.
HASHED = (
    "log", "sequence", "at", "action", "group", "actor_id", "acting_as_id", "object_type", "object_id",
    "space_id", "space_slug", "details", "address", "commitments",
)  # fmt: skip

# Which columns one digest covers.
NAMES: Mapping[str, tuple[str, ...]] = {
    "actor": ("actor_name", "actor_organisation"),
    "acting_as": ("acting_as_name",),
    "object": ("object_title",),
}

_SALT_BYTES = 16


def commit_names(entry: Entry) -> None:
    """Fill `salts` and `commitments` of a new line from the names in it."""
    for key, columns in NAMES.items():
        names = [getattr(entry, column) for column in columns]
        if any(names):
            entry.salts[key] = secrets.token_hex(_SALT_BYTES)
            entry.commitments[key] = commitment(entry.salts[key], names)


def commitment(salt: str, names: list[str]) -> str:
    """Return the digest that stands for `names` in the chain."""
    return hashlib.sha256("\n".join([salt, *names]).encode()).hexdigest()


def line_hash(previous_hash: str, values: Mapping[str, Any]) -> str:
    """Return SHA-256 over the previous hash and the line as canonical JSON.

    Args:
        previous_hash: Hash of the line before, 64 hexadecimal digits; empty for the first line ever.
        values: The columns in `HASHED` as read from the database.
    """
    content = {name: values[name] for name in HASHED}
    content["at"] = content["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def signature(kind: str, log: str, sequence: int, line: str) -> str:
    """Sign one end of a chain with the installation's key.

    Args:
        kind: `head` or `anchor`.
        log: Name of the log.
        sequence: Number of the line.
        line: Hash of the line.
    """
    return _signer(kind).signature(f"{log}:{sequence}:{line}")


def is_signed(kind: str, log: str, sequence: int, line: str, signed: str) -> bool:
    """Tell whether `signed` is the signature of this end, by today's key or one of `SECRET_KEY_FALLBACKS`."""
    try:
        _signer(kind).unsign(f"{log}:{sequence}:{line}:{signed}")
    except BadSignature:
        return False
    return True


def _signer(kind: str) -> Signer:
    return Signer(salt=f"audit.{kind}")
