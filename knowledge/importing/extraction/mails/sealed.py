"""Mails signed in the opaque form: the text lies inside the signature (CMS, RFC 5652), readable without a key."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_OBJECT_ID, _OCTETS, _CONSTRUCTED, _SEQUENCE, _CONTENT = 0x06, 0x04, 0x20, 0x30, 0xA0
_MAX_DEPTH = 20
_ARMOUR = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.DOTALL)


def signed_content(data: bytes) -> bytes | None:
    """Return the bytes that were signed; None if the data is encrypted, damaged or something else."""
    if armoured := _ARMOUR.search(data):
        data = binascii.a2b_base64(armoured.group(1))
    try:
        kind, content = _two(data)
        if kind != (_OBJECT_ID, _SIGNED_DATA):
            return None
        signed = next(_values(content[1]), (0, b""))[1]
        for tag, value in _values(signed):
            if tag != _SEQUENCE:
                continue
            kind, content = _two_inside(value)
            if kind == (_OBJECT_ID, _DATA):
                return _octets(content[1], depth=0)
    except (IndexError, ValueError):
        return None
    return None


_Value = tuple[int, bytes]


def _two(data: bytes) -> tuple[_Value, _Value]:
    return _two_inside(next(_values(data), (0, b""))[1])


def _two_inside(data: bytes) -> tuple[_Value, _Value]:
    values = list(_values(data))
    return values[0], values[1]


def _octets(data: bytes, *, depth: int) -> bytes:
    """Return a string of octets, which long messages have in pieces."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    parts = []
    for tag, value in _values(data):
        if tag == _OCTETS:
            parts.append(value)
        elif tag == _OCTETS | _CONSTRUCTED:
            parts.append(_octets(value, depth=depth + 1))
    return b"".join(parts)


def _values(data: bytes) -> Iterator[_Value]:
    """Yield the tags and contents of the values side by side (BER)."""
    place = 0
    while place < len(data):
        if data[place : place + 2] == b"\0\0":
            return
        tag, content, place = _value(data, place)
        yield tag, content


def _value(data: bytes, place: int, depth: int = 0) -> tuple[int, bytes, int]:
    """Return tag, content and the place after one value.

    Raises:
        IndexError: If it ends too early.
        ValueError: If it is nested too deeply or longer than the data.
    """
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    tag, size = data[place], data[place + 1]
    place += 2
    if size == 0x80:  # until two zeros
        start = place
        while data[place : place + 2] != b"\0\0":
            place = _value(data, place, depth + 1)[2]
        return tag, data[start:place], place + 2
    if size > 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[place : place + count])
        place += count
    if place + size > len(data):
        raise ValueError("longer than the data")
    return tag, data[place : place + size], place + size
